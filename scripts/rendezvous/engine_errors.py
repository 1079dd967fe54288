"""What DuckDB says of a failure, without the cells it quotes.

`Could not convert string 'someone@house.example' to INT64` would stand in console, log and `target/run_results.json`.
What is shown is not filtered but composed: of parts known to come from SQL, a schema or a file's place. An error of a
kind that never looks at values (a missing table, a lock, no memory) stays as it is.

DuckDB also cuts what it quotes after so many bytes, at times in the midst of a character. Python cannot read such words
and raises UnicodeDecodeError in the place of DuckDB's error, so whoever expects a failure expects FAILURES.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import duckdb

FAILURES = (duckdb.Error, UnicodeDecodeError)
NOT_SHOWN = "the value is not shown, it may be a client's"

# These alone are thrown while values are worked on.
_OF_VALUES = (duckdb.DataError, duckdb.IntegrityError, duckdb.InvalidInputException, duckdb.NotSupportedError)

_REASONS = (
    "Value with unterminated quote found",
    r"Expected Number of Columns: \d+ Found: \d+",
    "Invalid unicode",
    "Maximum line size of \\d+ bytes exceeded",
    "Malformed JSON",
    "More than one row returned by a subquery",
    "Duplicate key",
    "NOT NULL constraint failed: [\\w.]+",
    "Overflow in \\w+",
    "Could not convert string",
    "Could not cast value",
    "Unknown TimeZone",
)
_JSON = re.compile(r'[\w ]+: (?:Malformed JSON|JSON transform error) in file "[^"\n]*", (?:at byte \d+ )?in line \d+')
_EXCERPT = re.compile(r"\n\n(LINE \d+: [^\n]*\n *\^)\s*\Z")
_LINE = re.compile(
    r"(?s)Original Line: .*?(?=\n(?:Value with|Expected Number|Invalid unicode|Maximum line|Possible)|\Z)"
)
_PLACES = (
    r"CSV Error on Line: \d+",
    r"\bat byte \d+",
    r"(?m)^  file = [^\n]*$",
    r"\bto (?:U?INT\d+|BOOL|DECIMAL|FLOAT|DOUBLE|DATE|TIME|TIMESTAMP|INTERVAL)\b",
    r"\bsource column \w+",
)


def without_cells(error: duckdb.Error) -> str:
    """The words of an error that quote no cell: its kind, reason and place as far as known, and the SQL."""
    message = str(error)
    if not isinstance(error, _OF_VALUES):
        return message
    if json := _JSON.match(message):
        return f"{json[0]} ({NOT_SHOWN})"
    excerpt = _EXCERPT.search(message)
    told = message[: excerpt.start()] if excerpt else message
    kind = told.partition(":")[0]
    # A cell may hold anything, these words as well: what is quoted goes before anything is looked for.
    told = re.sub(r"([\"']).*\1", "''", _LINE.sub("", told))
    known = [found[0].strip() for part in (*_REASONS, *_PLACES) for found in re.finditer(part, told)]
    shown = f"{kind}: {', '.join(known) or 'DuckDB says no more'} ({NOT_SHOWN})"
    return f"{shown}\n\n{excerpt[1]}" if excerpt else shown


def _as_duckdb(error: duckdb.Error | UnicodeDecodeError) -> duckdb.Error:
    """The error that DuckDB meant; of which kind it was is not known when Python could not read it."""
    if isinstance(error, UnicodeDecodeError):
        return duckdb.InvalidInputException(error.object.decode(errors="replace"))
    return error


def quiet(call: Callable) -> Callable:
    """The same function; what DuckDB raises in it quotes no cell, neither itself nor by its cause."""

    @wraps(call)
    def quietly(*arguments: Any, **options: Any) -> Any:
        try:
            return call(*arguments, **options)
        except FAILURES as error:
            told = _as_duckdb(error)
            kind, message = type(told), without_cells(told)
        raise kind(message) from None

    return quietly
