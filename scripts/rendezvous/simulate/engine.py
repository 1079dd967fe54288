"""Runs a simulation: tasks in worker processes, files in a fixed order.

A task is a slice of people or one calendar day. It writes its web shards itself and
spools business rows to small files, which the parent appends in task order. So the
output does not depend on the number of processes, and no process holds the house.
"""

from __future__ import annotations

import csv
import hashlib
import multiprocessing
import shutil
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from ..contract import TABLES
from . import business
from .ga360 import Renderer, people_told
from .hashing import open_window
from .house import PROPERTIES
from .plan import Plan
from .sessions import (
    Batch,
    idle_tablet_batches,
    machine_batches,
    person_batches,
    tablet_batches,
)

SLICE = 16384
BLOCK = 4  # slices of people whose day is drawn together
WINDOW = 1024
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
        level: 1 to 9. Always zlib: isal is faster, but now and then it packs the same
            content into other bytes, and a manifest must be reproducible.
    """

    def __init__(self, path: Path, level: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.rows = path, 0
        self._file: BinaryIO = path.open("wb")
        self._digest, self._size = hashlib.sha256(), 0
        self._packer = zlib.compressobj(level, zlib.DEFLATED, 31)

    def write(self, text: bytes, rows: int) -> None:
        """Append bytes that hold so many rows."""
        self.rows += rows
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

    def write(self, text: bytes, rows: int) -> None:
        """Append bytes that hold so many rows."""
        self.rows += rows
        self._put(text)

    def close(self, folder: Path) -> tuple[str, int, str, int]:
        """Finish; returns the manifest entry."""
        self._file.close()
        name = self.path.relative_to(folder).as_posix()
        return name, self._size, self._digest.hexdigest(), self.rows


class Spool:
    """Rows of one task, kept in small files until the parent collects them."""

    def __init__(self, folder: Path, task: int) -> None:
        self._folder, self._task = folder, task
        self._held: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.rows: Counter[str] = Counter()

    def __call__(self, table: str, row: tuple[Any, ...]) -> None:
        """Take one row."""
        self._held[table].append(row)

    def flush(self) -> None:
        """Move what is held to disk."""
        for table, rows in self._held.items():
            self.rows[table] += len(rows)
            path = spool_path(self._folder, self._task, table)
            with open(path, "a", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        self._held.clear()


def spool_path(folder: Path, task: int, table: str) -> Path:
    """Where a task keeps the rows of a table."""
    return folder / f"{task}.{table.replace('/', '.')}"


@dataclass
class Outcome:
    """What a task leaves: manifest entries, rows per table, hits and sessions."""

    task: int
    entries: list[tuple[str, int, str, int]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    hits: int = 0
    sessions: int = 0


@dataclass(frozen=True)
class Job:
    """One task: `people` (a slice), `day`, or `lasting`."""

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
    places += [("day", day) for day in range(plan.total_days)]
    for number, (kind, at) in enumerate(places):
        yield Job(number, kind, at, plan, str(out), str(spool), level)


def run_job(job: Job) -> Outcome:
    """Run one task in whatever process."""
    plan, outcome = job.plan, Outcome(job.number)
    spool = Spool(Path(job.spool), job.number)
    if job.kind == "lasting":
        business.lasting_rows(plan, spool)
    elif job.kind == "people":
        high = min(job.at + SLICE, plan.people)
        for low in range(job.at, high, WINDOW):
            open_window(plan.seed, range(low, min(low + WINDOW, high)))
            business.people_rows(plan, low, min(low + WINDOW, high), spool)
            spool.flush()
    else:
        open_window(plan.seed, ())
        _day(plan, job, spool, outcome)
    spool.flush()
    outcome.rows = spool.rows
    return outcome


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


Renderers = list[list[tuple[Renderer, Packed]]]


def _day(plan: Plan, job: Job, spool: Spool, outcome: Outcome) -> None:
    """Everything that happens on one calendar day."""
    day, out = job.at, Path(job.out)
    business.calendar_rows(plan, day, spool)
    renderers: Renderers = []
    for site, web in enumerate(PROPERTIES):
        ours = []
        for form, cut in exports(plan, site, day):
            name = FILE[form].format(plan.date(day).strftime("%Y%m%d")) + ".json.gz"
            path = out / "ga360" / web.name / name
            ours.append((Renderer(plan, site, day, form, cut), Packed(path, job.level)))
            if len(ours) > 1:
                spool("truth/planted", (f"daily_and_{form}", "web_day", web.name,
                                        plan.date(day).isoformat(), ""))  # fmt: skip
        renderers.append(ours)
    before = machine_batches(plan, day - 1) if day else []
    machines = machine_batches(plan, day)
    _render(renderers, before, machines + idle_tablet_batches(plan, day), day)
    for batch in machines:
        business.web_rows(plan, batch, spool)
    for low in range(0, plan.people, SLICE * BLOCK):
        _block(plan, day, low, min(low + SLICE * BLOCK, plan.people), renderers, spool)
    for ours in renderers:
        for number, (renderer, file) in enumerate(ours):
            outcome.entries.append(file.close(out))
            outcome.hits += renderer.hits
            outcome.sessions += renderer.sessions
            for row in renderer.planted if number == 0 else []:
                spool("truth/planted", row)


def _block(plan: Plan, day: int, start: int, end: int, renderers: Renderers,
           spool: Spool) -> None:  # fmt: skip
    """What people start..end-1 do on a day: drawn together, written slice by slice."""
    late = person_batches(plan, day - 1, start, end, True) if day else []
    today = person_batches(plan, day, start, end) + tablet_batches(plan, day, start, end)
    visits = business.till_visits(plan, day, start, end)
    mailed = business.mailed(plan, day, start, end)
    told = [people_told(batch) for batch in (*late, *today)]
    known = set(mailed).union(*told, (who for who, _ in visits))
    # With the other half of each couple: names and addresses look at it.
    open_window(plan.seed, known.union(who ^ 1 for who in known))
    for low in range(start, end, SLICE):
        high = min(low + SLICE, end)
        ours = [batch.of_people(low, high) for batch in today]
        _render(renderers, [batch.of_people(low, high) for batch in late], ours, day)
        for batch in ours:
            business.order_rows(plan, batch, spool)
            business.web_rows(plan, batch, spool)
        business.till_rows(plan, day, [v for v in visits if low <= v[0] < high], spool)
        business.mail_rows(plan, day, [w for w in mailed if low <= w < high], spool)
        business.marketplace_rows(plan, day, low, high, spool)
        spool.flush()


def _render(renderers: Renderers, late: list[Batch], today: list[Batch],
            day: int) -> None:  # fmt: skip
    """Hand each batch to the exports of its property."""
    for batches, batch_day in ((late, day - 1), (today, day)):
        for batch in batches:
            for renderer, file in renderers[batch.site]:
                lines = renderer.render(batch, batch_day)
                if lines:
                    lines.append("")
                    file.write("\n".join(lines).encode("latin-1"), len(lines) - 1)


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
        tables[name].write((",".join(columns) + "\n").encode(), 0)
    work = list(jobs(plan, out, spool, level))
    entries: list[tuple[str, int, str, int]] = []
    hits = sessions = 0
    for done, outcome in enumerate(_run(work, processes), start=1):
        for name, count in outcome.rows.items():
            part = spool_path(spool, outcome.task, name)
            with open(part, "rb") as file:
                while text := file.read(1 << 20):
                    tables[name].write(text, 0)
            tables[name].rows += count
            part.unlink()
        entries += outcome.entries
        hits, sessions = hits + outcome.hits, sessions + outcome.sessions
        if progress:
            progress(done, len(work))
    for name, table in tables.items():
        entry = table.close(out)
        if name not in TRUTH:
            entries.append(entry)
    return entries, {name: table.rows for name, table in tables.items()}, hits, sessions


def _run(work: list[Job], processes: int) -> Iterator[Outcome]:
    if processes < 1:
        yield from map(run_job, work)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        yield from pool.imap(run_job, work)


def write_manifest(out: Path, entries: list[tuple[str, int, str, int]]) -> None:
    """Write manifest.csv: path, bytes, sha256, row_count, sorted by path."""
    with open(out / "manifest.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("path", "bytes", "sha256", "row_count"))
        writer.writerows(sorted(entries))
