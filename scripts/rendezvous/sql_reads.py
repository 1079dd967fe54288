"""What a statement reads, told from its SQL alone: which columns of which tables, and which days of them.

BigQuery bills the columns a statement names, and leaves partitions unread when a constant is compared with the
partition column itself: not when the days come from a subquery, a function stands around the column, or the filter
stands behind a window or an aggregation. So a read counts as bounded when the select that reads the table, or one that
takes the column from it unchanged through nothing but selects and inner joins, has such a comparison among the
conjuncts of its `where`. Views are read through, down to tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import sqlglot
from sqlglot import MappingSchema, exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

_COMPARISONS = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


@dataclass
class Warehouse:
    """What may be read, each as `schema.table`: the columns of every table and view, the query of each view, the
    column by which a table is partitioned."""

    dialect: str
    columns: dict[str, list[str]]
    views: dict[str, str] = field(default_factory=dict)
    partitions: dict[str, str] = field(default_factory=dict)

    @cached_property
    def schema(self) -> MappingSchema:
        """The columns as sqlglot wants them; only their names matter here."""
        schema = MappingSchema(dialect=self.dialect)
        for name, names in self.columns.items():
            dataset, table = name.split(".", 1)
            schema.add_table(exp.table_(table, dataset), dict.fromkeys(names, "STRING"), match_depth=False)
        return schema


@dataclass(frozen=True)
class Read:
    """One table as one select reads it."""

    table: str
    columns: frozenset[str]
    is_bounded: bool


def reads(sql: str, warehouse: Warehouse) -> list[Read]:
    """The tables that a script's queries read, once for each select that names them. What a MERGE or a DELETE does to
    its target is not counted."""
    found = []
    for statement in sqlglot.parse(sql, dialect=warehouse.dialect):
        if statement is not None and not isinstance(statement, exp.Drop):
            for query in _queries(statement):
                found += _reads_of(_qualified(_with_views(query, warehouse), warehouse), warehouse)
    return found


def unbounded_reads(sql: str, warehouse: Warehouse) -> list[str]:
    """The partitioned tables that a script reads without a bound, or whose rows it deletes without one."""
    found = [
        f"{read.table}: read without a bound on {warehouse.partitions[read.table]}"
        for read in reads(sql, warehouse) if read.table in warehouse.partitions and not read.is_bounded
    ]  # fmt: skip
    for statement in sqlglot.parse(sql, dialect=warehouse.dialect):
        if isinstance(statement, exp.Merge):
            found += _merge_without_bound(statement, warehouse.partitions)
    return found


def _queries(statement: exp.Expression) -> Iterator[exp.Query]:
    """The outermost queries of a statement."""
    if isinstance(statement, exp.Query):
        yield statement
        return
    for part in statement.iter_expressions():
        if isinstance(part, exp.Subquery):
            yield from _queries(part.this)
        else:
            yield from _queries(part)


def _merge_without_bound(merge: exp.Merge, partitions: dict[str, str]) -> Iterator[str]:
    """A merge reads its target, unless it is joined on FALSE; then each deleting branch must bound it."""
    target = _name(merge.this)
    if target not in partitions:
        return
    on_false = isinstance(merge.args["on"].unnest(), exp.Boolean) and not merge.args["on"].unnest().this
    if not on_false and not _bounds(merge.args["on"], merge.this.alias_or_name, partitions[target]):
        yield f"{target}: the merge is joined on {merge.args['on'].sql('bigquery')}"
    for branch in merge.args["whens"].expressions:
        condition = branch.args.get("condition")
        deletes = not branch.args["matched"] and branch.args.get("source")
        if deletes and not (condition and _bounds(condition, merge.this.alias_or_name, partitions[target])):
            where = condition.sql("bigquery") if condition else "nothing matches"
            yield f"{target}: the merge deletes rows where {where}"


def _with_views(query: exp.Query, warehouse: Warehouse) -> exp.Query:
    """The query with every view it names replaced by the view's own query, down to tables."""

    def inline(node: exp.Expression) -> exp.Expression:
        name = _name(node) if isinstance(node, exp.Table) and node.db else ""
        if name not in warehouse.views:
            return node
        body = sqlglot.parse_one(warehouse.views[name], dialect=warehouse.dialect).transform(inline)
        return exp.Subquery(this=body, alias=exp.TableAlias(this=exp.to_identifier(node.alias_or_name)))

    return query.copy().transform(inline)


def _qualified(query: exp.Query, warehouse: Warehouse) -> exp.Query:
    """The query with every column under the name of its table, and without those nobody asks for."""
    for table in query.find_all(exp.Table):
        table.set("catalog", None)
    return pushdown_projections(
        qualify(
            query, dialect=warehouse.dialect, schema=warehouse.schema, validate_qualify_columns=False,
            quote_identifiers=False, infer_schema=True,
        )
    )  # fmt: skip


def _reads_of(query: exp.Query, warehouse: Warehouse) -> Iterator[Read]:
    scopes = traverse_scope(query)
    readers = _readers(scopes)
    for scope in scopes:
        for alias, (_, source) in scope.selected_sources.items():
            if not isinstance(source, exp.Table):
                continue
            name = _name(source)
            names = frozenset(column.name for column in scope.columns if column.table == alias)
            column = warehouse.partitions.get(name)
            yield Read(name, names, bool(column) and _bounded(scope, alias, column, readers))


def _readers(scopes: list[Scope]) -> dict[int, list[tuple[Scope, str]]]:
    """For each scope the scopes that read it, and under which name."""
    readers: dict[int, list[tuple[Scope, str]]] = {}
    for scope in scopes:
        for name, (_, source) in scope.selected_sources.items():
            if isinstance(source, Scope):
                readers.setdefault(id(source.expression), []).append((scope, name))
        for branch in scope.union_scopes or ():
            readers.setdefault(id(branch.expression), []).append((scope, ""))
    return readers


def _bounded(scope: Scope, alias: str, column: str, readers: dict) -> bool:
    """The column of this source is bounded here, or by every reader it is handed on to unchanged."""
    select = scope.expression
    if isinstance(select, exp.Select):
        where = select.args.get("where")
        if where and _bounds(where.this, alias, column):
            return True
        if _hides(select, alias):
            return False
        places = [
            place for place, projection in enumerate(select.selects)
            if isinstance(projection.unalias(), exp.Column)
            and (projection.unalias().table, projection.unalias().name) == (alias, column)
        ]  # fmt: skip
    else:
        places = [place for place, name in enumerate(select.named_selects) if name == column]
    above = readers.get(id(select), [])
    return bool(above) and all(
        any(_bounded(reader, name, _named(reader if name == "" else scope, place), readers) for place in places)
        for reader, name in above
    )


def _named(scope: Scope, place: int) -> str:
    """The name of an output column. The columns of a union have the names of its first branch."""
    return scope.expression.named_selects[place]


def _hides(select: exp.Select, alias: str) -> bool:
    """A filter behind this select may not reach the table: rows are grouped, numbered, cut or kept without a match."""
    windows = any(found.find_ancestor(exp.Select) is select for found in select.find_all(exp.Window))
    outer = any(
        join.alias_or_name == alias and join.side in ("LEFT", "FULL")
        or join.alias_or_name != alias and join.side in ("RIGHT", "FULL")
        for join in select.args.get("joins") or ()
    )  # fmt: skip
    return windows or outer or any(select.args.get(part) for part in ("group", "limit", "qualify", "distinct"))


def _bounds(condition: exp.Expression, alias: str, column: str) -> bool:
    """One of the conjuncts compares the column itself with constants, or is FALSE."""
    for part in condition.unnest().flatten() if isinstance(condition.unnest(), exp.And) else [condition.unnest()]:
        part = part.unnest()
        if isinstance(part, exp.Boolean) and not part.this:
            return True
        if isinstance(part, _COMPARISONS):
            sides = [(part.left, part.right), (part.right, part.left)]
            if any(_is(left, alias, column) and _constant(right) for left, right in sides):
                return True
        if isinstance(part, exp.In) and _is(part.this, alias, column):
            values = part.args.get("expressions")
            if values and all(_constant(value) for value in values):
                return True
        if isinstance(part, exp.Between) and _is(part.this, alias, column):
            return _constant(part.args["low"]) and _constant(part.args["high"])
    return False


def _is(node: exp.Expression, alias: str, column: str) -> bool:
    return isinstance(node, exp.Column) and node.name == column and node.table.lower() in (alias.lower(), "")


def _constant(node: exp.Expression) -> bool:
    inner = node.this if isinstance(node, exp.Cast) else node
    return isinstance(inner, exp.Literal)


def _name(table: exp.Table) -> str:
    return f"{table.db}.{table.name}"
