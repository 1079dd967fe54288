"""Where the values of a column come from: column lineage of a query, with what makes a value harmless cut out.

A value is followed through select expressions, unions, subqueries and unfolded arrays. It is not followed into a
condition (a `case when`, a comparison: one bit of a value is no value) nor into what counts. Filters and joins decide
which rows exist; `conditions` lists what they read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from rendezvous import HouseError
from rendezvous.sql_reads import Warehouse

Column = tuple[str, str]
"""A table, as `schema.table`, and one of its columns."""
Flow = frozenset[Column]
NOTHING: Flow = frozenset()

_CONDITIONS = (exp.Predicate, exp.Not, exp.And, exp.Or, exp.RegexpLike, exp.RegexpILike, exp.StartsWith, exp.Exists)
_COUNTS = (exp.Count, exp.CountIf, exp.ApproxDistinct, exp.RowNumber, exp.Rank, exp.DenseRank)
_CLAUSES = ("where", "having", "qualify", "group", "order")


@dataclass
class Lineage:
    """The columns that a query's output columns come from, and those its filters, joins and orders read."""

    columns: dict[str, Flow] = field(default_factory=dict)
    conditions: Flow = NOTHING


def lineage(sql: str, warehouse: Warehouse, is_sanitiser: Callable[[exp.Expression], bool]) -> Lineage:
    """The lineage of one query, down to the tables it names. `is_sanitiser` says of an expression that nothing of a
    value comes out of it. Raises HouseError for SQL that cannot be parsed or a column whose origin is unknown."""
    try:
        query = sqlglot.parse_one(sql, dialect=warehouse.dialect)
        for table in query.find_all(exp.Table):
            table.set("catalog", None)
        query = qualify(
            query, dialect=warehouse.dialect, schema=warehouse.schema, validate_qualify_columns=False,
            quote_identifiers=False, infer_schema=True,
        )  # fmt: skip
    except sqlglot.errors.SqlglotError as error:
        raise HouseError(f"this SQL cannot be followed: {str(error).splitlines()[0]}") from None
    return _Walk(is_sanitiser).of(query)


class _Walk:
    def __init__(self, is_sanitiser: Callable[[exp.Expression], bool]) -> None:
        self._is_sanitiser = is_sanitiser
        self._outputs: dict[int, dict[str, Flow]] = {}
        self._conditions: set[Column] = set()

    def of(self, query: exp.Expression) -> Lineage:
        for scope in traverse_scope(query):
            self._outputs[id(scope.expression)] = self._columns(scope)
        return Lineage(self._outputs[id(query)], frozenset(self._conditions))

    def _columns(self, scope: Scope) -> dict[str, Flow]:
        expression = scope.expression
        if isinstance(expression, exp.SetOperation):
            left, right = (list(self._outputs[id(branch.expression)].items()) for branch in scope.union_scopes)
            return {name: flow | right[place][1] for place, (name, flow) in enumerate(left)}
        if not isinstance(expression, exp.Select):
            return {"": self._flow(expression, scope)}
        for part in [*(expression.args.get(clause) for clause in _CLAUSES), *(expression.args.get("joins") or ())]:
            if part is not None and not isinstance(part.this, exp.UDTF):
                self._conditions |= self._read_by(part, scope)
        return {each.alias_or_name: self._flow(each, scope) for each in expression.selects}

    def _flow(self, node: exp.Expression, scope: Scope) -> Flow:
        found: set[Column] = set()
        for part in self._values(node):
            if isinstance(part, exp.Column):
                found |= self._origin(part, scope)
            else:
                found |= frozenset().union(*self._outputs.get(id(part), {"": NOTHING}).values())
        return frozenset(found)

    def _values(self, node: exp.Expression) -> Iterator[exp.Expression]:
        """The columns and subqueries whose values come out of an expression."""
        if isinstance(node, (exp.Column, exp.Query)):
            yield node.this if isinstance(node, exp.Subquery) else node
        elif isinstance(node, _CONDITIONS + _COUNTS) or self._is_sanitiser(node):
            return
        elif isinstance(node, exp.Case):
            for branch in node.args["ifs"]:
                yield from self._values(branch.args["true"])
            yield from self._values(node.args["default"]) if node.args.get("default") else ()
        elif isinstance(node, exp.If):
            for name in ("true", "false"):
                yield from self._values(node.args[name]) if node.args.get(name) else ()
        elif isinstance(node, (exp.Window, exp.Filter)):
            yield from self._values(node.this)
        else:
            for child in node.iter_expressions():
                yield from self._values(child)

    def _origin(self, column: exp.Column, scope: Scope | None) -> Flow:
        while scope is not None:
            if column.table in scope.sources:
                return self._column_of(scope.sources[column.table], column, scope)
            scope = scope.parent
        raise HouseError(f"the origin of column {column.sql()} is unknown")

    def _column_of(self, source: exp.Expression | Scope, column: exp.Column, scope: Scope) -> Flow:
        if isinstance(source, exp.Table):
            return frozenset({(f"{source.db}.{source.name}", column.name)})
        outputs = self._outputs.get(id(source.expression))
        if outputs is None or isinstance(source.expression, exp.UDTF):
            return self._flow(source.expression, scope)
        if column.name not in outputs:
            raise HouseError(f"the origin of column {column.sql()} is unknown")
        return outputs[column.name]

    def _read_by(self, part: exp.Expression, scope: Scope) -> set[Column]:
        """Every column that a clause looks at, however it does."""
        found: set[Column] = set()
        for node in part.walk(prune=lambda each: isinstance(each, (exp.Query, exp.UDTF))):
            if isinstance(node, exp.Column) and node.table:
                found |= self._origin(node, scope)
        return found
