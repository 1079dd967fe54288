"""BigQuery as an engine of the commands that answer requests (rendezvous.privacy.engine).

What names a person goes in by load jobs and never stands in a statement or its parameters, for both are kept in the
project's history of jobs. The table `person` lies in the closed dataset `vault` while a command runs, under a name of
its own; it is dropped at the end, and goes by itself after a day if the command is killed.
"""

from __future__ import annotations

import io
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from google.api_core.exceptions import NotFound
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, SchemaField, SourceFormat

from rendezvous import HouseError
from rendezvous.bigquery import connection, project_vars
from rendezvous.bigquery.errors import explained
from rendezvous.bigquery.translation import to_googlesql
from rendezvous.privacy.engine import MissingTable

SHARD = re.compile(r"(?P<prefix>ga_(?:sessions|sessions_intraday|realtime_sessions)_)(?P<day>20\d{6})")
DEFAULT_TIME_TRAVEL_HOURS = 168
_PERSON = [SchemaField("kind", "STRING"), SchemaField("value", "STRING")]
_TYPES = {str: "STRING", int: "INT64", date: "DATE", datetime: "DATETIME", type(None): "STRING"}
_TABLE_REQUESTS = 8


@dataclass(frozen=True)
class Answer:
    """Rows that were fetched."""

    rows: list[tuple]
    description: Sequence[Sequence[Any]] = ()

    def fetchall(self) -> list[tuple]:
        """All rows."""
        return self.rows

    def fetchone(self) -> tuple | None:
        """The first row."""
        return self.rows[0] if self.rows else None


class Warehouse:
    """A project of BigQuery; see engine.Connection."""

    def __init__(self, client: bigquery.Client) -> None:
        self.client = client
        self.person = f"vault.privacy_person_{secrets.token_hex(4)}"

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Answer:
        """Runs one statement of DuckDB's SQL in GoogleSQL. Raises MissingTable, or HouseError with BigQuery's cause."""
        return self.run(to_googlesql(sql, self.person), values)

    def run(self, googlesql: str, values: Sequence[Any] = ()) -> Answer:
        """Runs a statement or script that is written in GoogleSQL."""
        parameters = [bigquery.ScalarQueryParameter(f"p{number}", _TYPES[type(value)], value)
                      for number, value in enumerate(values, start=1)]  # fmt: skip
        with explained("answering a request", "Nothing half-done is lost: run the same command again."):
            try:
                job = self.client.query(googlesql, bigquery.QueryJobConfig(query_parameters=parameters))
                result = job.result()
            except NotFound as error:
                raise MissingTable(str(error.message)) from None
        if job.num_dml_affected_rows is not None:
            return Answer([(job.num_dml_affected_rows,)])
        return Answer([tuple(row.values()) for row in result], [(field.name,) for field in result.schema])

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Adds rows to the table of `insert into <table> values (…)` by a load job."""
        named = re.match(r"insert into (\S+)", sql)
        name = named[1] if named else ""
        self.append(self.person if name == "person" else name, rows)

    def append(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Adds rows, in the order of the table's columns."""
        listed = list(rows)
        if not listed:
            return
        schema = _PERSON if name == self.person else self.table(name).schema
        lines = [json.dumps({field.name: value for field, value in zip(schema, row, strict=True)}, default=str)
                 for row in listed]  # fmt: skip
        config = LoadJobConfig(schema=schema, source_format=SourceFormat.NEWLINE_DELIMITED_JSON)
        with explained(f"writing {name}", "Run the same command again."):
            self.client.load_table_from_file(
                io.BytesIO("\n".join(lines).encode()), f"{self.client.project}.{name}", job_config=config
            ).result()

    def table(self, name: str) -> bigquery.Table:
        """A table as BigQuery describes it. Raises MissingTable."""
        try:
            return self.client.get_table(f"{self.client.project}.{name}")
        except NotFound as error:
            raise MissingTable(str(error.message)) from None

    def changed_at(self, name: str) -> datetime | None:
        """When a table changed last; None where it is not there."""
        try:
            return self.table(name).modified
        except MissingTable:
            return None

    def dataset_of(self, system: str) -> str:
        """Where the landing tables of a business system lie."""
        return project_vars.business_dataset(system)

    def tables(self, datasets: Iterable[str]) -> list[bigquery.Table]:
        """Every table of some datasets, whatever its kind, but date shards; a dataset that is not there is empty."""
        names = [f"{dataset}.{item.table_id}" for dataset in sorted(set(datasets))
                 for item in self._listed(dataset) if not SHARD.fullmatch(item.table_id)]  # fmt: skip
        with ThreadPoolExecutor(_TABLE_REQUESTS) as pool:
            return list(pool.map(self.table, names))

    def shards(self, dataset: str) -> list[str]:
        """The date shards of web exports in a dataset, by name."""
        return sorted(item.table_id for item in self._listed(dataset) if SHARD.fullmatch(item.table_id))

    def time_travel_hours(self, datasets: Iterable[str]) -> int:
        """For how long, at most, what is deleted in some datasets can be read back."""
        def hours(dataset: str) -> int:
            found = self.client.get_dataset(f"{self.client.project}.{dataset}").max_time_travel_hours
            return int(found or DEFAULT_TIME_TRAVEL_HOURS)

        return max((hours(dataset) for dataset in datasets), default=DEFAULT_TIME_TRAVEL_HOURS)

    def open_person(self) -> None:
        """Makes the table `person`, which goes by itself after a day."""
        table = bigquery.Table(f"{self.client.project}.{self.person}", schema=_PERSON)
        table.expires = datetime.now(UTC) + timedelta(days=1)
        self.client.create_table(table)

    def drop(self, name: str) -> None:
        """Drops a table, if it is there."""
        with explained(f"dropping {name}", "Run the same command again."):
            self.client.delete_table(f"{self.client.project}.{name}", not_found_ok=True)

    def _listed(self, dataset: str) -> list:
        try:
            return list(self.client.list_tables(f"{self.client.project}.{dataset}"))
        except NotFound:
            return []


def reading(target: str) -> Warehouse:
    """The warehouse of a target of profiles.yml, for what asks about nobody in particular and writes nothing."""
    return Warehouse(connection.connect(target))


@contextmanager
def opened(target: str) -> Iterator[Warehouse]:
    """The warehouse of a target of profiles.yml. Raises HouseError where nothing was ever built."""
    warehouse = Warehouse(connection.connect(target))
    with explained("opening the warehouse", "Nothing was done."):
        if not warehouse._listed("vault"):
            raise HouseError(
                f"{warehouse.client.project}: no dataset vault. Run `rendezvous keys install` and"
                f" `dbt build --target {target}` first. Nothing was done."
            )
        warehouse.open_person()
    try:
        yield warehouse
    finally:
        warehouse.drop(warehouse.person)
