"""The demo house as whoever tries rendezvous builds it."""

from __future__ import annotations

import json

from conftest import House


def test_dbt_build_of_the_demo_house_runs_everything_and_passes(demo_house: House) -> None:
    """Every seed, model, data test and unit test of the project; a failing one would have failed the build."""
    manifest = json.loads((demo_house.folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    built = demo_house.query("select command, status from staging.run_ledger")
    assert built == [("build", "completed")]
    assert len(manifest["nodes"]) > 500 and len(manifest["unit_tests"]) > 100


def test_its_documentation_knows_every_table(demo_house: House) -> None:
    catalog = json.loads((demo_house.folder / "target" / "catalog.json").read_text(encoding="utf-8"))
    found = {node["metadata"]["name"] for node in catalog["nodes"].values()}
    tables = demo_house.query("select table_name from information_schema.tables where table_schema = 'marts'")
    assert found >= {name for (name,) in tables}
