"""What the commands that answer requests ask of an engine: to run a statement of DuckDB's SQL and to answer with rows.

DuckDB's own connection does. `rendezvous.bigquery.warehouse` does the same for BigQuery: it translates the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import duckdb

from rendezvous import HouseError


class Answer(Protocol):
    """The rows of a statement; of one that changes a table, one row with the number of rows changed."""

    @property
    def description(self) -> Sequence[Sequence[Any]]:
        """A tuple for each column, its name first."""

    def fetchall(self) -> list[tuple]:
        """All rows."""

    def fetchone(self) -> tuple | None:
        """The first row."""


class Connection(Protocol):
    """Runs statements. No value of a person is ever given to `execute`, for warehouses keep what they are sent: values
    go in by `executemany`, as data."""

    def execute(self, sql: str, values: Any = ..., /) -> Any:
        """Runs one statement; see Answer."""

    def executemany(self, sql: str, rows: Any, /) -> Any:
        """Adds rows: `insert into <table> values (?, …)`."""


class Warehouse(Connection, Protocol):
    """A connection to a house whose landing is tables, too."""

    def dataset_of(self, system: str) -> str:
        """Where the landing tables of a business system lie."""

    def changed_at(self, table: str) -> datetime | None:
        """When a table changed last; None where it is not there."""


class MissingTable(HouseError):
    """A statement named a table that is not there."""


MISSING = (duckdb.CatalogException, MissingTable)
"""What an engine raises when a table is not there."""
