"""Verdicts of stewards on pairs of client records: read from a CSV, judged, written into the landing.

A verdict is never changed or deleted: a later one on the same pair takes its place, `withdrawn` included.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import networkx

from rendezvous import HouseError, landing
from rendezvous.contract import TABLES

COLUMNS = TABLES["stewardship"]["decisions"]
VERDICTS = ("same", "different", "withdrawn")
_PAIR = ("left_source_system", "left_customer_id", "right_source_system", "right_customer_id")

Record = tuple[str, str]
"""A client record: its CRM and its id there."""
Pair = tuple[Record, Record]
"""Two client records, the smaller first, so that a pair has one name."""


@dataclass(frozen=True)
class Decision:
    """One verdict, and the line of the steward's file that holds it."""

    pair: Pair
    verdict: str
    reason: str
    line: int


@dataclass
class Sheet:
    """What a steward's file holds: verdicts to take over, lines refused and why, lines that decide nothing."""

    accepted: list[Decision] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    undecided: int = 0
    repeated: int = 0


def read_sheet(
    path: Path, records: set[Record], standing: dict[Pair, str], disputed: Collection[Pair] = ()
) -> Sheet:
    """Reads and judges a file of verdicts. `records`: all client records known; `standing`: verdicts that hold now;
    `disputed`: pairs on which stewards contradict each other, where the verdict that holds is worth saying again.

    A line is refused, never guessed at: an unknown record or word, no reason, two verdicts on one pair, a verdict
    that contradicts what would then be decided. Raises HouseError for a file that cannot be read as a whole.
    """
    sheet = Sheet()
    read = []
    for line, row in _rows(path):
        verdict = (row["decision"] or "").strip().lower()
        if not verdict:
            sheet.undecided += 1
            continue
        decision = Decision(_pair(row), verdict, (row["reason"] or "").strip(), line)
        flaw = _flaw(decision, records)
        if flaw:
            sheet.refused.append((line, flaw))
        else:
            read.append(decision)
    _refuse_double(sheet, read)
    holding = {(pair, verdict) for pair, verdict in standing.items() if pair not in disputed}
    sheet.repeated += sum(1 for each in sheet.accepted if (each.pair, each.verdict) in holding)
    sheet.accepted = [each for each in sheet.accepted if (each.pair, each.verdict) not in holding]
    _refuse_contradictions(sheet, standing)
    sheet.refused.sort()
    return sheet


def standing_decisions(folder: Path) -> dict[Pair, str]:
    """The verdict that holds on each pair, as landed: the last by time, `different` before `same` at one instant."""
    found = landing.read_folder(folder)
    found.files = found.of("stewardship", "decisions")
    with duckdb.connect() as connection:
        landing.open_landing(connection, found)
        rows = connection.execute(
            f"select {', '.join(_PAIR)}, decision from landing_stewardship.decisions"
            " where decision in ('same', 'different', 'withdrawn')"
            " order by try_cast(decided_at as timestamptz) nulls first, decision desc, decision_id"
        ).fetchall()
    return {pair_of((a, b), (c, d)): verdict for a, b, c, d, verdict in rows}


def decisions_folder(raw: Path) -> Path:
    """Where verdicts are written: RENDEZVOUS_DECISIONS, or the landing folder's `stewardship`.

    Raises HouseError for the demo house, which stays as it was shipped.
    """
    given = os.environ.get("RENDEZVOUS_DECISIONS", "")
    if given:
        return Path(given).expanduser().resolve()
    if raw == landing.DEMO_FOLDER:
        raise HouseError(
            "the demo house stays as shipped. Set RENDEZVOUS_DECISIONS to a folder of your own: verdicts are written"
            " there, and read from there by `rendezvous build`."
        )
    return raw / "stewardship"


def write_decisions(folder: Path, decisions: Iterable[Decision], decided_by: str, decided_at: datetime) -> Path:
    """Writes verdicts as one new file of the landing contract; whole or not at all. Returns its path."""
    stamp = decided_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in decisions:
        (left_system, left_id), (right_system, right_id) = each.pair
        number = _number(each, decided_by, stamp)
        instant = decided_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        writer.writerow(
            [number, left_system, left_id, right_system, right_id, each.verdict, each.reason, decided_by, instant]
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"decisions_{stamp}.csv"
    part = path.with_name(f".{path.name}.part")
    part.write_text(text.getvalue(), encoding="utf-8")
    part.replace(path)
    return path


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="")
            missing = [name for name in (*_PAIR, "decision", "reason") if name not in (reader.fieldnames or [])]
            if missing:
                raise HouseError(f"{path}: line 1: no column {', '.join(missing)}; a sheet of `review export` has it.")
            return [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise HouseError(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise HouseError(f"{path}: not UTF-8 (byte {error.start}); save the sheet as CSV UTF-8.") from None
    except csv.Error as error:
        raise HouseError(f"{path}: not a CSV: {error}.") from None


def _pair(row: dict[str, str]) -> Pair:
    left_system, left_id, right_system, right_id = ((row[name] or "").strip() for name in _PAIR)
    return pair_of((left_system, left_id), (right_system, right_id))


def pair_of(one: Record, other: Record) -> Pair:
    """Two client records as a pair: the smaller first."""
    return (one, other) if one <= other else (other, one)


def _flaw(decision: Decision, records: set[Record]) -> str:
    if decision.verdict not in VERDICTS:
        return f"'{decision.verdict}' is none of {', '.join(VERDICTS)}"
    unknown = [_name(each) for each in decision.pair if each not in records]
    if unknown:
        return f"no client record {' nor '.join(unknown)}"
    if decision.pair[0] == decision.pair[1]:
        return f"{_name(decision.pair[0])} twice: a pair is two records"
    return "" if decision.reason else "no reason given; whoever reads the verdict later needs one"


def _refuse_double(sheet: Sheet, read: list[Decision]) -> None:
    """One verdict per pair and file; the same verdict again is one, another refuses both."""
    by_pair: dict[Pair, list[Decision]] = {}
    for each in read:
        by_pair.setdefault(each.pair, []).append(each)
    for decisions in by_pair.values():
        if len({each.verdict for each in decisions}) == 1:
            sheet.accepted.append(decisions[0])
            sheet.repeated += len(decisions) - 1
        else:
            lines = " and ".join(str(each.line) for each in decisions)
            sheet.refused += [(each.line, f"lines {lines} decide one pair differently") for each in decisions]


def _refuse_contradictions(sheet: Sheet, standing: dict[Pair, str]) -> None:
    """Refuses new verdicts that would part two records which others join, or join two that others part."""
    while True:
        decided = standing | {each.pair: each.verdict for each in sheet.accepted}
        joined = networkx.Graph(pair for pair, verdict in decided.items() if verdict == "same")
        new = {each.pair: each for each in sheet.accepted}
        chain = _contradiction(joined, decided, new)
        if chain is None:
            return
        parted, steps = chain
        told = " = ".join(_name(record) for record in steps)
        for each in [new[pair] for pair in (parted, *map(pair_of, steps, steps[1:])) if pair in new]:
            sheet.refused.append(
                (each.line, f"contradiction: {told} by 'same', {_name(parted[0])} ≠ {_name(parted[1])} by 'different'")
            )
            sheet.accepted.remove(each)


def _contradiction(
    joined: networkx.Graph, decided: dict[Pair, str], new: dict[Pair, Decision]
) -> tuple[Pair, list[Record]] | None:
    """A pair decided different whose records a chain of 'same' joins, where a new verdict takes part."""
    for pair in sorted(pair for pair, verdict in decided.items() if verdict == "different"):
        one, other = pair
        if one in joined and other in joined and networkx.has_path(joined, one, other):
            steps = networkx.shortest_path(joined, one, other)
            if pair in new or any(pair_of(*step) in new for step in zip(steps, steps[1:], strict=False)):
                return pair, steps
    return None


def _name(record: Record) -> str:
    return f"{record[0]}:{record[1]}"


def _number(decision: Decision, decided_by: str, stamp: str) -> str:
    named = "\x1f".join([*decision.pair[0], *decision.pair[1], decision.verdict, decided_by, stamp])
    return "D" + hashlib.sha256(named.encode()).hexdigest()[:16]
