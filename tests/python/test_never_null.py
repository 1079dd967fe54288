"""A missing value fails the one test of its table, and the console names its column."""

from __future__ import annotations

import duckdb
import pytest
import yaml

from conftest import PROJECT, House

TABLES = {"identity_quality": ("identity", "never_null"), "customer_journeys": ("journeys", "primary_key")}


def invented(table: str, missing: str = "") -> str:
    """A query of two rows with every column of a mart, each with its own key; `missing` is NULL in the second."""
    file = PROJECT / "models" / "marts" / TABLES[table][0] / f"{table}.yml"
    columns = [column["name"] for column in yaml.safe_load(file.read_text())["models"][0]["columns"]]
    rows = [["'same'" if at else f"'{row}'" for at in range(len(columns))] for row in range(2)]
    if missing:
        rows[1][columns.index(missing)] = "null"
    values = ", ".join(f"({', '.join(row)})" for row in rows)
    return f"select * from (values {values}) as rows ({', '.join(columns)})"


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ({}, []),
        (
            {"identity_quality": "found_count", "customer_journeys": "is_open"},
            ["customer_journeys.is_open is NULL in 1 rows", "identity_quality.found_count is NULL in 1 rows"],
        ),
        ({"customer_journeys": "journey_key"}, []),  # the test's own name says it
    ],
)
def test_the_columns_that_are_missing_are_named(house: House, missing: dict[str, str], told: list[str]) -> None:
    with duckdb.connect(str(house.database)) as connection:
        connection.execute("create schema marts")
        for table in TABLES:
            connection.execute(f"create table marts.{table} as {invented(table, missing.get(table, ''))}")
    chosen = [f"{table},test_name:{test}" for table, (_, test) in TABLES.items()]
    done = house.dbt("test", "-s", *chosen, check=False)
    assert (f"PASS={len(TABLES) - len(missing) + 3} " in done.stdout) and f"ERROR={len(missing)} " in done.stdout
    assert sorted(line[-len(words):] for line in done.stdout.splitlines() for words in told if words in line) == told
