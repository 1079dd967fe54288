"""Under whose key a landed row is hashed: the house's two lists, read once a run.

`key_jurisdictions` says to which jurisdiction the data of an origin (a source system, web property or boutique, as it
stands in landed rows) belong. Rows of two jurisdictions have two keys and can never meet, unless `transfer_bases`
records why the data of one may be joined with those of the other: from that day to its last they are hashed under the
other's key. An origin that is not listed belongs to the house's home, `*`.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml

from rendezvous import PROJECT, HouseError

LISTED = PROJECT / "seeds" / "reference" / "key_jurisdictions.csv"
BASES = PROJECT / "seeds" / "reference" / "transfer_bases.csv"
HOME = "*"
"""The origin of all that is not listed."""

_NAME = re.compile(r"[A-Z]{2,8}")


@dataclass(frozen=True)
class Basis:
    """Why the data of one jurisdiction may be joined with those of another, under its key; both days are included."""

    jurisdiction: str
    joined_with: str
    valid_from: date
    valid_to: date
    line: int

    def holds(self, day: date) -> bool:
        """Whether the basis is in force on a day."""
        return self.valid_from <= day <= self.valid_to


def assigned(day: date) -> dict[str, str]:
    """Origin to the jurisdiction whose key its rows get on a day. Raises HouseError, naming file and line, for a list
    that cannot be read, or in which data would be joined over a third jurisdiction or with two at once."""
    joined: dict[str, str] = {}
    bases = [basis for basis in _bases() if basis.holds(day)]
    for basis in bases:
        if joined.setdefault(basis.jurisdiction, basis.joined_with) != basis.joined_with:
            raise _unusable(BASES, basis.line, f"{basis.jurisdiction} would be joined with two jurisdictions on {day}")
    for basis in bases:
        if basis.joined_with in joined:
            raise _unusable(
                BASES, basis.line,
                f"{basis.joined_with} is itself joined with {joined[basis.joined_with]} on {day}; a basis leads to a"
                " jurisdiction that keeps its own key",
            )  # fmt: skip
    return {origin: joined.get(own, own) for origin, own in listed().items()}


def listed() -> dict[str, str]:
    """Origin to the jurisdiction its data belong to, whatever bases there are."""
    found: dict[str, str] = {}
    for line, row in _rows(LISTED, ("origin", "jurisdiction")):
        if not row["origin"] or not _NAME.fullmatch(row["jurisdiction"]):
            raise _unusable(LISTED, line, "an origin and a jurisdiction of 2 to 8 capital letters are needed")
        if row["origin"] in found:
            raise _unusable(LISTED, line, f"{row['origin']} stands there twice")
        found[row["origin"]] = row["jurisdiction"]
    if HOME not in found:
        raise _unusable(LISTED, 1, "no line for *, the home of all that is not listed")
    return found


def home() -> str:
    """The jurisdiction of all that is not listed."""
    return listed()[HOME]


def unchanged(day: date) -> tuple[date, date]:
    """The days around `day` on which the same bases hold: the first of them, and the first that is none of them
    (0001-01-01 and 9999-12-31 when there is no end)."""
    turns = [turn for basis in _bases() for turn in (basis.valid_from, _after(basis.valid_to))]
    since = max((turn for turn in turns if turn <= day), default=date.min)
    return since, min((turn for turn in turns if turn > day), default=date.max)


def version() -> str:
    """Changes with either list: the SHA-256 of each as dbt computes it for a seed, joined by a blank."""
    texts = (path.read_text(encoding="utf-8").strip() for path in (LISTED, BASES))
    return " ".join(hashlib.sha256(text.encode()).hexdigest() for text in texts)


def today(has_demo_clock: bool = True) -> date:
    """The day of the run's clock in UTC, as macro as_of tells it: RENDEZVOUS_AS_OF, else the demo house's instant when
    no landing folder is named (never on BigQuery: `has_demo_clock` is false there), else now."""
    given = os.environ.get("RENDEZVOUS_AS_OF", "")
    if not given and has_demo_clock and not os.environ.get("RENDEZVOUS_RAW", ""):
        given = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["demo_as_of"]
    try:
        instant = datetime.fromisoformat(given) if given else datetime.now(UTC)
    except ValueError:
        raise HouseError(
            f"RENDEZVOUS_AS_OF is '{given}': write an ISO 8601 instant such as 2024-05-30T10:00:00Z"
        ) from None
    return (instant.astimezone(UTC) if instant.tzinfo else instant).date()


def _bases() -> list[Basis]:
    own, found = set(listed().values()), []
    for line, row in _rows(BASES, ("jurisdiction", "joined_with", "basis", "legal_ref", "valid_from", "valid_to")):
        for name in ("jurisdiction", "joined_with"):
            if row[name] not in own:
                raise _unusable(BASES, line, f"no origin of {LISTED.name} belongs to '{row[name]}'")
        if row["jurisdiction"] == row["joined_with"]:
            raise _unusable(BASES, line, f"{row['jurisdiction']} needs no basis to be joined with itself")
        if not row["basis"] or not row["legal_ref"]:
            raise _unusable(BASES, line, "a basis is recorded with its kind and legal reference, or there is none")
        begin = _day(row["valid_from"], line)
        end = _day(row["valid_to"], line) if row["valid_to"] else date.max
        if end < begin:
            raise _unusable(BASES, line, "valid_to lies before valid_from")
        found.append(Basis(row["jurisdiction"], row["joined_with"], begin, end, line))
    return found


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and row of a seed, cells without white space around them."""
    with open(path, encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != columns:
            raise _unusable(path, 1, f"its columns are not {', '.join(columns)}")
        for row in reader:
            if None in row or None in row.values():
                raise _unusable(path, reader.line_num, f"not {len(columns)} cells")
            yield reader.line_num, {name: cell.strip() for name, cell in row.items()}


def _day(text: str, line: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unusable(BASES, line, f"'{text}' is not a day such as 2023-06-01") from None


def _after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _unusable(path: Path, line: int, why: str) -> HouseError:
    return HouseError(f"seeds/reference/{path.name}: line {line}: {why}. Nothing was built.")
