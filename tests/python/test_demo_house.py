"""The demo house as whoever tries rendezvous builds it."""

from __future__ import annotations

import json

import duckdb

from conftest import House
from rendezvous.database import SCHEMAS


def test_dbt_build_of_the_demo_house_runs_everything_and_passes(demo_house: House) -> None:
    manifest = json.loads((demo_house.folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    results = json.loads((demo_house.folder / "build_results.json").read_text(encoding="utf-8"))["results"]
    everything = {
        key for key, node in manifest["nodes"].items()
        if node["resource_type"] in ("seed", "model", "test") and node["config"]["materialized"] != "ephemeral"
    }  # fmt: skip
    statuses = {result["unique_id"]: result["status"] for result in results}
    built = {key: status for key, status in statuses.items() if not key.startswith("operation.")}
    assert built.keys() == everything | manifest["unit_tests"].keys()
    assert set(built.values()) == {"success", "pass"}
    assert demo_house.query("select command, status from staging.run_ledger") == [("build", "completed")]


def test_its_documentation_knows_every_table(demo_house: House) -> None:
    catalog = json.loads((demo_house.folder / "target" / "catalog.json").read_text(encoding="utf-8"))
    found = {node["metadata"]["name"] for node in catalog["nodes"].values()}
    tables = demo_house.query("select table_name from information_schema.tables where table_schema = 'marts'")
    assert found >= {name for (name,) in tables}


def test_every_view_can_be_read_under_another_name_of_the_database(demo_house: House) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_house.database}' as copied (read_only)")
        views = connection.execute(
            "select schema_name, view_name from duckdb_views() where database_name = 'copied' and not internal"
        ).fetchall()
        assert {("bi", "bi_journeys"), ("bi", "bi_touchpoints"), ("intermediate", "int_web__sessions")} <= set(views)
        for schema, view in views:
            connection.execute(f"select * from copied.{schema}.{view} limit 1")


def test_every_schema_is_known_as_a_name_the_database_may_not_have(demo_house: House) -> None:
    found = demo_house.query("select schema_name from duckdb_schemas() where database_name = 'rendezvous'")
    assert {name for (name,) in found} == SCHEMAS


def test_no_column_of_a_mart_is_of_a_type_that_bi_tools_do_not_know(demo_house: House) -> None:
    """A sum of whole numbers is a HUGEINT in DuckDB, which many drivers give as a float or a text."""
    found = demo_house.query(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name in ('marts', 'bi', 'quarantine') and data_type like '%HUGEINT%'"
    )
    assert found == []
