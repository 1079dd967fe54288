"""Opens the landing folder as tables: one view per contract table, over the files as they lie there.

Nothing is copied and nothing is interpreted: every scalar is text, and staging judges it. `_file` is the path
below the landing folder, `_line` the physical line on which a record starts (the row number in a Parquet file). Web
exports in JSON are read in parallel, which counts no lines: NULL there; `landing.lines_of` counts them.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rendezvous import PROJECT, HouseError
from rendezvous.contract import GA360_COLUMNS, TABLES

DEMO_FOLDER = PROJECT / "seeds" / "demo" / "landing"
MACROS = PROJECT / "macros"
WEB_SYSTEMS = ("ga360", "ga4", "adobe")
GA360_TABLES = {
    "ga_sessions": "daily",
    "ga_sessions_intraday": "intraday",
    "ga_realtime_sessions": "streaming",
}

LINE_COLUMN = "_rendezvous_line"
"""Column of a copy without malformed records: the line on which each record starts in the file as it came."""

LONGEST_JSON_RECORD = 33_554_432  # bytes

_TABULAR = re.compile(r"\.(csv|csv\.gz|parquet)$")
_GA360_FILE = re.compile(
    r"^(ga_realtime_sessions|ga_sessions_intraday|ga_sessions)_(\d{8})(?:_[^/]*)?\.(json|json\.gz|parquet)$"
)


def landing_folder() -> Path:
    """The folder named by RENDEZVOUS_RAW, or the demo house. Raises HouseError if it is not a folder."""
    given = os.environ.get("RENDEZVOUS_RAW", "")
    folder = Path(given).expanduser().resolve() if given else DEMO_FOLDER
    if not os.path.isdir(folder):  # which is quiet about a folder above it that cannot be read
        raise HouseError(f"RENDEZVOUS_RAW is '{given}', which is not a folder. Name the landing folder.")
    return folder


@dataclass(frozen=True)
class LandingFile:
    """One file of the landing folder and the table it belongs to (`web_property` and `day` for web exports)."""

    path: Path
    relative: str
    system: str
    table: str
    web_property: str | None = None
    day: date | None = None

    @property
    def version(self) -> str:
        """Changes whenever the file does (name, size, time of last change)."""
        status = self.path.stat()
        return f"{self.relative}:{status.st_size}:{status.st_mtime_ns}"


@dataclass
class Landing:
    """What lies in a landing folder: contract files by table, files that belong to no table, and what has the name of
    a contract file and is none (path -> why)."""

    folder: Path
    files: list[LandingFile] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def emptiness(self) -> str:
        """What to say of a folder without any file of the contract, which builds a house of empty tables; or ''."""
        is_empty = not self.files and not self.refused
        return f"NO file of the landing contract in {self.folder}: what is built is empty" if is_empty else ""

    def of(self, system: str, table: str) -> list[LandingFile]:
        return [file for file in self.files if (file.system, file.table) == (system, table)]


def read_folder(folder: Path) -> Landing:
    """Lists a landing folder. Files are sorted by path, so every run sees the same order.

    Raises HouseError for a folder that cannot be read where files of the contract may lie: a build without them would
    drop what an earlier one made of them.
    """
    landing = Landing(folder)
    unread: dict[Path, OSError] = {}
    paths = list(entries_below(folder, lambda error: unread.setdefault(Path(error.filename), error)))
    for path, error in unread.items():
        if _may_hold_tables(path.relative_to(folder).parts):
            raise _cannot_be_listed(error)
    for path in sorted(paths):
        relative = path.relative_to(folder).as_posix()
        parts = relative.split("/")
        if relative == "manifest.csv" or parts[0] == "truth" or parts[-1].startswith("."):
            continue
        file = _classify(path, relative, parts)
        if file is not None:
            _take(landing, file)
            continue
        if os.path.isdir(path) and path not in unread and not _leads_back(path, folder):
            continue  # what lies in it is listed by itself
        landing.unknown.append(relative)
        if _may_hold_tables(tuple(parts)) and not os.path.exists(path):
            _list(path)  # a link to a folder that is gone
    for file in _decisions_beside():
        _take(landing, file)
    return landing


def _take(landing: Landing, file: LandingFile) -> None:
    """Lists a file that has its name from the contract; as refused, if there is nothing to open under that name."""
    reason = _no_file(file.path)
    if reason:
        landing.refused[file.relative] = reason
    else:
        landing.files.append(file)


def _no_file(path: Path) -> str:
    """Why a path cannot be opened as a file; '' for a file, whatever its rights are."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        what = f"a link to {os.readlink(path)}, which" if os.path.islink(path) else "it"
        return f"{what} cannot be opened: {error.strerror}"
    return "" if stat.S_ISREG(mode) else "no file but a folder, a pipe or a device"


def _decisions_beside() -> list[LandingFile]:
    """Stewards' decisions kept in a folder of their own, named by RENDEZVOUS_DECISIONS.

    They hold ids of client records and nothing that the key hashes, so the demo house may be reviewed, too.
    """
    given = os.environ.get("RENDEZVOUS_DECISIONS", "")
    if not given:
        return []
    beside = Path(given).expanduser().resolve()
    found = (
        _classify(path, f"RENDEZVOUS_DECISIONS/{path.name}", ["stewardship", path.name])
        for path in (_list(beside) if os.path.lexists(beside) else [])
        if not path.name.startswith(".")
    )
    return [file for file in found if file is not None]


def _list(folder: Path) -> list[Path]:
    """What lies in a folder. Raises HouseError if that cannot be told."""
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise _cannot_be_listed(error) from None


def _cannot_be_listed(error: OSError) -> HouseError:
    return HouseError(
        f"{error.filename}: this folder cannot be read ({error.strerror}), and without the files in it the house would"
        " lose what was built of them. Nothing was done."
    )


def _may_hold_tables(parts: tuple[str, ...]) -> bool:
    """Whether files of the contract may lie in the folder of such a path: the landing, a system, a web property."""
    return not parts or parts in {(system,) for system in (*TABLES, "ga360")} or (parts[0], len(parts)) == ("ga360", 2)


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, links that lead nowhere included."""
    return (path for path in entries_below(folder) if not os.path.isdir(path))


def entries_below(folder: Path, tell: Callable[[OSError], object] | None = None) -> Iterator[Path]:
    """Every file and folder below a folder; `tell` is told of folders that cannot be read.

    Links to folders are followed, so a landing may be put together from parts, but none back to where it lies.
    """
    for root, folders, names in os.walk(folder, onerror=tell, followlinks=True):
        yield from (Path(root) / name for name in folders + names)
        folders[:] = [name for name in folders if not _leads_back(Path(root) / name, folder)]


def _leads_back(path: Path, folder: Path) -> bool:
    """Whether a folder is one of those that it lies in, from `folder` on: then one would come back here for ever."""
    try:
        return any(path.samefile(above) for above in path.parents if above.is_relative_to(folder))
    except OSError:
        return False  # a folder that may not be entered is told of when it is listed


def _classify(path: Path, relative: str, parts: list[str]) -> LandingFile | None:
    if len(parts) == 3 and parts[0] == "ga360":
        found = _GA360_FILE.match(parts[2])
        if found:
            try:
                day = date.fromisoformat(found[2])
            except ValueError:
                return None
            return LandingFile(path, relative, "ga360", found[1], parts[1], day)
        return None
    if len(parts) == 2 and parts[0] in TABLES and _TABULAR.search(parts[1]):
        stem = _TABULAR.sub("", parts[1])
        tables = sorted(TABLES[parts[0]], key=len, reverse=True)
        for table in tables:
            if stem == table or stem.startswith(f"{table}_"):
                return LandingFile(path, relative, parts[0], table)
    return None


def open_landing(connection, landing: Landing, replacements: dict[str, Path] | None = None) -> None:
    """Creates the landing schemas, views and `landing.export_days` on a DuckDB connection.

    `replacements` maps a file's relative path to the copy to read instead (a copy without its malformed lines).
    Raises HouseError for a header that cannot be read.
    """
    replacements = replacements or {}
    for system, tables in TABLES.items():
        connection.execute(f"create schema if not exists landing_{system}")
        for table, columns in tables.items():
            files = landing.of(system, table)
            body = "\nunion all\n".join(
                _tabular_select(connection, file, replacements.get(file.relative, file.path), columns)
                for file in files
            ) or _empty_select({name: "VARCHAR" for name in columns} | {"_file": "VARCHAR", "_line": "BIGINT"})
            connection.execute(f"create or replace view landing_{system}.{table} as {body}")
    _open_ga360(connection, landing, replacements)
    _write_export_days(connection, landing)
    _open_lines(connection, landing, replacements)


def header_of(path: Path) -> list[str]:
    """The column names of a CSV file (a BOM is dropped). Raises HouseError for a file without a header."""
    opener = gzip.open if path.name.endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), None)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise HouseError(f"{path}: line 1: the header cannot be read ({error})") from error
    if not header:
        raise HouseError(f"{path}: line 1: no header row")
    names = [name.strip() or f"unnamed_{number}" for number, name in enumerate(header, start=1)]
    twice = sorted(name for name, count in Counter(name.lower() for name in names).items() if count > 1)
    if twice:
        raise HouseError(f"{path}: line 1: column {', '.join(twice)} stands there twice")
    return names


def csv_reader(path: Path, header: list[str]) -> str:
    """The table function that reads a CSV file: every column text, nothing guessed, nothing ignored."""
    types = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in header)
    return (
        f"read_csv({sql_text(path)}, header = true, auto_detect = false, delim = ',', quote = '\"',"
        f" escape = '\"', nullstr = '', strict_mode = true, columns = {{{types}}})"
    )


def json_reader(paths: list[Path]) -> str:
    """The table function that reads GA360 exports in JSON; an object where a list belongs is an error."""
    listed = ", ".join(sql_text(path) for path in paths)
    return _json_reader(f"[{listed}]", GA360_COLUMNS | {LINE_COLUMN: "BIGINT"})


def _json_reader(paths: str, columns: dict[str, str]) -> str:
    types = ", ".join(f"{sql_text(name)}: {sql_text(kind)}" for name, kind in columns.items())
    return (
        f"read_json({paths}, format = 'newline_delimited', columns = {{{types}}},"
        f" filename = true, maximum_object_size = {LONGEST_JSON_RECORD})"
    )


def sql_text(value: object) -> str:
    """A SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def _empty_select(columns: dict[str, str]) -> str:
    shown = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
    return f"select {shown} where false"


def _tabular_select(connection, file: LandingFile, path: Path, columns: list[str]) -> str:
    if path.name.endswith(".parquet"):
        reader = f"read_parquet({sql_text(path)}, file_row_number = true)"
        described = connection.execute(f"describe select * from read_parquet({sql_text(path)})").fetchall()
        present = [row[0] for row in described]
        line = "file_row_number + 1"
    else:
        present = header_of(path)
        reader = csv_reader(path, present)
        breaks = " + ".join(
            f"coalesce(length(\"{name}\") - length(replace(\"{name}\", chr(10), '')), 0)" for name in present
        )
        # A record starts after the header, the records before it, and the line breaks inside their quotes.
        line = (
            f"1 + row_number() over () + coalesce(cast(sum({breaks}) over"
            " (rows between unbounded preceding and 1 preceding) as bigint), 0)"
        )
        if present[-1] == LINE_COLUMN:
            line = f"cast({LINE_COLUMN} as bigint)"
    shown = ", ".join(
        f'cast("{name}" as varchar) as "{name}"' if name in present else f'cast(null as varchar) as "{name}"'
        for name in columns
    )
    return f"select {shown}, {sql_text(file.relative)} as _file, {line} as _line from {reader}"


def _open_ga360(connection, landing: Landing, replacements: dict[str, Path]) -> None:
    connection.execute("create schema if not exists landing_ga360")
    for table in GA360_TABLES:
        files = landing.of("ga360", table)
        selects = list(web_selects(connection, files, replacements))
        body = "\nunion all by name\n".join(selects) or _empty_select(
            GA360_COLUMNS | {"property": "VARCHAR", "table_date": "DATE", "_file": "VARCHAR", "_line": "BIGINT"}
        )
        connection.execute(f"create or replace view landing_ga360.{table} as {body}")


def web_selects(
    connection, files: list[LandingFile], replacements: dict[str, Path]
) -> Iterator[str]:
    """The queries that read web exports of one table: contract columns, property, table_date, _file and _line."""
    # One select per folder root, so that property, day and relative path are plain functions of the file
    # name: DuckDB then opens only the files that a predicate on property or table_date asks for.
    groups: dict[tuple[str, bool], list[Path]] = {}
    for file in files:
        path = replacements.get(file.relative, file.path)
        root = str(path)[: -len(file.relative)]
        groups.setdefault((root, path.name.endswith(".parquet")), []).append(path)
    for (root, is_parquet), paths in groups.items():
        if is_parquet:
            listed = "[" + ", ".join(sql_text(path) for path in paths) + "]"
            reader = f"read_parquet({listed}, union_by_name = true, filename = true, file_row_number = true)"
            line = "file_row_number + 1"
            present = {
                row[0] for row in connection.execute(f"describe select * from {reader}").fetchall()
            }
            shown = ", ".join(
                f'cast({chr(34) + name + chr(34) if name in present else "null"} as {kind}) as "{name}"'
                for name, kind in GA360_COLUMNS.items()
            )
        else:
            reader = json_reader(paths)
            line = LINE_COLUMN
            shown = ", ".join(f'"{name}"' for name in GA360_COLUMNS)
        relative = f"substr(filename, {len(root) + 1})"
        yield (
            f"select {shown}, split_part({relative}, '/', 2) as property,"
            r" cast(strptime(regexp_extract(filename, '_(\d{8})[^/]*$', 1), '%Y%m%d') as date) as table_date,"
            f" {relative} as _file, {line} as _line from {reader}"
        )


def _write_export_days(connection, landing: Landing) -> None:
    """`landing.export_days`: which export of which property and day lies there, in which version.

    Macros are part of every version, for dbt does not show a run their text: an edited one makes every day a
    changed day.
    """
    connection.execute("create schema if not exists landing")
    connection.execute(
        "create or replace table landing.export_days (source_system varchar, property varchar,"
        " table_kind varchar, table_date date, version varchar, byte_count bigint)"
    )
    days: dict[tuple[str, str, str, date], list[LandingFile]] = {}
    for file in landing.files:
        if file.system == "ga360":
            days.setdefault(
                (file.system, file.web_property, GA360_TABLES[file.table], file.day), []
            ).append(file)
    macros = _digest(path.read_text(encoding="utf-8") for path in MACROS.rglob("*.sql"))
    rows = [
        (*key, _digest([macros, *(file.version for file in files)]), sum(file.path.stat().st_size for file in files))
        for key, files in days.items()
    ]
    if rows:
        # One statement of lists: DuckDB takes as long for each row of executemany as for a statement.
        columns = [list(column) for column in zip(*rows)]
        unnested = ", ".join(f"unnest(${number})" for number in range(1, len(columns) + 1))
        connection.execute(f"insert into landing.export_days select {unnested}", columns)


def _open_lines(connection, landing: Landing, replacements: dict[str, Path]) -> None:
    """`landing.web_files`, where each web export is read from, and the table macro `landing.lines_of`: of a list of
    such paths to JSON every record's line and what tells records of one file apart. It reads in order, on one
    processor, and only the few fields it needs."""
    files = [file for file in landing.files if file.system in WEB_SYSTEMS]
    connection.execute("create or replace table landing.web_files (file varchar, path varchar)")
    if files:
        columns = [
            [file.relative for file in files],
            [str(replacements.get(file.relative, file.path)) for file in files],
        ]
        connection.execute("insert into landing.web_files select unnest($1), unnest($2)", columns)
    read = dict.fromkeys(
        ("fullVisitorId", "visitId", "visitStartTime", "exportTimeUsec", "exportKey", "visitKey"), "VARCHAR"
    )
    shown = ", ".join(f'"{name}"' for name in (*read, "hits"))
    connection.execute(f"""
        create or replace macro landing.lines_of(paths) as table
        select file as _file, place - min(place) over (partition by path) + 1 as _line, {shown}
        from (
            select *, row_number() over () as place from {_json_reader("paths", read | {"hits": "JSON[]"})}
        ) as records
        inner join landing.web_files on filename = path
    """)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
