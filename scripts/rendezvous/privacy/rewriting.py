"""Landing files without a person: records taken out or emptied, every other byte kept, each file replaced at once."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from rendezvous import HouseError
from rendezvous.landing import header_of, sql_text

_MANIFEST = ["path", "bytes", "sha256", "row_count"]


@dataclass
class Change:
    """What happens to one file: lines (where a record starts) to drop, and lines with the columns to empty."""

    dropped: set[int] = field(default_factory=set)
    emptied: dict[int, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.dropped or self.emptied)


@dataclass(frozen=True)
class Rewritten:
    """One rewritten file: its path below the landing folder and what was done to its records."""

    path: str
    dropped: int
    emptied: int


def rewrite_table_file(path: Path, relative: str, change: Change, malformed: set[int]) -> Rewritten:
    """Rewrites a CSV or Parquet file of a business table; `malformed` are lines that are no record."""
    if path.name.endswith(".parquet"):
        _rewrite_parquet(path, change)
        return Rewritten(relative, len(change.dropped), len(change.emptied))
    header = header_of(path)
    with _replacing(path) as (source, target):
        for number, record in records(source, malformed):
            if number in change.dropped:
                continue
            target.write(_emptied(record, header, change.emptied[number]) if number in change.emptied else record)
    return Rewritten(relative, len(change.dropped), len(change.emptied))


@dataclass(frozen=True)
class WebPerson:
    """A person in one web property: devices that are theirs alone, their sessions (visitor, visit), and the sessions of
    others in which they signed in, with the ids that they signed in with."""

    visitors: frozenset[str]
    sessions: frozenset[tuple[str, str]]
    beside: frozenset[tuple[str, str]]
    ids: frozenset[str]


def rewrite_web_file(path: Path, relative: str, person: WebPerson, dry_run: bool = False) -> Rewritten:
    """Rewrites a GA360 export: the person's sessions go; a neighbour's session on a shared device keeps its hits and
    loses the ids of who else signed in. A file without the person is left as it is."""
    if path.name.endswith(".parquet"):
        return _rewrite_web_parquet(path, relative, person, dry_run)
    dropped = emptied = 0
    swap = _replacing(path)
    with swap as (source, target):
        for line in source:
            row = _object(line)
            visitor = str(row.get("fullVisitorId", "")).strip()
            session = (visitor, str(row.get("visitId", "")).strip())
            if visitor in person.visitors or session in person.sessions:
                dropped += 1
            elif session in person.beside:
                target.write(json.dumps(without(row, person.ids), ensure_ascii=False, separators=(",", ":")) + "\n")
                emptied += 1
            else:
                target.write(line)
        swap.is_wanted = bool(dropped or emptied) and not dry_run
    return Rewritten(relative, dropped, emptied)


def without(value: object, mentioned: frozenset[str]) -> object:
    """A JSON value whose texts are not among those mentioned; those become NULL."""
    if isinstance(value, dict):
        return {name: without(part, mentioned) for name, part in value.items()}
    if isinstance(value, list):
        return [without(part, mentioned) for part in value]
    return None if isinstance(value, str) and value in mentioned else value


def records(source: io.TextIOBase, malformed: set[int] = frozenset()) -> Iterator[tuple[int, str]]:
    """The records of a CSV stream with the line on which each starts; quotes may hold line breaks, except where a line
    is known to be malformed: a stray quote there opens nothing."""
    started, held = 1, ""
    for number, line in enumerate(source, start=1):
        if not held:
            started = number
        held += line
        if held.count('"') % 2 == 0 or started in malformed:
            yield started, held
            held = ""
    if held:
        yield started, held


def lines_with(path: Path, lines: set[int], texts: list[bytes]) -> set[int]:
    """Those of some physical lines in which one of the texts stands."""
    with open_bytes(path) as stream:
        return {
            number for number, line in enumerate(stream, start=1)
            if number in lines and any(text in line.lower() for text in texts)
        }  # fmt: skip


def open_bytes(path: Path):
    """The content of a file, unpacked."""
    return gzip.open(path, "rb") if path.name.endswith(".gz") else open(path, "rb")


def correct_manifest(folder: Path, changed: list[str]) -> bool:
    """Writes size, SHA-256 and rows of rewritten files into manifest.csv; False when there is no manifest."""
    path = folder / "manifest.csv"
    if not path.is_file() or not changed:
        return False
    with open(path, encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if row["path"] in changed:
            file = folder / row["path"]
            with open(file, "rb") as stream:
                row["sha256"] = hashlib.file_digest(stream, "sha256").hexdigest()
            row["bytes"] = str(file.stat().st_size)
            row["row_count"] = str(_rows_of(file)) if row.get("row_count") else ""
    with _replacing(path) as (_, target):
        writer = csv.DictWriter(target, _MANIFEST, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return True


def forget_in_manifest(folder: Path, gone: set[str]) -> None:
    """Takes files that were deleted out of manifest.csv, or they would be missed at every arrival."""
    path = folder / "manifest.csv"
    if path.is_file():
        with _replacing(path) as (source, target):
            target.writelines(line for line in source if line.split(",", 1)[0].strip('"') not in gone)


def _rows_of(path: Path) -> int:
    if path.name.endswith(".parquet"):
        return duckdb.connect().execute(f"select count(*) from read_parquet({sql_text(path)})").fetchone()[0]
    with _open(path, "rt") as stream:
        if ".json" in path.name:
            return sum(1 for line in stream if line.strip())
        return max(0, sum(1 for _, record in records(stream) if record.strip()) - 1)


def _emptied(record: str, header: list[str], columns: set[str]) -> str:
    cells = next(csv.reader([record]))
    kept = ["" if name in columns else cell for name, cell in zip(header, cells, strict=False)]
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n" if record.endswith("\r\n") else "\n").writerow(kept)
    return written.getvalue()


def _object(line: str) -> dict:
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _rewrite_parquet(path: Path, change: Change) -> None:
    names = [
        row[0] for row in duckdb.connect().execute(f"describe select * from read_parquet({sql_text(path)})").fetchall()
    ]
    by_column: dict[str, list[int]] = {}
    for line, columns in change.emptied.items():
        for column in columns & set(names):
            by_column.setdefault(column, []).append(line - 1)
    # Staging numbers the rows of a Parquet file from 1.
    shown = ", ".join(
        f'case when file_row_number in ({", ".join(map(str, by_column[name]))}) then null else "{name}" end as "{name}"'
        if name in by_column
        else f'"{name}"'
        for name in names
    )
    dropped = ", ".join(str(line - 1) for line in sorted(change.dropped)) or "-1"
    _copy_parquet(path, f"select {shown} from read_parquet({sql_text(path)}, file_row_number = true)"
                        f" where file_row_number not in ({dropped})")  # fmt: skip


def _rewrite_web_parquet(path: Path, relative: str, person: WebPerson, dry_run: bool) -> Rewritten:
    # Nested columns of a neighbour's session are not opened here: it goes as a whole with the person's ids in it.
    pairs = [*person.sessions, *person.beside, *((visitor, None) for visitor in person.visitors)]
    if not pairs:
        return Rewritten(relative, 0, 0)
    with duckdb.connect() as connection:
        connection.execute("create table gone (visitor varchar, visit varchar)")
        connection.executemany("insert into gone values (?, ?)", pairs)
        theirs = (
            "exists (select 1 from gone where visitor = cast(fullVisitorId as varchar)"
            " and (visit is null or visit = cast(visitId as varchar)))"
        )
        reader = f"read_parquet({sql_text(path)})"
        dropped = connection.execute(f"select count(*) from {reader} where {theirs}").fetchone()[0]
        if dropped and not dry_run:
            _copy_parquet(path, f"select * from {reader} where not {theirs}", connection)
    return Rewritten(relative, dropped, 0)


def _copy_parquet(path: Path, query: str, connection: duckdb.DuckDBPyConnection | None = None) -> None:
    partial = path.with_name(f".{path.name}.part")
    try:
        (connection or duckdb.connect()).execute(f"copy ({query}) to {sql_text(partial)} (format parquet)")
        shutil.copymode(path, partial)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _open(path: Path, mode: str):
    if path.name.endswith(".gz"):
        return gzip.open(path, mode, encoding="utf-8", newline="")
    return open(path, mode, encoding="utf-8", newline="")


class _replacing:
    """Opens a text file to read and its successor to write; the successor takes its place when all went well."""

    def __init__(self, path: Path) -> None:
        self.path, self.is_wanted = path.resolve(), True
        self.partial = self.path.with_name(f".{self.path.name}.part")

    def __enter__(self) -> tuple[io.TextIOBase, io.TextIOBase]:
        try:
            self.source = _open(self.path, "rt")
            handle = os.open(self.partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise HouseError(
                f"{self.path}: cannot be rewritten ({error.strerror}). Nothing of it was changed."
            ) from None
        self.raw = os.fdopen(handle, "wb")
        packed = self.path.name.endswith(".gz")
        self.packer = (
            gzip.GzipFile(filename="", mode="wb", fileobj=self.raw, compresslevel=6, mtime=0) if packed else None
        )
        self.target = io.TextIOWrapper(self.packer or self.raw, encoding="utf-8", newline="", write_through=False)
        return self.source, self.target

    def __exit__(self, kind, *_) -> None:
        self.source.close()
        self.target.flush()
        if self.packer:
            self.packer.close()
        self.raw.flush()
        os.fsync(self.raw.fileno())
        self.raw.close()
        if kind is None and self.is_wanted:
            os.chmod(self.partial, stat.S_IMODE(self.path.stat().st_mode))
            os.replace(self.partial, self.path)
        else:
            self.partial.unlink(missing_ok=True)
