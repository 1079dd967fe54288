"""What happens to a landing folder afterwards: a day is added, a day is restated."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import zlib
from dataclasses import replace
from pathlib import Path

from .engine import Packed, Result, simulate, write_manifest
from .house import PROPERTIES
from .plan import Plan


def add_day(plan: Plan, out: Path, days: int = 1, processes: int = 2,
            level: int = 1) -> tuple[Plan, Result]:  # fmt: skip
    """Write the same house `days` later over an earlier folder.

    Files of days that were final keep their bytes. What was provisional is replaced, and
    business tables grow; a few of their rows change (a return, a closed case).

    Returns:
        The later plan and the figures of the run.
    """
    later = replace(plan, later=plan.later + days)
    return later, simulate(later, out, processes, level)


def restate(out: Path, day: dt.date, site: str = PROPERTIES[0].name) -> int:
    """Rewrite one daily web file as vendors restate a day, and its manifest entry.

    Every eleventh session disappears (filtered afterwards) and every seventh of the
    rest gets a corrected campaign. The truth says so: it is planted on purpose.

    Args:
        out: a simulated landing folder.
        day: the day to restate.
        site: the property.

    Returns:
        Sessions left.

    Raises:
        FileNotFoundError: when the day has no daily file, or the folder no manifest or
            truth to record it in. Nothing is written then.
    """
    path = out / "ga360" / site / f"ga_sessions_{day:%Y%m%d}.json.gz"
    for needed in (path, out / "manifest.csv", out / "truth" / "planted.csv"):
        if not needed.is_file():
            raise FileNotFoundError(f"{needed} does not exist")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        sessions = [json.loads(line) for line in file]
    kept, corrected = [], 0
    for session in sessions:
        number = zlib.crc32(f"{session['fullVisitorId']}{session['visitId']}".encode())
        if number % 11 == 0:
            continue
        if number % 7 == 0:
            session["trafficSource"]["campaign"] = "restated"
            corrected += 1
        kept.append(json.dumps(session, ensure_ascii=False, separators=(",", ":")))
    packed = Packed(path, 1)
    packed.write(("\n".join(kept) + "\n").encode() if kept else b"")
    packed.rows = len(kept)
    _enter(out, packed.close(out))
    _plant(out, ("restated_day", "web_day", site, day.isoformat()),
           f"{len(sessions) - len(kept)} sessions left out, {corrected} campaigns corrected")  # fmt: skip
    return len(kept)


def _enter(out: Path, entry: tuple[str, int, str, int]) -> None:
    """Renew the manifest entry of one file."""
    with open(out / "manifest.csv", newline="", encoding="utf-8") as file:
        old = list(csv.reader(file))[1:]
    entries = [(row[0], int(row[1]), row[2], int(row[3])) for row in old
               if row[0] != entry[0]]  # fmt: skip
    write_manifest(out, [*entries, entry])


def _plant(out: Path, trap: tuple[str, ...], note: str) -> None:
    """Add a trap to the truth, unless it stands there from an earlier time."""
    path = out / "truth" / "planted.csv"
    with open(path, newline="", encoding="utf-8") as file:
        if any(tuple(row[: len(trap)]) == trap for row in csv.reader(file)):
            return
    with open(path, "a", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerow((*trap, note))
