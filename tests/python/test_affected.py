"""After a whole build, `rendezvous build` runs what can have changed, nothing less; it ends as one from scratch."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import duckdb
import pytest

from conftest import House, house_of
from rendezvous import affected
from test_incremental import differences

INPUTS = {"crm.customers": "1", "ga360.ga_sessions": "1", "the clock": "demo", "everything else": "1"}
MANIFEST = {
    "metadata": {"invocation_id": "last"},
    "macros": {
        "macro.rendezvous.as_of": {"depends_on": {"macros": []}},
        "macro.rendezvous.until_now": {"depends_on": {"macros": ["macro.rendezvous.as_of"]}},
    },
    "nodes": {
        f"model.rendezvous.{name}": {"resource_type": "model", "depends_on": {"macros": macros}}
        for name, macros in (
            ("customers", []), ("hits", []), ("profiles", []), ("upcoming", ["macro.rendezvous.until_now"]),
        )
    },
    "child_map": {
        "source.rendezvous.crm.customers": ["model.rendezvous.customers"],
        "source.rendezvous.ga360.ga_sessions": ["model.rendezvous.hits"],
        "model.rendezvous.customers": ["model.rendezvous.profiles", "test.rendezvous.unique"],
        "model.rendezvous.hits": ["model.rendezvous.profiles"],
    },
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with a database and a manifest as a whole build leaves them."""
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    with duckdb.connect(str(tmp_path / "r.duckdb")) as connection:
        connection.execute("create schema staging; create table staging.run_ledger"
                           " (invocation_id varchar, command varchar, started_at varchar, status varchar)")
        connection.execute("insert into staging.run_ledger values ('last', 'build', '2024-05-01', 'completed')")
    affected.remember(tmp_path / "r.duckdb", tmp_path, INPUTS)
    return tmp_path


def test_without_a_change_there_is_nothing_to_run(built: Path) -> None:
    assert affected.plan(built / "r.duckdb", built, INPUTS).models == []


def test_a_changed_file_reaches_every_model_behind_it_and_no_other(built: Path) -> None:
    plan = affected.plan(built / "r.duckdb", built, INPUTS | {"crm.customers": "2"})
    assert plan.models == ["customers", "profiles"]
    assert plan.roots == ["customers"], "dbt is told the first of them and finds the rest"
    assert plan.causes == ["crm.customers"] and plan.total == 4


@pytest.mark.parametrize("asked", [[], ["macro.rendezvous.until_now"], ["macro.rendezvous.days_of_this_run"]])
def test_a_view_stays_unless_its_text_can_differ_and_what_is_behind_it_is_built(built: Path, asked: list[str]) -> None:
    manifest = json.loads((built / "manifest.json").read_text())
    manifest["nodes"]["model.rendezvous.customers"] |= {
        "config": {"materialized": "view"}, "depends_on": {"macros": asked},
    }
    (built / "manifest.json").write_text(json.dumps(manifest))
    plan = affected.plan(built / "r.duckdb", built, INPUTS | {"crm.customers": "2"})
    assert (plan.models, plan.views) == (["customers", "profiles"], []) if asked else (["profiles"], ["customers"])
    assert plan.roots == ["customers"], "its tests and the models behind it are found through it"


def test_a_file_that_is_gone_is_a_change(built: Path) -> None:
    left = {name: version for name, version in INPUTS.items() if name != "ga360.ga_sessions"}
    assert affected.plan(built / "r.duckdb", built, left).models == ["hits", "profiles"]


@pytest.mark.parametrize("clock", ["2024-06-01T00:00:00Z", "now"])
def test_the_clock_reaches_the_models_that_ask_for_it_through_any_macro(built: Path, clock: str) -> None:
    assert affected.plan(built / "r.duckdb", built, INPUTS | {"the clock": clock}).models == ["upcoming"]


def test_a_clock_that_runs_always_has_moved(built: Path) -> None:
    inputs = INPUTS | {"the clock": "now"}
    affected.remember(built / "r.duckdb", built, inputs)
    assert affected.plan(built / "r.duckdb", built, inputs).models == ["upcoming"]


def test_other_code_builds_everything(built: Path) -> None:
    assert affected.plan(built / "r.duckdb", built, INPUTS | {"everything else": "2"}).models is None


@pytest.mark.parametrize("later", [("run", "completed"), ("build", "failed"), ("build", "started")])
def test_another_run_in_between_builds_everything(built: Path, later: tuple[str, str]) -> None:
    with duckdb.connect(str(built / "r.duckdb")) as connection:
        connection.execute("insert into staging.run_ledger values ('other', ?, '2024-05-02', ?)", later)
    assert affected.plan(built / "r.duckdb", built, INPUTS).models is None


def test_a_test_run_in_between_changes_nothing(built: Path) -> None:
    with duckdb.connect(str(built / "r.duckdb")) as connection:
        connection.execute("insert into staging.run_ledger values ('other', 'test', '2024-05-02', 'failed')")
    assert affected.plan(built / "r.duckdb", built, INPUTS).models == []


def test_a_graph_of_another_run_is_not_trusted(built: Path) -> None:
    (built / "manifest.json").write_text(json.dumps(MANIFEST | {"metadata": {"invocation_id": "other"}}))
    assert affected.plan(built / "r.duckdb", built, INPUTS).models is None
    assert affected.plan(built / "none.duckdb", built, INPUTS).models is None


def test_a_new_day_and_a_new_client_file_end_as_a_build_from_scratch(tmp_path: Path, simulated: Path) -> None:
    house = house_of(tmp_path / "house", simulated)
    house.environment = {"DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test"}
    newest = sorted((house.raw / "ga360").glob("*/ga_sessions_2*"))[-1]
    held = newest.rename(tmp_path / newest.name)
    assert "Building everything" in house.rendezvous("build").stderr
    held.rename(newest)
    add_a_client(house)
    house.as_of = "2024-05-31T10:00:00Z"
    done = house.rendezvous("build")
    told = next(line for line in done.stderr.splitlines() if line.startswith("Building "))
    assert "changed: crm.customers, ga360.ga_sessions, landing.export_days, the clock" in told
    finished = next(line for line in done.stdout.splitlines() if "Finished running" in line)
    assert " data tests" in finished and "unit test" not in finished
    scratch = House(tmp_path / "scratch", as_of=house.as_of)
    scratch.raw.rmdir()
    scratch.raw.symlink_to(house.raw)
    scratch.key.write_bytes(house.key.read_bytes())
    scratch.build_tables()
    assert differences(scratch.contents(), house.contents()) == {}
    assert views(scratch) == views(house)
    assert "Nothing has changed" in house.rendezvous("build").stderr


def views(house: House) -> dict[str, str]:
    """The text of every view that dbt builds, without the name of the database."""
    with duckdb.connect(str(house.database), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name || '.' || view_name, replace(sql, current_database() || '.', '') from duckdb_views()"
            " where not internal and schema_name not like 'landing%'"
        ).fetchall()
    assert rows
    return dict(rows)


def add_a_client(house: House) -> None:
    path = next((house.raw / "crm").glob("customers*"))
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    house.land(f"crm/{path.name}", [*rows, rows[0] | {"customer_id": "C-of-the-day", "email": "new@client.example"}])
