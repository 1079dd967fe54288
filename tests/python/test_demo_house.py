"""The demo house as whoever tries rendezvous builds it."""

from __future__ import annotations

import json

from conftest import House


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
