"""The same pairs with the same weights on both engines, by the SQL that dbt would send to BigQuery: each model of the
matching gives DuckDB's rows in Google's reference implementation (it interprets, so few records), and the whole chain
gives DuckDB's pairs on the emulator.

Needs zetasql and bqemulator (requirements-dev.txt); no account, no network.
"""

from __future__ import annotations

import io
import json
import math
import sys
from pathlib import Path

import duckdb
import pytest
from google.cloud import bigquery

from bigquery.emulated import client_of, emulator
from conftest import compiled_matching
from rendezvous import match_records, matching

sys.path.insert(0, str(Path(__file__).parent / "bigquery"))
from reference import answer_of  # noqa: E402

FEW, SOME = 100, 2_000
TYPES = {"VARCHAR": "string", "BIGINT": "int64", "HUGEINT": "int64", "DOUBLE": "float64", "BOOLEAN": "bool",
         "TIMESTAMP": "timestamp"}  # fmt: skip
INPUTS = {
    "match_evidence": ["staging.stg_crm__customers"],
    "match_blocks": ["vault.match_evidence"],
    "int_identity__match_weights": ["vault.match_evidence", "reference.match_weights"],
    "int_identity__match_scores": [
        "vault.match_evidence", "vault.match_blocks", "intermediate.int_identity__match_weights"
    ],
    "int_identity__match_links": ["intermediate.int_identity__match_scores"],
}  # fmt: skip


@pytest.fixture(scope="module")
def for_bigquery() -> matching.Matching:
    """The project's matching as dbt compiles it for BigQuery: the emulator's target, of which nothing is asked."""
    return compiled_matching("emulator", "--no-introspect", "--no-populate-cache")


def matched(folder: Path, found: matching.Matching, records: int, duplicates: float) -> duckdb.DuckDBPyConnection:
    """Invented client records, matched by DuckDB."""
    match_records.write(folder / "records.csv", records, seed=13, duplicates=duplicates)
    connection = matching.house(match_records.select(folder / "records.csv"))
    matching.run(connection, found)
    return connection


@pytest.fixture(scope="module")
def house(for_duckdb: matching.Matching, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return matched(tmp_path_factory.mktemp("few"), for_duckdb, FEW, 0.4)


def columns(house: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The columns of a table with their types in BigQuery."""
    return {row[0]: TYPES[row[1]] for row in house.execute(f"describe {table}").fetchall()}


def literal(value: object) -> str:
    return "null" if value is None else json.dumps(value, ensure_ascii=False)


def as_query(house: duckdb.DuckDBPyConnection, table: str) -> str:
    """A query for BigQuery that gives a table's rows."""
    rows = house.execute(f"from {table}").fetchall()
    struct = ", ".join(f"{name} {kind}" for name, kind in columns(house, table).items())
    values = (f"({', '.join(map(literal, row))})" for row in rows)
    return f"select * from unnest(array<struct<{struct}>>[{', '.join(values)}])"


def same(ours: object, theirs: str | None) -> bool:
    """Equal; a float to twelve digits, for the two take the last digit of a logarithm from other libraries."""
    if ours is None or theirs is None:
        return ours is None and not theirs
    if isinstance(ours, float):
        return math.isclose(ours, float(theirs), rel_tol=1e-12, abs_tol=1e-12)
    return (str(ours).lower() if isinstance(ours, bool) else str(ours)) == theirs


@pytest.mark.parametrize("model", INPUTS)
def test_bigquery_gives_the_same_rows(
    model: str, house: duckdb.DuckDBPyConnection, for_bigquery: matching.Matching
) -> None:
    own = f"{'intermediate' if model.startswith('int_') else 'vault'}.{model}"
    names = list(columns(house, own))
    texts = ", ".join(f"cast({name} as string)" for name in names)
    query = f"select {texts} from ({for_bigquery.statements[model]})".replace("`rendezvous-unset`.", "")
    given = {}
    for table in INPUTS[model]:
        schema, name = table.split(".")
        given[f"`{schema}`.`{name}`"] = as_query(house, table)
    key = [
        place for place, name in enumerate(names) if name.endswith(("_key", "_rule", "comparison", "level", "_value"))
    ]

    def by_key(row: tuple) -> list[str]:
        return [str(row[place] or "") for place in key]

    theirs = sorted(answer_of(query, given), key=by_key)
    ours = sorted(house.execute(f"from {own}").fetchall(), key=by_key)
    assert len(ours) == len(theirs) > 5
    other = [(one, two) for one, two in zip(ours, theirs, strict=True) if not all(map(same, one, two))]
    assert other == []


def test_the_emulator_gives_the_same_pairs(
    for_duckdb: matching.Matching, for_bigquery: matching.Matching, tmp_path: Path
) -> None:
    house = matched(tmp_path, for_duckdb, SOME, 0.15)
    last = {model: f"intermediate.{model}" for model in matching.MODELS[-2:]}
    with emulator(tmp_path / "emulator") as address:
        client = client_of(address)
        for schema in ("staging", "vault", "intermediate", "reference"):
            client.create_dataset(schema)
        for table in ("staging.stg_crm__customers", "reference.match_weights"):
            load(client, house, table)
        for model in matching.MODELS:
            schema = "intermediate" if model.startswith("int_") else "vault"
            client.query_and_wait(f"create table {schema}.{model} as {for_bigquery.statements[model]}")
        for model, table in last.items():
            ours = house.execute(f"from {table} order by left_node_key, right_node_key")
            names = [column[0] for column in ours.description]
            found = client.query_and_wait(f"select * from {table} order by left_node_key, right_node_key")
            theirs = [tuple(row[name] for name in names) for row in found]
            rows = ours.fetchall()
            assert len(rows) == len(theirs) > 20, model
            assert [pair for pair in zip(rows, theirs, strict=True) if pair[0] != pair[1]] == []


def load(client: bigquery.Client, house: duckdb.DuckDBPyConnection, table: str) -> None:
    """Copies a table of a house to the emulator by a load job."""
    kinds = columns(house, table)
    rows = (json.dumps(dict(zip(kinds, row, strict=True))) for row in house.execute(f"from {table}").fetchall())
    config = bigquery.LoadJobConfig(
        source_format="NEWLINE_DELIMITED_JSON",
        schema=[bigquery.SchemaField(name, kind.upper()) for name, kind in kinds.items()],
    )
    file = io.BytesIO("\n".join(rows).encode())
    client.load_table_from_file(file, f"{client.project}.{table}", job_config=config).result()
