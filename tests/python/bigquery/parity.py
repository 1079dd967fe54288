"""Compares tables of two engines row by row and value by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

ALLOWED: dict[str, str] = {}
"""Differences that are accepted: `table.column` to the number of the decision in DECISIONS.md. It starts empty."""

Rows = list[dict[str, Any]]


def differences(table: str, left: Rows, right: Rows) -> list[str]:
    """What two tables differ in, in words; empty when they are equal as bags of rows."""
    columns = sorted(left[0] if left else right[0] if right else ())
    if left and right and columns != sorted(right[0]):
        return [f"{table}: columns {sorted(set(left[0]) ^ set(right[0]))} are in one of them only"]
    compared = [column for column in columns if f"{table}.{column}" not in ALLOWED]
    ours, theirs = (Counter(_rows(rows, compared)) for rows in (left, right))
    only_left, only_right = sorted((ours - theirs).elements()), sorted((theirs - ours).elements())
    if not only_left and not only_right:
        return []
    found = [f"{table}: {len(left)} and {len(right)} rows, {len(only_left)} and {len(only_right)} of them unmatched"]
    for first, second in list(zip(only_left, only_right))[:3]:
        pairs = [f"{c}: {a} | {b}" for c, a, b in zip(compared, first, second, strict=True) if a != b]
        found.append(f"{table}: {'; '.join(pairs)}")
    return found + [f"{table}: {row}" for row in (only_left or only_right)[:1]]


def _rows(rows: Rows, columns: list[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(_text(row[column]) for column in columns) for row in rows)


def _text(value: Any) -> str:
    """One spelling for equal values; different types stay different."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_text(inner)}" for name, inner in sorted(value.items())) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_text, value)) + "]"
    return "NULL" if value is None else repr(value)
