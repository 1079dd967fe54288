"""Runs a simulation: tasks in worker processes, files in a fixed order.

A task is a slice of people or some calendar days. It writes its web shards itself and
spools business rows to small files, which the parent appends in task order. So the
output does not depend on the number of processes, and no process holds the house.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import multiprocessing
import shutil
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from zlib_ng import zlib_ng

from ..contract import TABLES
from . import business
from .ga360 import Renderer, people_told
from .hashing import open_window
from .house import PROPERTIES
from .plan import Plan
from .sessions import (
    Batch,
    nobody_batches,
    person_batches,
    tablet_batches,
)

SLICE = 8192
SPAN = 6  # days that are drawn together
WINDOW = 1024
HELD = 4096  # rows a task or day may hold in memory
PLAIN = {"stewardship/decisions", "privacy/requests", "catalog/products", "catalog/stores",
         "catalog/store_devices", "crm/advisors", "appointments/outcomes"}  # fmt: skip
TRUTH = {
    "truth/people": ["record_kind", "record_system", "record_id", "person_id"],
    "truth/planted": ["trap", "record_kind", "record_system", "record_id", "note"],
}


def headers() -> dict[str, list[str]]:
    """Columns of every table that is written, in the order of the contract."""
    found = {
        f"{system}/{table}": columns
        for system, tables in TABLES.items()
        for table, columns in tables.items()
    }
    return found | TRUTH


class Packed:
    """A gzip file whose bytes depend on its content alone (no name, no time).

    Args:
        path: file to write.
        level: 1 to 9. 1 is zlib-ng's, three times as fast as zlib's for a fifth more bytes;
            the others are zlib's. Not isal: it is faster still, but now and then packs the
            same content into other bytes, and a manifest must be reproducible.
    """

    def __init__(self, path: Path, level: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.rows = path, 0
        self._file: BinaryIO = path.open("wb")
        self._digest, self._size = hashlib.sha256(), 0
        self._packer = (zlib_ng if level == 1 else zlib).compressobj(level, zlib.DEFLATED, 31)

    def write(self, text: bytes) -> None:
        """Append bytes; who writes counts the rows."""
        self._put(self._packer.compress(text))

    def _put(self, packed: bytes) -> None:
        self._digest.update(packed)
        self._size += len(packed)
        self._file.write(packed)

    def close(self, folder: Path) -> tuple[str, int, str, int]:
        """Finish; returns the manifest entry."""
        self._put(self._packer.flush())
        self._file.close()
        name = self.path.relative_to(folder).as_posix()
        return name, self._size, self._digest.hexdigest(), self.rows


class Plain(Packed):
    """The same, uncompressed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, 1)

    def write(self, text: bytes) -> None:
        """Append bytes; who writes counts the rows."""
        self._put(text)

    def close(self, folder: Path) -> tuple[str, int, str, int]:
        """Finish; returns the manifest entry."""
        self._file.close()
        name = self.path.relative_to(folder).as_posix()
        return name, self._size, self._digest.hexdigest(), self.rows


class Spool:
    """Rows of one task or day: in memory while they are few, else in files the parent collects."""

    def __init__(self, folder: Path, task: int) -> None:
        self._folder, self._task = folder, task
        self._held: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._size = 0
        self.rows: Counter[str] = Counter()

    def __call__(self, table: str, row: tuple[Any, ...]) -> None:
        """Take one row."""
        self._held[table].append(row)
        self._size += 1

    def relieve(self) -> None:
        """Move what is held to disk, if it is much."""
        if self._size > HELD:
            for table, text in self.rest().items():
                with open(spool_path(self._folder, self._task, table), "ab") as file:
                    file.write(text)

    def rest(self) -> dict[str, bytes]:
        """Hand over what is held: the text of each table."""
        texts = {}
        for table, rows in self._held.items():
            self.rows[table] += len(rows)
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(rows)
            texts[table] = text.getvalue().encode()
        self._held.clear()
        self._size = 0
        return texts


def spool_path(folder: Path, task: int, table: str) -> Path:
    """Where a task keeps the rows of a table."""
    return folder / f"{task}.{table.replace('/', '.')}"


@dataclass
class Outcome:
    """What a task leaves: rows and what is not on disk of them, manifest entries, figures."""

    task: int
    rows: dict[str, int] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    entries: list[tuple[str, int, str, int]] = field(default_factory=list)
    hits: int = 0
    sessions: int = 0


@dataclass(frozen=True)
class Job:
    """One task: `people` (a slice), `days` (a span), or `lasting`."""

    number: int
    kind: str
    at: int
    plan: Plan
    out: str
    spool: str
    level: int


def jobs(plan: Plan, out: Path, spool: Path, level: int) -> Iterator[Job]:
    """All tasks, in the order in which their rows are written."""
    places = [("lasting", 0)]
    places += [("people", low) for low in range(0, plan.people, SLICE)]
    places += [("days", day) for day in range(0, plan.total_days, SPAN)]
    for number, (kind, at) in enumerate(places):
        # Every day of a span has a number of its own.
        number += at * (kind == "days")
        yield Job(number, kind, at, plan, str(out), str(spool), level)


def run_job(job: Job) -> list[Outcome]:
    """Run one task in whatever process; a span leaves an outcome per day."""
    plan = job.plan
    if job.kind == "days":
        return _span(job)
    spool = Spool(Path(job.spool), job.number)
    if job.kind == "lasting":
        business.lasting_rows(plan, spool)
    else:
        high = min(job.at + SLICE, plan.people)
        for low in range(job.at, high, WINDOW):
            open_window(plan.seed, range(low, min(low + WINDOW, high)))
            business.people_rows(plan, low, min(low + WINDOW, high), spool)
            spool.relieve()
    return [Outcome(job.number, spool.rows, spool.rest())]


def exports(plan: Plan, site: int, day: int) -> list[tuple[str, int]]:
    """Export forms that exist of a date, each with the instant it reaches.

    France: daily, then intraday for the last two days, and one date that still has
    both. United Kingdom: daily, then streaming for three days, and one older date where
    both were left. China: daily, then intraday for the last day.
    """
    last, whole = plan.total_days - 1, plan.midnight(site, day + 1)
    afternoon = min(plan.as_of_s - 7200, plan.midnight(site, day) + 16 * 3600)
    if site == 1:
        found = [("daily", whole)] if day <= last - 3 else [
            ("streaming", plan.as_of_s - 900)
        ]
        if day == plan.days - 10 and day <= last - 3:
            found.append(("streaming", whole))
        return found
    if day <= last - (2 if site == 0 else 1):
        both = site == 0 and day == last - 2
        return [("daily", whole)] + ([("intraday", afternoon)] if both else [])
    return [("intraday", plan.as_of_s - 7200 if day == last else afternoon)]


FILE = {
    "daily": "ga_sessions_{}",
    "intraday": "ga_sessions_intraday_{}",
    "streaming": "ga_realtime_sessions_{}",
}


class Day:
    """One calendar day in the making: its web exports and its spooled rows."""

    def __init__(self, job: Job, day: int) -> None:
        self.plan, self.day, self._out = job.plan, day, Path(job.out)
        self.number = job.number + day - job.at
        self.spool = Spool(Path(job.spool), self.number)
        self._exports = [[self._export(site, form, cut, job.level)
                          for form, cut in exports(job.plan, site, day)]
                         for site in range(len(PROPERTIES))]  # fmt: skip
        for web, ours in zip(PROPERTIES, self._exports, strict=True):
            for renderer, _ in ours[1:]:
                self.spool("truth/planted", (f"daily_and_{renderer.form}", "web_day", web.name,
                                             self.plan.date(day).isoformat(), ""))  # fmt: skip

    def _export(self, site: int, form: str, cut: int, level: int) -> tuple[Renderer, Packed]:
        name = FILE[form].format(self.plan.date(self.day).strftime("%Y%m%d")) + ".json.gz"
        path = self._out / "ga360" / PROPERTIES[site].name / name
        return Renderer(self.plan, site, self.day, form, cut), Packed(path, level)

    def render(self, batches: list[Batch], day: int) -> None:
        """Hand sessions begun on a day to the exports of their properties."""
        for batch in batches:
            for renderer, file in self._exports[batch.site]:
                pieces = renderer.render(batch, day)
                file.write("".join(pieces).encode("latin-1"))

    def close(self) -> Outcome:
        """Finish the files."""
        outcome = Outcome(self.number, self.spool.rows)
        for ours in self._exports:
            for number, (renderer, file) in enumerate(ours):
                file.rows = renderer.lines
                outcome.entries.append(file.close(self._out))
                outcome.hits += renderer.hits
                outcome.sessions += renderer.sessions
                for row in renderer.planted if number == 0 else []:
                    self.spool("truth/planted", row)
        outcome.texts = self.spool.rest()
        return outcome


def _span(job: Job) -> list[Outcome]:
    """Everything that happens on some calendar days: drawn together, written day by day."""
    plan = job.plan
    days = range(job.at, min(job.at + SPAN, plan.total_days))
    open_window(plan.seed, ())
    made = [Day(job, day) for day in days]
    for day, nobody in zip(made, nobody_batches(plan, days), strict=True):
        business.calendar_rows(plan, day.day, day.spool)
        day.render(nobody, day.day)
        for batch in nobody:
            business.web_rows(plan, batch, day.spool)
    for low in range(0, plan.people, SLICE):
        _people_of_span(plan, days, low, min(low + SLICE, plan.people), made)
    return [day.close() for day in made]


def _people_of_span(plan: Plan, days: range, low: int, high: int, made: list[Day]) -> None:
    """What people low..high-1 do on these days."""
    sessions = person_batches(plan, days, low, high)
    tablets = tablet_batches(plan, days, low, high)
    visits = business.till_visits(plan, days, low, high)
    mailed = business.mailed(plan, days, low, high)
    buyers = business.marketplace_buyers(plan, days, low, high)
    known = {who for batches in (*itertools.chain(*sessions), *tablets)
             for batch in batches for who in people_told(batch)}  # fmt: skip
    known.update(*mailed, *buyers, *([who for who, _ in day] for day in visits))
    # With the other half of each couple: names and addresses look at it.
    open_window(plan.seed, known.union(who ^ 1 for who in known))
    for at, day in enumerate(made):
        late, today = sessions[at]
        today += tablets[at]
        day.render(late, day.day - 1)
        day.render(today, day.day)
        for batch in today:
            business.order_rows(plan, batch, day.spool)
            business.web_rows(plan, batch, day.spool)
        business.till_rows(plan, day.day, visits[at], day.spool)
        business.mail_rows(plan, day.day, mailed[at], day.spool)
        business.marketplace_rows(plan, day.day, buyers[at], day.spool)
        day.spool.relieve()


@dataclass(frozen=True)
class Result:
    """Figures of a finished simulation."""

    folder: Path
    hits: int
    sessions: int
    seconds: float
    rows: dict[str, int]


def simulate(plan: Plan, out: Path, processes: int = 2, level: int = 1,
             progress: Callable[[int, int], None] | None = None) -> Result:  # fmt: skip
    """Write a complete landing folder.

    Args:
        plan: what to simulate.
        out: folder to write; must be absent, empty, or an earlier simulation.
        processes: worker processes; 0 runs everything in this one.
        level: gzip level of all files.
        progress: called with (tasks done, tasks in all).

    Returns:
        Figures of the run.

    Raises:
        FileExistsError: when `out` holds something that is no simulation.
    """
    began = time.perf_counter()
    _make_room(out)
    spool = Path(tempfile.mkdtemp(prefix=".spool-", dir=out))
    try:
        entries, rows, hits, sessions = _collect(plan, out, spool, processes, level,
                                                 progress)  # fmt: skip
    finally:
        shutil.rmtree(spool)
    write_manifest(out, entries)
    return Result(out, hits, sessions, time.perf_counter() - began, rows)


def _make_room(out: Path) -> None:
    if out.exists() and any(out.iterdir()):
        if not (out / "truth" / "planted.csv").is_file():
            raise FileExistsError(f"{out} is not empty and not an earlier simulation")
        for path in sorted(out.iterdir()):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    out.mkdir(parents=True, exist_ok=True)


def _collect(plan: Plan, out: Path, spool: Path, processes: int, level: int,
             progress: Callable[[int, int], None] | None) -> tuple[Any, ...]:  # fmt: skip
    """Run all tasks and append their rows to the tables, in order."""
    tables: dict[str, Packed] = {}
    for name, columns in headers().items():
        plain = name in PLAIN or name in TRUTH
        path = out / f"{name}.csv{'' if plain else '.gz'}"
        tables[name] = Plain(path) if plain else Packed(path, level)
        tables[name].write((",".join(columns) + "\n").encode())
    work = list(jobs(plan, out, spool, level))
    entries: list[tuple[str, int, str, int]] = []
    hits = sessions = 0
    for done, outcome in _run(work, processes):
        for name, count in outcome.rows.items():
            part = spool_path(spool, outcome.task, name)
            if part.exists():
                with open(part, "rb") as file:
                    while text := file.read(1 << 20):
                        tables[name].write(text)
                part.unlink()
            tables[name].write(outcome.texts.get(name, b""))
            tables[name].rows += count
        entries += outcome.entries
        hits, sessions = hits + outcome.hits, sessions + outcome.sessions
        if progress:
            progress(done, len(work))
    for name, table in tables.items():
        entry = table.close(out)
        if name not in TRUTH:
            entries.append(entry)
    return entries, {name: table.rows for name, table in tables.items()}, hits, sessions


def _run(work: list[Job], processes: int) -> Iterator[tuple[int, Outcome]]:
    """Outcomes in order, each with the number of tasks that are done."""
    if processes < 1:
        yield from _numbered(map(run_job, work))
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        yield from _numbered(pool.imap(run_job, work))


def _numbered(results: Iterable[list[Outcome]]) -> Iterator[tuple[int, Outcome]]:
    for done, outcomes in enumerate(results, start=1):
        for outcome in outcomes:
            yield done, outcome


def write_manifest(out: Path, entries: list[tuple[str, int, str, int]]) -> None:
    """Write manifest.csv: path, bytes, sha256, row_count, sorted by path."""
    with open(out / "manifest.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("path", "bytes", "sha256", "row_count"))
        writer.writerows(sorted(entries))
