"""A copy of a file without its malformed records, for the landing views to read instead.

Records are split in Python and doubted ones are put to DuckDB alone: only what DuckDB itself refuses is
malformed, so a record's fate never depends on its neighbours. A copy carries the physical line of each record in a
column of its own, because leaving records out would shift the count.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
from isal import igzip

from rendezvous import counted
from rendezvous.contract import GA360_COLUMNS
from rendezvous.engine_errors import FAILURES
from rendezvous.landing import LINE_COLUMN, LONGEST_JSON_RECORD, csv_reader, json_reader

_LONGEST_CSV_RECORD = 2_000_000  # DuckDB's own limit of a line


def repair(connection, path: Path, copy: Path, header: list[str] | None, lines: int, max_share: float, checked) -> None:
    """Fills `checked` (rows, malformed, notes, has_copy or refused) and writes the copy.

    One malformed record never refuses a file; more than `max_share` of its lines do.
    """
    bearable = max(1, int(max_share * lines))
    split = _csv_records(path, header) if header else _json_records(path)
    judge = _Judge(connection, copy, header)
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    good = 0

    def kept() -> Iterator[str]:
        nonlocal good
        if header:
            yield _csv_line([*header, LINE_COLUMN])
        for line, text, reason in split:
            if reason and not judge.reads(text):
                checked.malformed.append((line, reason))
                if len(checked.malformed) > bearable:
                    return
                continue
            good += 1
            text = text.rstrip("\r\n")
            yield f"{text},{line}\n" if header else _with_line(text, line)

    write_copy(copy, kept())
    judge.close()
    if len(checked.malformed) > bearable:
        line, reason = checked.malformed[0]
        checked.refused = (
            f"more than {max_share:.0%} of its lines are malformed; the first is line {line}: {reason}"
        )
        return
    _verify(connection, copy, header, good, checked)
    if not checked.refused:
        checked.rows, checked.has_copy = good, True
        if not checked.malformed:
            checked.notes.append("blank lines or mixed line ends were left out of the copy that is read")


def write_copy(copy: Path, texts: Iterable[str]) -> None:
    """Writes a text file (gzip when its name says so) that only its owner can read."""
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as raw:
        if copy.name.endswith(".gz"):
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=1, mtime=0) as stream:
                stream.writelines(text.encode() for text in texts)
        else:
            raw.writelines(text.encode() for text in texts)


class _Judge:
    """Whether DuckDB reads a record alone, with the options of the landing views."""

    def __init__(self, connection, copy: Path, header: list[str] | None) -> None:
        self._connection, self._header = connection, header
        self._alone = copy.with_name(copy.name.removesuffix(".gz") + ".record." + ("csv" if header else "json"))

    def reads(self, text: str) -> bool:
        first = _csv_line(self._header) if self._header else ""
        write_copy(self._alone, [first, text.rstrip("\r\n") + "\n"])
        reader = csv_reader(self._alone, self._header) if self._header else json_reader([self._alone])
        try:
            counted = self._connection.execute(f"select count(*), count(columns(*)) from {reader}")
            return counted.fetchone()[0] == 1
        except FAILURES:
            return False

    def close(self) -> None:
        self._alone.unlink(missing_ok=True)


def _verify(connection, copy: Path, header: list[str] | None, good: int, checked) -> None:
    reader = csv_reader(copy, [*header, LINE_COLUMN]) if header else json_reader([copy])
    try:
        rows = connection.execute(f"select count(*), count(columns(*)) from {reader}").fetchone()[0]
    except FAILURES:
        rows = None
    if rows != good:
        what = "cannot be read" if rows is None else f"gives {counted(rows, 'row')} instead of {good:,}"
        checked.refused = f"{what} even without its {counted(len(checked.malformed), 'malformed line')}"


def _with_line(text: str, line: int) -> str:
    """A JSON record with its line as the first of its fields; `null`, which is a row too, has no others."""
    fields = "}" if text.strip() == "null" else text.strip().removeprefix("{")
    comma = "" if fields.lstrip().startswith("}") else ", "
    return f'{{"{LINE_COLUMN}": {line}{comma}{fields}\n'


def _csv_line(fields: list[str]) -> str:
    return ",".join('"' + name.replace('"', '""') + '"' for name in fields) + "\n"


def _open_text(path: Path):
    opener = igzip.open if path.name.endswith(".gz") else open
    return opener(path, "rt", encoding="utf-8-sig", newline="")


class _TooLong(Exception):
    pass


def _csv_records(path: Path, header: list[str]) -> Iterator[tuple[int, str, str]]:
    """(line, text, reason to doubt or '') of each record below the header. After a quote that goes wrong, reading
    goes on with the next line, so that one stray quote does not swallow the rest of the file."""
    csv.field_size_limit(2 * _LONGEST_CSV_RECORD)
    with _open_text(path) as stream:
        waiting: deque[str] = deque()
        taken: list[str] = []

        def pull() -> Iterator[str]:
            size = 0
            while True:
                line = waiting.popleft() if waiting else next(stream, None)
                if line is None:
                    return
                taken.append(line)
                size += len(line)
                if size > _LONGEST_CSV_RECORD:
                    raise _TooLong
                yield line

        number, is_header = 1, True
        while True:
            taken.clear()
            reason, fields = "", []
            try:
                fields = next(csv.reader(pull(), strict=True))
            except StopIteration:
                return
            except _TooLong:
                reason = "a quote that never closes" if len(taken) > 1 else "longer than 2,000,000 characters"
            except csv.Error as error:
                unclosed = "unexpected end" in str(error)
                reason = "a quote that never closes" if unclosed else "text after a closing quote"
            if reason:
                waiting.extendleft(reversed(taken[1:]))
                del taken[1:]
            elif fields and len(fields) != len(header):
                reason = f"{counted(len(fields), 'column')} instead of {len(header)}"
            if not is_header and (fields or reason):
                yield number, "".join(taken), reason
            number, is_header = number + len(taken), False


def _json_records(path: Path) -> Iterator[tuple[int, str, str]]:
    """(line, text, reason to doubt or '') of each line that is not blank."""
    with _open_text(path) as stream:
        for number, text in enumerate(stream, start=1):
            if text.strip():
                yield number, text, _doubt(text)


def _doubt(text: str) -> str:
    if len(text) > LONGEST_JSON_RECORD:
        return "longer than 32 MiB"
    try:
        row = json.loads(text, object_pairs_hook=_without_duplicates)
    except _Duplicate:
        return "an object with the same name twice"
    except (json.JSONDecodeError, RecursionError) as error:
        place = f" at character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        return f"not valid JSON{place}"
    try:
        text.encode()
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "half of a surrogate pair, which is no character"
    return _shape_doubt(row, _SHAPE, "the row")


class _Duplicate(Exception):
    pass


def _without_duplicates(pairs: list[tuple]) -> dict:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise _Duplicate
    return row


def _shape(kind) -> dict | list | None:
    """A DuckDB type as a pattern: a dict of patterns, a list of one pattern, or None for any scalar."""
    if kind.id == "struct":
        return {name: _shape(child) for name, child in kind.children}
    if kind.id == "list":
        return [_shape(kind.children[0][1])]
    return None


_SHAPE = {name: _shape(duckdb.sqltype(kind)) for name, kind in GA360_COLUMNS.items()}


def _shape_doubt(value: object, shape: dict | list | None, where: str) -> str:
    if value is None or shape is None:
        return ""
    if not isinstance(value, type(shape)):
        return f"{where} is not {'an object' if isinstance(shape, dict) else 'an array'}"
    if isinstance(shape, list):
        parts = ((element, shape[0], where) for element in value)
    else:
        parts = ((value.get(name), child, name) for name, child in shape.items())
    return next(filter(None, (_shape_doubt(*part) for part in parts)), "")
