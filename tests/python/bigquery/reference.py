"""Google's reference implementation of GoogleSQL, which executes a query: the judge where two engines differ."""

from __future__ import annotations

import re

import googlesql
import language
from zetasql.api import PreparedQuery
from zetasql.types import SimpleCatalog

_SHARD = re.compile(r"(?P<wildcard>.+_20)(?P<suffix>[0-9]{6})")


def answer_of(query: str, given: dict[str, str]) -> list[tuple[str | None, ...]]:
    """The rows of a query whose columns are text, with each table it names given by the query that makes it.

    A table's query stands in the place of its name. A wildcard over date shards is BigQuery's own and stands for the
    rows of its shards with the rest of their names.
    """
    for table, rows in given.items():
        query = query.replace(table, f"({rows})")
        if shard := _SHARD.fullmatch(table):
            shards = f"(select *, '{shard['suffix']}' as _table_suffix from ({rows}))"
            query = query.replace(f"`{shard['wildcard']}*`", shards)
    googlesql.hasten()
    catalog = SimpleCatalog(name="bigquery", builtin_function_options=language.functions())
    builder = PreparedQuery.builder().set_sql(query).set_analyzer_options(language.options()).set_catalog(catalog)
    with builder.prepare() as prepared:
        rows_found = prepared.execute().content.table_data.row
    return [tuple(cell.string_value for cell in row.cell) for row in rows_found]
