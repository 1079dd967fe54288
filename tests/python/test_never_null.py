"""A value that is missing or not listed fails the one test of its table, and the console names its column."""

from __future__ import annotations

import duckdb
import pytest
import yaml
from jinja2 import Environment

from conftest import PROJECT, House

TABLES = {"identity_quality": ("identity", "never_null"), "customer_journeys": ("journeys", "primary_key")}


def invented(table: str, missing: str = "", unlisted: str = "") -> str:
    """A query of two rows with every column of a mart, each with its own key; in the second `missing` is NULL and
    `unlisted` has a value that is none of its own."""
    file = PROJECT / "models" / "marts" / TABLES[table][0] / f"{table}.yml"
    columns = [column["name"] for column in yaml.safe_load(file.read_text())["models"][0]["columns"]]
    rows = [["'same'" if at else f"'{row}'" for at in range(len(columns))] for row in range(2)]
    if "measure" in columns:
        for row in rows:
            row[columns.index("measure")] = "'links_by_kind'"
    if unlisted:
        rows[1][columns.index(unlisted)] = "'of another kind'"
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


def test_a_column_with_a_value_that_is_not_listed_is_named(house: House) -> None:
    with duckdb.connect(str(house.database)) as connection:
        connection.execute("create schema marts")
        query = invented("identity_quality", unlisted="measure")
        connection.execute(f"create table marts.identity_quality as {query}")
    done = house.dbt("test", "-s", "identity_quality,test_name:never_null", check=False)
    assert "PASS=3 WARN=0 ERROR=1 " in done.stdout  # the three hooks pass
    assert "identity_quality.measure is none of its values in 1 rows" in done.stdout


@pytest.mark.parametrize("test_name", ["primary_key", "grain_is"])
def test_a_key_test_finds_a_value_that_is_not_listed_and_lets_a_missing_one_pass(test_name: str) -> None:
    columns = "['id']" if test_name == "grain_is" else "'id'"
    test = (PROJECT / "tests" / "generic" / f"{test_name}.sql").read_text()
    tested = test.replace(f"{{% test {test_name}", "{% macro tested").replace("{% endtest %}", "{% endmacro %}")
    macros = (PROJECT / "macros" / "project" / "key_tests.sql").read_text().split("{#- Says")[0]
    rows = "(values (1, null), (2, 'a'), (3, $)) as rows (id, kind)"
    call = f'{{{{ tested("{rows}", {columns}, one_of={{"kind": ["a", "b"]}}) }}}}'
    sql = Environment().from_string(macros + tested + call).render()
    assert duckdb.sql(sql.replace("$", "'b'")).fetchall() == []
    assert duckdb.sql(sql.replace("$", "'c'")).fetchall() == [(3, 1, 1)]
