"""Duplicates across CRMs, outside a build: the project's own SQL run on any client records, and Splink beside it.

`scripts/train_match_weights.py` learns the weights with it, `scripts/bench_match.py` measures with it, and
tests/python/test_matching.py compares every score with Splink's. Nothing here decides anything: the SQL does, and it is
taken from dbt as dbt would send it.
"""

from __future__ import annotations

import csv
import logging
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from rendezvous import PROJECT, HouseError

MODELS = (
    "match_evidence", "match_blocks", "int_identity__match_weights", "int_identity__match_scores",
    "int_identity__match_links",
)  # fmt: skip
_SCHEMAS = {model: "intermediate" if model.startswith("int_") else "vault" for model in MODELS}
CLIENT_COLUMNS = (
    "source_system", "customer_id", "first_name", "last_name", "first_name_native", "last_name_native", "birth_date",
    "phone", "email", "email_status", "address_line_1", "address_line_2", "city", "postal_code", "country_code",
    "created_at", "deleted_at", "key_name",
)  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """One thing two records are compared by: the SQL that names the level, over rows called one and other."""

    name: str
    column: str
    levels: tuple[str, ...]
    sql: str
    by_rarity: bool


@dataclass(frozen=True)
class Matching:
    """The project's matching as dbt compiles it."""

    statements: dict[str, str]
    comparisons: tuple[Comparison, ...]
    blocks: dict[str, str]


def compiled(*options: str) -> Matching:
    """Asks dbt, with some of its options, for the SQL of the matching. Raises HouseError when it does not compile."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", "compile", "-s", *MODELS]
        environment = os.environ | {
            "RENDEZVOUS_DUCKDB": str(Path(folder, "rendezvous.duckdb")), "RENDEZVOUS_RAW": "",
            "PYTHONPATH": str(PROJECT / "scripts"),
        }  # fmt: skip
        command += [*options, "--target-path", folder, "--log-path", folder]
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise HouseError(f"dbt could not compile the matching:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        found = {path.stem: path.read_text() for path in Path(folder, "compiled").rglob("*.sql") if path.stem in MODELS}
    return Matching(found, _comparisons(found["int_identity__match_scores"]), _blocks(found["match_blocks"]))


def _comparisons(sql: str) -> tuple[Comparison, ...]:
    """What the scores compare, read from their own SQL."""
    found = []
    for level_sql, name in re.findall(r"(case when one\..*? end) as (\w+)_level", sql):
        column = re.search(r"when one\.(\w+) = other\.\1 then 'exact'", level_sql)
        levels = tuple(re.findall(r"(?:then|else) '(\w+)'", level_sql))
        if column is None or levels[-1] != "differ":
            raise HouseError(f"int_identity__match_scores: {name} has no levels from exact to differ.")
        found.append(Comparison(name, column[1], levels, level_sql, f"{name}_share" in sql))
    return tuple(found)


def _blocks(sql: str) -> dict[str, str]:
    return dict(re.findall(r"'(\w+)' as block_rule,\s+(.+?) as block_value", sql))


def house(clients: str, setup: str = "") -> duckdb.DuckDBPyConnection:
    """A database in memory whose only feed is a query that gives client records.

    `clients` is a SELECT with some of CLIENT_COLUMNS (the others are NULL, and all records under one key);
    `setup` is SQL run before it.
    """
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as rendezvous; use rendezvous")
    for schema in ("staging", "vault", "intermediate", "reference"):
        connection.execute(f"create schema {schema}")
    if setup:
        connection.execute(setup)
    given = {row[0] for row in connection.execute(f"describe {clients}").fetchall()}
    columns = ", ".join(
        name if name in given else f"cast({_VALUES.get(name, 'null')} as {_TYPES.get(name, 'varchar')}) as {name}"
        for name in CLIENT_COLUMNS
    )
    connection.execute(f"create table staging.stg_crm__customers as select {columns} from ({clients})")
    read_weights(connection, PROJECT / "seeds" / "reference" / "match_weights.csv")
    return connection


_TYPES = {"created_at": "timestamp", "deleted_at": "timestamp"}
_VALUES = {"key_name": "'v1_EU'"}  # records of two keys are not compared


def read_weights(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Puts weights (a file such as seeds/reference/match_weights.csv) in place of those the house has."""
    types = "{'comparison': 'varchar', 'level': 'varchar', 'm': 'varchar', 'u': 'varchar'}"
    connection.execute(
        "create or replace table reference.match_weights as"
        f" select * from read_csv('{path}', header = true, columns = {types})"
    )


def run(connection: duckdb.DuckDBPyConnection, matching: Matching, *models: str) -> None:
    """Runs models of the matching, all of them if none is named, on a house."""
    for model in models or MODELS:
        connection.execute(f"create or replace table {_SCHEMAS[model]}.{model} as {matching.statements[model]}")


def splink_settings(matching: Matching, weights: dict[tuple[str, str], tuple[float, float]] | None = None) -> dict:
    """The same comparisons as settings of Splink; with `weights` (m and u per comparison and level) fixed."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "node_key",
        "comparisons": [_splink_comparison(one, weights) for one in matching.comparisons],
        "blocking_rules_to_generate_predictions": [_splink_block(value) for value in matching.blocks.values()],
        "retain_intermediate_calculation_columns": True,
    }


def _splink_block(expression: str) -> str:
    left, right = (re.sub(r"\b([a-z][a-z_]+)\b(?!\()", rf"{side}.\1", expression) for side in "lr")
    return f"{left} = {right}"


def _splink_comparison(comparison: Comparison, weights: dict | None) -> dict:
    sql = re.sub(r"\bone\.(\w+)", r'"\1_l"', comparison.sql)
    sql = re.sub(r"\bother\.(\w+)", r'"\1_r"', sql)
    levels: list[dict[str, Any]] = [
        {"sql_condition": f"({sql}) is null", "label_for_charts": "null", "is_null_level": True}
    ]
    for level in comparison.levels:
        condition = "ELSE" if level == comparison.levels[-1] else f"({sql}) = '{level}'"
        if level == "exact":
            condition = f'"{comparison.column}_l" = "{comparison.column}_r"'
        entry: dict[str, Any] = {"sql_condition": condition, "label_for_charts": level}
        if level == "exact" and comparison.by_rarity:
            entry |= {"tf_adjustment_column": comparison.column, "tf_adjustment_weight": 1.0}
        if weights:
            entry["m_probability"], entry["u_probability"] = weights[comparison.name, level]
        levels.append(entry)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def splink_columns(matching: Matching) -> str:
    """The columns of match_evidence that Splink needs; the shares of values it counts itself."""
    used = set(re.findall(r"\b(?:one|other)\.(\w+)", " ".join(one.sql for one in matching.comparisons)))
    used |= {name for text in matching.blocks.values() for name in re.findall(r"\b[a-z][a-z_]+\b(?!\()", text)}
    return ", ".join(["node_key", *sorted(used)])


def quieten() -> None:
    """Splink speaks of every chunk of work; only errors are of interest here."""
    logging.getLogger("splink").setLevel(logging.ERROR)


def weights_in(path: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """m and u of every comparison and level in a file such as seeds/reference/match_weights.csv."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["comparison"] != "prior"]
    return {(row["comparison"], row["level"]): (float(row["m"]), float(row["u"])) for row in rows}


def weights_of(linker: Any) -> dict[tuple[str, str], tuple[float, float]]:
    """m and u as a trained linker of Splink has them, 0 where it never saw the level."""
    return {
        (comparison["output_column_name"], level["label_for_charts"]): (
            level.get("m_probability") or 0.0,
            level.get("u_probability") or 0.0,
        )
        for comparison in linker.misc.save_model_to_json()["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    }


def house_weights(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[float, float]]:
    """m and u of every comparison and level as a house that has been run weighs them."""
    rows = connection.execute(
        "select comparison, level, m, u from intermediate.int_identity__match_weights where comparison <> 'prior'"
    ).fetchall()
    return {(comparison, level): (m, u) for comparison, level, m, u in rows}


def splink_scores(connection: duckdb.DuckDBPyConnection, matching: Matching) -> str:
    """Scores the records of a house that has been run with Splink, by the same m and u; returns the table's name."""
    from splink import DuckDBAPI, Linker

    quieten()
    connection.execute(
        f"create or replace table clients as select {splink_columns(matching)} from vault.match_evidence"
    )
    (odds,) = connection.execute(
        "select 2 * (select m from intermediate.int_identity__match_weights where comparison = 'prior')"
        " / (select count(*) from clients)"
    ).fetchone() or (0.0,)
    settings = splink_settings(matching, house_weights(connection))
    settings["probability_two_random_records_match"] = odds / (1 + odds)
    linker = Linker(DuckDBAPI(connection=connection).register("clients"), settings)
    return linker.inference.predict().physical_name
