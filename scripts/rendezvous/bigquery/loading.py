"""Landing files into BigQuery: what is new is loaded, each unit in one atomic step, and written down.

A unit is what is replaced at once. Of a GA360 export it is one shard: a load job that truncates the shard is atomic by
itself. Of a business table it is all its new files: they are loaded into a staging table, and one transaction
takes out the rows of these files, puts the new ones in and writes the ledger. So a load that dies leaves every
table as it was or as it should be, and the next one goes on where it stopped.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from google.api_core.exceptions import NotFound
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, SchemaField, SourceFormat, WriteDisposition

from rendezvous import HouseError, arrivals, landing
from rendezvous.bigquery import project_vars
from rendezvous.bigquery.errors import explained
from rendezvous.bigquery.schemas import business_schema, ga360_schema
from rendezvous.contract import GA360_COLUMNS, TABLES

LANDING = "landing"
LEDGER = f"{LANDING}.load_ledger"
_LEDGER_SCHEMA = [
    SchemaField("path", "STRING"), SchemaField("destination", "STRING"), SchemaField("sha256", "STRING"),
    SchemaField("byte_count", "INTEGER"), SchemaField("loaded_at", "TIMESTAMP"),
]
_REFUSED = [SchemaField("path", "STRING"), SchemaField("reason", "STRING")]
_MALFORMED = [SchemaField("path", "STRING"), SchemaField("line", "INTEGER"), SchemaField("reason", "STRING")]
_LEDGER_BATCH = 20  # shards: BigQuery takes 1,500 loads a day into one table, so not one for each
_TYPES = {"INTEGER": "BIGINT", "STRING": "VARCHAR", "BOOLEAN": "BOOLEAN", "FLOAT": "DOUBLE"}


@dataclass
class Unit:
    """What is replaced in one atomic step: a shard, or the rows of some files of a business table."""

    system: str
    table: str
    dataset: str
    name: str
    files: list[landing.LandingFile] = field(default_factory=list)

    @property
    def destination(self) -> str:
        return f"{self.dataset}.{self.name}"

    @property
    def is_shard(self) -> bool:
        return self.system == "ga360"

    @property
    def size(self) -> int:
        return sum(file.path.stat().st_size for file in self.files)


def ledger_rows(client: bigquery.Client) -> list[dict[str, str]]:
    """Path, destination and sha256 of each file's last load; none before the first."""
    try:
        rows = client.query_and_wait(
            f"select path, destination, sha256 from {LEDGER} where true"
            " qualify row_number() over (partition by path order by loaded_at desc) = 1"
        )
    except NotFound:
        return []
    return [dict(row) for row in rows]


class Loader:
    """Loads one landing folder through one client."""

    def __init__(self, client: bigquery.Client, found: landing.Landing, ledger: arrivals.Ledger) -> None:
        self.client, self.ledger = client, ledger
        self.accepted = ledger.accepted(found)
        self.present = {file.relative for file in found.files}

    # -- what is to be done

    def plan(self) -> list[Unit]:
        """The units with a file that is new or has other bytes than at its last load."""
        known = self.loaded()
        units = self._units()
        waiting = []
        for unit in units:
            new = [file for file in unit.files if known.get(file.relative) != self.ledger.sha256[file.relative]]
            if new:
                waiting.append(replace(unit, files=unit.files if unit.is_shard else new))
        return waiting

    def loaded(self) -> dict[str, str]:
        """Path to the sha256 of its last load; empty before the first."""
        return {row["path"]: row["sha256"] for row in ledger_rows(self.client)}

    def _units(self) -> list[Unit]:
        datasets = project_vars.property_datasets()
        units: dict[str, Unit] = {}
        for file in self.accepted.files:
            if file.system == "ga360":
                if file.web_property not in datasets:
                    raise HouseError(
                        f"{file.relative}: dbt_project.yml's ga360_properties names no dataset for the property "
                        f"'{file.web_property}'. Add it there, then load again; nothing was loaded."
                    )
                dataset, name = datasets[file.web_property], f"{file.table}_{file.day:%Y%m%d}"
            elif file.system in TABLES:
                dataset, name = project_vars.business_dataset(file.system), file.table
            else:
                continue
            unit = units.setdefault(f"{dataset}.{name}", Unit(file.system, file.table, dataset, name))
            unit.files.append(file)
        return list(units.values())

    def vanished(self) -> list[str]:
        """Files that were loaded and no longer lie in the folder. Their rows stay: a landing folder may be emptied."""
        return sorted(set(self.loaded()) - self.present)

    # -- doing it

    def prepare(self) -> None:
        """Creates what is missing: the datasets, every table of the contract (empty feeds too), the ledger."""
        self._dataset(LANDING)
        self._table(LEDGER, _LEDGER_SCHEMA)
        for dataset in project_vars.property_datasets().values():
            self._dataset(dataset)
        for system, tables in TABLES.items():
            self._dataset(project_vars.business_dataset(system))
            for table in tables:
                self._table(f"{project_vars.business_dataset(system)}.{table}", business_schema(system, table))

    def load(self, units: list[Unit], progress: Callable[[int], None] = lambda _: None) -> None:
        """Loads the units in order. Whatever stops it, what was loaded is written down."""
        connection = duckdb.connect(config={"threads": 2})
        connection.execute("set timezone = 'UTC'")
        landing.open_landing(connection, self.accepted, self.ledger.replacements)
        done: list[Unit] = []
        try:
            for unit in units:
                with explained(f"loading {unit.destination} from {unit.files[0].relative}"):
                    self._load_unit(connection, unit, done)
                progress(unit.size)
        finally:
            self._write_down(done)

    def write_arrivals(self) -> None:
        """`landing.refused_files` and `landing.malformed_lines`, for the quarantine models."""
        refused = [{"path": path, "reason": reason} for path, reason in self.ledger.unread().items()]
        malformed = [
            {"path": path, "line": line, "reason": reason} for path, line, reason in self.ledger.malformed
        ]
        self._write(f"{LANDING}.refused_files", _REFUSED, refused)
        self._write(f"{LANDING}.malformed_lines", _MALFORMED, malformed)

    def _load_unit(self, connection, unit: Unit, done: list[Unit]) -> None:
        if not unit.is_shard:
            self._load_business(connection, unit)
            return
        self._load_shard(connection, unit)
        done.append(unit)
        if len(done) >= _LEDGER_BATCH:
            self._write_down(done)

    def _write_down(self, done: list[Unit]) -> None:
        if done:
            self._write(LEDGER, _LEDGER_SCHEMA, self._ledger_rows(done), WriteDisposition.WRITE_APPEND)
            done.clear()

    def _load_shard(self, connection, unit: Unit) -> None:
        schema = list(ga360_schema(unit.table))
        rows = "\nunion all by name\n".join(landing.web_selects(connection, unit.files, self.ledger.replacements))
        shown = ", ".join(
            f'try_cast("{f.name}" as {_duckdb_type(f, GA360_COLUMNS[f.name])}) as "{f.name}"'
            for f in schema if f.name in GA360_COLUMNS
        )
        self._load_query(connection, f"select {shown} from ({rows}) as exported", unit.destination, schema)

    def _load_business(self, connection, unit: Unit) -> None:
        schema = business_schema(unit.system, unit.table)
        paths = ", ".join(landing.sql_text(file.relative) for file in unit.files)
        staging = f"{unit.destination}__loading"
        self._load_query(
            connection, f"select * from landing_{unit.system}.{unit.table} where _file in ({paths})", staging, schema
        )
        columns = ", ".join(f"`{f.name}`" for f in schema)
        rows = ",\n".join(
            "(" + ", ".join([*map(_literal, (row["path"], row["destination"], row["sha256"])), str(row["byte_count"]),
                             f"timestamp {_literal(row['loaded_at'])}"]) + ")"
            for row in self._ledger_rows([unit])
        )
        script = f"""
            begin transaction;
            delete from {unit.destination} where _file in ({', '.join(_literal(f.relative) for f in unit.files)});
            insert into {unit.destination} ({columns}) select {columns} from {staging};
            insert into {LEDGER} (path, destination, sha256, byte_count, loaded_at) values {rows};
            commit transaction;
        """
        self.client.query_and_wait(script)
        self.client.delete_table(f"{self.client.project}.{staging}", not_found_ok=True)

    def _ledger_rows(self, units: Iterable[Unit]) -> list[dict]:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return [
            {"path": file.relative, "destination": unit.destination, "sha256": self.ledger.sha256[file.relative],
             "byte_count": file.path.stat().st_size, "loaded_at": now}
            for unit in units for file in unit.files
        ]

    # -- the jobs

    def _load_query(self, connection, query: str, destination: str, schema: list[SchemaField]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.json.gz"
            connection.execute(f"copy ({query}) to {landing.sql_text(path)} (format json, compression gzip)")
            with open(path, "rb") as stream:
                self._load_stream(stream, destination, schema, WriteDisposition.WRITE_TRUNCATE)

    def _write(self, destination: str, schema: list[SchemaField], rows: list[dict],
               disposition: str = WriteDisposition.WRITE_TRUNCATE) -> None:
        with tempfile.TemporaryFile() as stream:
            with gzip.open(stream, "wt", encoding="utf-8") as text:
                text.writelines(json.dumps(row) + "\n" for row in rows)
            stream.seek(0)
            self._load_stream(stream, destination, schema, disposition)

    def _load_stream(self, stream, destination: str, schema: list[SchemaField], disposition: str) -> None:
        config = LoadJobConfig(
            schema=schema, source_format=SourceFormat.NEWLINE_DELIMITED_JSON, write_disposition=disposition
        )
        self.client.load_table_from_file(stream, f"{self.client.project}.{destination}", job_config=config).result()

    def _dataset(self, name: str) -> None:
        dataset = bigquery.Dataset(f"{self.client.project}.{name}")
        dataset.location = self.client.location
        self.client.create_dataset(dataset, exists_ok=True)

    def _table(self, name: str, schema: list[SchemaField]) -> None:
        self.client.create_table(bigquery.Table(f"{self.client.project}.{name}", schema=schema), exists_ok=True)


def _duckdb_type(field: SchemaField, landed: str) -> str:
    """The DuckDB type that writes a field as its schema wants it: the parts that are landed, in their own type."""
    return _typed(field, duckdb.type(landed))


def _typed(field: SchemaField, landed) -> str:
    if landed.id == "list":
        return f"{_typed(field, landed.children[0][1])}[]"
    if landed.id == "struct":
        fields = {part.name: part for part in field.fields}
        inner = ", ".join(f'"{name}" {_typed(fields[name], kind)}' for name, kind in landed.children)
        return f"STRUCT({inner})"
    return _TYPES[field.field_type]


def _literal(text: str) -> str:
    """A string literal of GoogleSQL: JSON's escapes are a part of its own."""
    return json.dumps(text)
