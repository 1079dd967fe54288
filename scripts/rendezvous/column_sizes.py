"""How many bytes BigQuery would count for each column of the tables in a DuckDB database.

BigQuery bills the logical size of the columns that are read: 8 bytes for a number, a date or an instant, 1 for a
boolean, 16 for a NUMERIC, 2 and its length in UTF-8 for a text, the sum of its parts for a struct or an array, nothing
for NULL.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

_FIXED = {"boolean": 1, "decimal": 16, "interval": 16}
_EIGHT = 8


@dataclass(frozen=True)
class TableSize:
    """Bytes of each column, and over how many days the rows are spread (1 for a table without days)."""

    columns: dict[str, int]
    days: int = 1

    def of(self, names: frozenset[str] | None = None, one_day: bool = False) -> int:
        """Bytes of some columns (all by default), of all rows or of an average day."""
        known = {name.lower(): size for name, size in self.columns.items()}
        total = sum(known.values()) if names is None else sum(known.get(name.lower(), 0) for name in names)
        return total // max(self.days, 1) if one_day else total


def table_size(connection: duckdb.DuckDBPyConnection, name: str, day_column: str | None = None) -> TableSize:
    """The size of `schema.table`. Raises duckdb.Error when it is not there or its files are not."""
    schema, table = name.split(".")
    relation = connection.sql(f"from {_quoted(schema)}.{_quoted(table)}")
    columns = dict(zip(relation.columns, relation.types))
    sums = [f"coalesce(sum({_size(kind, _quoted(column))}), 0)" for column, kind in columns.items()]
    days = f"count(distinct {_quoted(day_column)})" if day_column in columns else "1"
    row = connection.execute(f"select {days}, {', '.join(sums)} from {_quoted(schema)}.{_quoted(table)}").fetchone()
    assert row is not None
    return TableSize({column: int(size) for column, size in zip(columns, row[1:])}, int(row[0]))


def _size(kind: duckdb.DuckDBPyType, value: str, depth: int = 0) -> str:
    """SQL: the bytes of one value."""
    if kind.id in ("varchar", "enum", "uuid"):
        return f"coalesce(2 + strlen(cast({value} as varchar)), 0)"
    if kind.id == "blob":
        return f"coalesce(2 + octet_length({value}), 0)"
    if kind.id in ("list", "array"):
        element = f"e{depth}"
        inner = _size(dict(kind.children)["child"], element, depth + 1)
        return f"coalesce(list_sum(list_transform({value}, lambda {element}: {inner})), 0)"
    if kind.id == "struct":
        fields = [_size(of, f"struct_extract({value}, '{name}')", depth) for name, of in kind.children]
        return f"case when {value} is null then 0 else {' + '.join(fields)} end"
    return f"case when {value} is null then 0 else {_FIXED.get(kind.id, _EIGHT)} end"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
