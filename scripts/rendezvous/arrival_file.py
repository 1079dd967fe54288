"""The checks of one arriving file: whole, readable, UTF-8, and every record of it a record.

DuckDB reads a gzip stream without its checksum and, told to ignore errors, invents NULL rows; so the bytes are
checked here first, and the file is then read by DuckDB with the very options that the landing views use. What
DuckDB refuses is looked at record by record, and a copy without the malformed ones is written for the views.
No message ever quotes what a cell holds.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb
from isal import igzip, isal_zlib

from rendezvous import HouseError, arrival_repair
from rendezvous.contract import KEYS, TABLES
from rendezvous.engine_errors import FAILURES
from rendezvous.landing import LandingFile, csv_reader, header_of, json_reader, sql_text

_CHUNK = 1 << 20
_NAMED = 5  # columns that a note names before it counts the others
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "pipes"}
_WORKER = threading.local()


class Refused(Exception):
    """The file cannot be used; the text says where and why."""


@dataclass
class Checked:
    """What the checks found in one file; kept in the ledger while size and time of change stay the same."""

    size: int
    mtime_ns: int
    sha256: str = ""
    rows: int = 0
    malformed: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: str = ""
    has_copy: bool = False

    def same_file(self, path: Path) -> bool:
        stat = path.stat()
        return (self.size, self.mtime_ns) == (stat.st_size, stat.st_mtime_ns)

    def as_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict) -> Checked:
        return cls(**stored | {"malformed": [(line, reason) for line, reason in stored["malformed"]]})


def check_file(file: LandingFile, copy: Path, max_share: float, empty_announced: bool) -> Checked:
    """Checks one file; never raises for what is wrong with it. `copy` is where a copy without malformed records
    goes, `max_share` the share of malformed records above which the file is refused whole, `empty_announced`
    whether the manifest says that the file holds no row."""
    stat = file.path.stat()
    checked = Checked(stat.st_size, stat.st_mtime_ns)
    copy.unlink(missing_ok=True)
    try:
        with open(file.path, "rb") as stream:
            checked.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if stat.st_size == 0:
            _accept_empty(file, copy, checked, empty_announced)
        elif file.path.name.endswith(".parquet"):
            _check_parquet(file, checked)
        else:
            _check_text(file, copy, checked, max_share)
    except Refused as error:
        checked.refused = str(error)
    except OSError as error:
        checked.refused = f"cannot be read: {error.strerror or type(error).__name__}"
    if checked.refused:
        copy.unlink(missing_ok=True)
        checked.has_copy = False
    return checked


def _accept_empty(file: LandingFile, copy: Path, checked: Checked, announced: bool) -> None:
    if not announced:
        raise Refused(
            "zero bytes: a delivery that never arrived; an empty day is an empty gzip stream, or a line of"
            " manifest.csv with row_count 0"
        )
    if file.path.name.endswith(".parquet"):
        raise Refused("zero bytes: not a Parquet file")
    columns = TABLES[file.system][file.table] if file.system in TABLES else []
    arrival_repair.write_copy(copy, [",".join(columns) + "\n"] if columns else [])
    checked.has_copy = True


def _check_text(file: LandingFile, copy: Path, checked: Checked, max_share: float) -> None:
    lines = _check_bytes(file.path)
    if file.system in TABLES:
        header = _check_header(file, checked, header_of)
        reader = csv_reader(file.path, header)
        breaks = " + ".join(
            f"coalesce(sum(length(\"{name}\") - length(replace(\"{name}\", chr(10), ''))), 0)"
            for name in header
        )
        counted = f"select count(*), 1 + count(*) + cast({breaks} as bigint) from {reader}"
    else:
        header = None
        counted = f"select count(*), count(*), count(columns(*)) from {json_reader([file.path])}"
    connection = _duckdb()
    try:
        checked.rows, lines_read = connection.execute(counted).fetchone()[:2]
    except FAILURES:
        lines_read = None
    # Blank lines and odd line ends do no harm to the rows, but would shift the numbers of the lines below.
    if lines_read != lines:
        arrival_repair.repair(connection, file.path, copy, header, lines, max_share, checked)
    if checked.refused:
        raise Refused(checked.refused)


def _check_bytes(path: Path) -> int:
    """Reads the file to its last byte, gzip trailer included; returns its number of lines. Raises Refused."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset, lines, last = 0, 0, b""
    opener = igzip.open if path.name.endswith(".gz") else open
    try:
        with opener(path, "rb") as stream:
            while True:
                chunk = stream.read(_CHUNK)
                if offset == 0 and (
                    chunk[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\0" in chunk[:4]
                ):
                    raise Refused("line 1, byte 0: not UTF-8 but UTF-16; export it as UTF-8")
                kept = decoder.getstate()[0]
                try:
                    decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError as error:
                    data = kept + chunk
                    line = lines + data.count(b"\n", 0, error.start) + 1
                    raise Refused(
                        f"line {line}, byte {offset - len(kept) + error.start}: not UTF-8,"
                        f" probably {_guess(data, error.start)}; export it as UTF-8"
                    ) from None
                if not chunk:
                    break
                offset += len(chunk)
                lines += chunk.count(b"\n")
                last = chunk[-1:]
    except EOFError:
        size = path.stat().st_size
        raise Refused(f"truncated: the gzip stream ends after byte {size} without its trailer") from None
    except (isal_zlib.error, igzip.BadGzipFile) as error:
        raise Refused(f"damaged gzip stream, after byte {offset} of what it unpacks to: {error}") from None
    return lines + (last not in (b"\n", b""))


def _guess(data: bytes, start: int) -> str:
    """The probable encoding of bytes that are no UTF-8: lone high bytes are Latin-1, runs of them are not."""
    runs = re.findall(rb"[\x80-\xff]+", data[start : start + 4096])
    lone = sum(len(run) == 1 for run in runs)
    return "Latin-1 or Windows-1252" if lone * 2 >= len(runs) else "GB18030, Shift-JIS or the like"


def _check_header(file: LandingFile, checked: Checked, read) -> list[str]:
    """The columns of a tabular file. Raises Refused without its key; other differences are noted."""
    try:
        present = read(file.path)
    except HouseError as error:
        raise Refused(str(error).removeprefix(f"{file.path}: ")) from None
    expected = TABLES[file.system][file.table]
    missing_key = [name for name in KEYS[file.system][file.table] if name not in present]
    if missing_key:
        key = ", ".join(missing_key)
        raise Refused(f"line 1: no column {key}, which is the key of {file.table}{_separated(present)}")
    missing = [name for name in expected if name not in present]
    unknown = [name for name in present if name not in expected]
    if missing:
        checked.notes.append(f"no column {', '.join(missing)}: read as empty")
    if unknown:
        shown = ", ".join(unknown[:_NAMED]) + (f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else "")
        noun, verb = ("column", "is") if len(unknown) == 1 else ("columns", "are")
        checked.notes.append(f"{noun} {shown}, which the contract does not know, {verb} left out")
    return present


def _separated(header: list[str]) -> str:
    """What to add where a header seems to be in one piece because it is not separated by commas."""
    for character, name in _OTHER_SEPARATORS.items():
        if len(header) == 1 and character in header[0]:
            return f": its columns seem to be separated by {name}, where the contract has commas"
    return ""


def _check_parquet(file: LandingFile, checked: Checked) -> None:
    reader = f"read_parquet({sql_text(file.path)})"
    try:
        names = [row[0] for row in _duckdb().execute(f"describe select * from {reader}").fetchall()]
        if file.system in TABLES:
            _check_header(file, checked, lambda _: names)
        checked.rows = _duckdb().execute(f"select count(*), count(columns(*)) from {reader}").fetchone()[0]
    except FAILURES:
        raise Refused("not a whole, readable Parquet file") from None


def _duckdb() -> duckdb.DuckDBPyConnection:
    """The connection of this worker thread; opening one costs more than checking a small file."""
    if not hasattr(_WORKER, "connection"):
        # One thread each, because the files are what is checked in parallel; no cache of files, because one of them
        # (a record alone) is written many times over.
        _WORKER.connection = duckdb.connect(":memory:", config={"threads": 1, "enable_external_file_cache": False})
    return _WORKER.connection
