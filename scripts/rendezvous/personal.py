"""Which personal data reaches a table that people read: every column of the compiled project followed to its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from rendezvous import HouseError
from rendezvous.lineage import Column, Flow, Lineage, lineage
from rendezvous.sql_reads import Warehouse

CLOSED = ("staging", "vault")
"""Schemas where contacts may stand in clear."""
_REMOVED = "[removed]"
_TEXT = ("TEXT", "VARCHAR", "CHAR", "JSON", "BLOB", "STRUCT", "ARRAY", "LIST", "MAP")


# Columns of an export that Google fills; no visitor and no page can write into them.
_WEB_IDS = {"property", "table_date", "fullvisitorid", "visitid", "visitnumber", "visitstarttime", "_file", "_line"}


@dataclass(frozen=True)
class Model:
    """One model as compiled: its schema and name, its query, and the columns its table has if not the query's own."""

    schema: str
    name: str
    sql: str
    columns: tuple[str, ...] = ()


@dataclass
class Project:
    """The lineage of a compiled project, table by table, sources last."""

    tables: dict[str, Lineage] = field(default_factory=dict)

    def origins(self, table: str, column: str) -> Flow:
        """The source columns whose values may stand in a column."""
        return self._sources({(table, column)})

    def looked_at(self, table: str) -> Flow:
        """The source columns that the filters, joins and orders of a model's own query read."""
        return self._sources(set(self.tables[table].conditions))

    def _sources(self, waiting: set[Column]) -> Flow:
        """Where these columns lead to. A table that reads itself, as one that remembers does, leads nowhere new."""
        seen: set[Column] = set()
        while waiting:
            each = waiting.pop()
            seen.add(each)
            waiting |= self._read_for(*each) - seen
        return frozenset(each for each in seen if each[0] not in self.tables)

    def _read_for(self, table: str, column: str) -> Flow:
        if table not in self.tables:
            return frozenset()
        read = self.tables[table].columns.get(column)
        if read is None:
            raise HouseError(f"{table} has no column {column}, yet it is read")
        return read


def project_lineage(models: list[Model], sources: dict[str, list[str]]) -> Project:
    """Follows every column of the models, given in the order in which they are built. `sources`: the columns of each
    table that no model makes. Raises HouseError naming the model whose SQL cannot be followed."""
    project = Project()
    known = dict(sources)
    for model in models:
        name = f"{model.schema}.{model.name}"
        try:
            found = lineage(model.sql, Warehouse("duckdb", known), is_sanitiser)
        except HouseError as error:
            raise HouseError(f"{name}: {error}") from None
        if model.columns:
            everything = frozenset().union(*found.columns.values())
            found = Lineage(dict.fromkeys(model.columns, everything), found.conditions)
        project.tables[name] = found
        known[name] = list(found.columns)
    return project


def leaks(project: Project, contacts: frozenset[str]) -> Iterator[str]:
    """Columns outside the closed schemas into which a contact of the landing comes in clear, or by whose value rows
    are chosen there. `contacts`: names of the columns that hold contacts."""
    for table, found in project.tables.items():
        if table.partition(".")[0] in CLOSED:
            continue
        for column in found.columns:
            for source in sorted(_contacts(project.origins(table, column), contacts)):
                yield f"{table}.{column} holds {'.'.join(source)} in clear"
        for source in sorted(_contacts(project.looked_at(table), contacts)):
            yield f"{table} chooses or orders its rows by {'.'.join(source)}"


def unscrubbed(project: Project, schemas: tuple[str, ...]) -> dict[str, set[str]]:
    """The columns of these schemas into which text of a web export comes without having been scrubbed, and from which
    of its columns."""
    found: dict[str, set[str]] = {}
    for table, columns in project.tables.items():
        if table.partition(".")[0] in schemas:
            for column in columns.columns:
                read = {
                    name
                    for source, name in project.origins(table, column)
                    if source.startswith("landing_ga360.") and name.lower() not in _WEB_IDS
                }
                if read:
                    found[f"{table}.{column}"] = read
    return found


def is_sanitiser(node: exp.Expression) -> bool:
    """A keyed hash; a text scrubbed of personal data; a value read as something else than text."""
    if isinstance(node, (exp.SHA2, exp.SHA2Digest)):
        return any(dot.name == "inner_pads" for dot in node.find_all(exp.Dot))
    if isinstance(node, exp.Case):
        return any(_REMOVED in _text(literal) for literal in node.find_all(exp.Literal))
    if isinstance(node, (exp.Cast, exp.TryCast)):
        return _is_measure(node.to)
    return False


def _is_measure(kind: exp.DataType) -> bool:
    """Numbers, instants and truth values; a date is none, for a birth date is one."""
    name = kind.this.value if isinstance(kind.this, exp.DataType.Type) else str(kind.this)
    return name != "DATE" and name not in _TEXT


def _text(literal: exp.Literal) -> str:
    return literal.this if literal.is_string else ""


def _contacts(flow: Flow, contacts: frozenset[str]) -> set[Column]:
    return {(table, name) for table, name in flow if table.startswith("landing_") and name in contacts}
