"""The pairs of client records worth a steward's look, as a sheet to fill in."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import duckdb

from rendezvous import HouseError, access_log
from rendezvous.database import connect as open_database

_PAIR = ("left_source_system", "left_customer_id", "right_source_system", "right_customer_id")
_EVIDENCE = ("agrees_in", "is_close_in", "differs_in")
_OPINION = ("probability", "reason as why_listed", "appointment_count", "next_appointment_at", "spent_eur")
_NAMES = ("civility", "first_name", "last_name", "first_name_native", "last_name_native", "email", "phone", "language")
_VERDICT = ("decision", "reason")


def export(database: Path, path: Path, limit: int, with_scores: bool = False, with_names: bool = False) -> int:
    """Writes the first pairs of the queue to a new CSV that its owner alone may read; returns how many.

    Blind unless `with_scores`: what the machine thinks, and what the clients are worth, sway whoever decides.
    `with_names` adds names and contacts in clear, and is logged like a brief: what cannot be logged is not told.
    Raises HouseError if nothing is built or the file exists.
    """
    if not database.is_file():
        raise HouseError(f"{database} does not exist: run `rendezvous build` first.")
    names = [f"{side}_contact.{name} as {side}_{name}" for side in ("left", "right") for name in _NAMES]
    columns = [f"queue.{name}" for name in (*_PAIR, *_EVIDENCE, *(_OPINION if with_scores else ()))]
    columns += names if with_names else []
    joins = "".join(
        f" left join vault.customer_contacts as {side}_contact"
        f" on queue.{side}_source_system = {side}_contact.source_system"
        f" and queue.{side}_customer_id = {side}_contact.customer_id"
        for side in ("left", "right")
    )
    query = (
        f"select {', '.join(columns)} from marts.identity_review_queue as queue{joins if with_names else ''}"
        " order by queue.review_rank limit $1"
    )
    try:
        with open_database(database, read_only=True) as connection:
            found = connection.execute(query, [limit])
            header = [column[0] for column in found.description]
            rows = found.fetchall()
    except duckdb.Error as error:
        raise HouseError(f"{database} cannot be read: {str(error).splitlines()[0]}") from None
    if with_names:
        access_log.record(database, "-", f"{len(rows)} pairs with names", purpose="review")
    pair = len(_PAIR)
    _write(path, [*header, *_VERDICT], [[*row[:pair], *map(_inert, row[pair:]), "", ""] for row in rows])
    return len(rows)


def _inert(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell


def _write(path: Path, header: list[str], rows: list[list]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise HouseError(f"{path} exists; it may hold verdicts. Name another file.") from None
    except OSError as error:
        raise HouseError(f"{path}: {error.strerror}.") from None
    with open(descriptor, "w", encoding="utf-8-sig", newline="") as stream:
        stream.write(text.getvalue())
