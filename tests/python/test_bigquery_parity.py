"""The whole project through dbt-bigquery against a local server that speaks BigQuery's protocol, and every mart of it
equal to DuckDB's, row by row and value by value.

The demo house grows by a day: built without its last web day, then that day is loaded and built alone. A second house,
simulated with another seed and with the scenes of the identity pack among its clients, is built at once. Needs
bqemulator (requirements-dev.txt); no account, no network.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from google.cloud import bigquery

import dbt_runner
from bigquery import parity
from bigquery.emulated import client_of, emulator
from conftest import PROJECT, House, house_of, parsed_manifest
from rendezvous import keys
from rendezvous.bigquery import vault
from rendezvous.costs import Cost, dry_runs
from rendezvous.landing import DEMO_FOLDER
from spoil import assert_it_was_spoiled, spoil_house

sys.path.insert(0, str(PROJECT / "scripts"))

import identity_pack as pack

AS_OF = "2024-05-30T10:00:00Z"
WITHOUT_UNIT_TESTS = ["--exclude-resource-type", "unit_test"]
MODELS = [*WITHOUT_UNIT_TESTS, "test"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory):
    """The demo house under a key of its own, on both in two steps by which people are called;
    the first with all data tests: that they compile the analyzer shows, that they run and hold is shown here."""
    folder = tmp_path_factory.mktemp("demo")
    house = house_of(folder, DEMO_FOLDER)
    last = set((house.raw / "ga360").rglob("*_20240529.*")) | set((house.raw / "ga360").rglob("*_20240530.*"))
    assert last, "the demo house ends on another day"
    kept = {path: (folder / "later" / path.relative_to(house.raw)) for path in last}
    for path, later in kept.items():
        later.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, later)
    with emulator(folder / "emulator") as address:
        on_emulator(house, address, *WITHOUT_UNIT_TESTS)
        house.build_tables()
        first = row_ids(address)
        as_an_older_version_left_it(address)
        for path, later in kept.items():
            shutil.move(later, path)
        on_emulator(house, address, *MODELS)
        manifest = json.loads((house.folder / "on_emulator" / "manifest.json").read_text())
        house.build_tables()
        yield house, address, first, manifest["nodes"].values()


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory, simulated: Path):
    """A house of another seed, on both, with the scenes of the identity pack in it."""
    folder = tmp_path_factory.mktemp("second")
    house = house_of(folder, simulated)
    pack.land(house.raw, pack.scenes())
    with emulator(folder / "emulator") as address:
        on_emulator(house, address, *MODELS)
        house.build_tables()
        yield house, address


def as_an_older_version_left_it(address: str) -> None:
    """What is a view today was a table. The other way round is dbt-bigquery's own; the emulator drops no view."""
    client = client_of(address)
    client.query_and_wait("drop view intermediate.int_web__sessions")
    client.query_and_wait("create table intermediate.int_web__sessions as select 'of an older version' as session_key")


def on_emulator(house: House, address: str, *options: str) -> None:
    """Loads and builds a house through the commands a user has."""
    house.environment["RENDEZVOUS_EMULATOR"] = address
    house.rendezvous("load", "--target", "emulator")
    house.rendezvous("keys", "install", "--target", "emulator")
    done = dbt(house, "build", *options)
    assert done.returncode == 0, done.stdout[-6000:]


def dbt(house: House, *arguments: str) -> subprocess.CompletedProcess:
    """A dbt command on the emulator."""
    folder = str(house.folder / "on_emulator")
    options = ["--target", "emulator", "--no-use-colors", "--target-path", folder, "--log-path", folder]
    return dbt_runner.forked(
        str(parsed_manifest("emulator")), "dbt", [*arguments, *options], PROJECT, house.environ(), timeout=900
    )


def house_rows(address: str, schema: str, table: str) -> parity.Rows:
    client = client_of(address)
    return [dict(row) for row in client.list_rows(client.get_table(f"{client.project}.{schema}.{table}"))]


def row_ids(address: str) -> set[str]:
    """The random ids of the landed rows of exports."""
    found = client_of(address).query_and_wait("select row_id from staging.base_ga360__exported_sessions")
    return {row["row_id"] for row in found}


def compare(house: House, address: str) -> list[str]:
    found: list[str] = []
    with duckdb.connect(str(house.database), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        marts = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
        ).fetchall()
        assert len(marts) >= 7
        for (mart,) in marts:
            rows = connection.execute(f"select * from marts.{mart}")
            names = [column[0] for column in rows.description]
            ours = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
            found += parity.differences(f"marts.{mart}", ours, house_rows(address, "marts", mart))
    return found


def test_the_demo_house_in_two_steps_equals_duckdb(demo) -> None:
    house, address, _, _ = demo
    assert compare(house, address) == []


def test_a_day_is_added_without_touching_the_others(demo) -> None:
    """Rows of other days keep the random id they were given when they were built."""
    _, address, first, _ = demo
    then = row_ids(address)
    assert len(first) > 1000
    assert first < then


def test_a_model_that_was_a_table_becomes_a_view_without_a_full_refresh(demo) -> None:
    _, address, *_ = demo
    assert client_of(address).get_table("intermediate.int_web__sessions").table_type == "VIEW"


def test_a_mart_can_be_asked_for_by_dry_run(demo) -> None:
    """What `rendezvous cost --target bigquery` asks, through the real client. The emulator finds mistakes in a dry run
    and counts no bytes; how the numbers are read, tests/python/test_cost.py shows with a client of its own."""
    _, address, _, nodes = demo
    asked = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False)
    marts = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]
    answers = list(dry_runs(client_of(address), marts, asked))
    assert len(answers) == len(marts) >= 7
    assert [answer for answer in answers if not isinstance(answer, Cost) or answer.processed] == []
    wrong = [{**marts[0], "compiled_code": "select nmae from vault.hmac_pads"}]
    assert ["nmae" in str(answer) for answer in dry_runs(client_of(address), wrong, asked)] == [True]


def test_another_key_stops_the_run_before_the_first_model(demo) -> None:
    """By the pads themselves: the vault remembers the fingerprint of another key than they are of."""
    house, address, _, _ = demo
    client = client_of(address)
    mine, other = keys.fingerprint(keys.read_ring(house.key)["EU"].secret), keys.fingerprint(bytes(32))
    try:
        client.query_and_wait(f"update vault.key_fingerprint set fingerprint = '{other}' where name = 'v1_EU'")
        refused = dbt(house, "seed", "--select", "web_events")
        assert refused.returncode != 0
        assert f"built with key {other}, in vault.hmac_pads is key {mine}" in refused.stdout
        assert "OK loaded seed file" not in refused.stdout
    finally:
        client.query_and_wait(f"update vault.key_fingerprint set fingerprint = '{mine}' where name = 'v1_EU'")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("delete from vault.hmac_pads where name = 'v1_KR'", "in vault.hmac_pads is none (v1_KR)"),
        ("delete from vault.hmac_pads where true", "in vault.hmac_pads is none (v1_EU)"),
        ("update vault.key_origins set changes_on = date '2024-05-01' where true", "until 2024-05-01"),
        ("update vault.key_origins set lists = 'of yesterday' where true", "is not what seeds key_jurisdictions"),
        ("delete from vault.key_origins where true", "is not what seeds key_jurisdictions"),
    ],
)
def test_no_run_without_the_pads_of_a_key_in_use_nor_by_other_lists_than_seeds(demo, fault: str, words: str) -> None:
    house, address, _, _ = demo
    client = client_of(address)
    try:
        client.query_and_wait(fault)
        refused = dbt(house, "seed", "--select", "web_events")
        assert refused.returncode != 0 and "run `rendezvous keys install`" in refused.stdout.replace("Run", "run")
        assert words in refused.stdout
        assert "OK loaded seed file" not in refused.stdout
    finally:
        assert vault.install(client, keys.read_ring(house.key))


def test_a_house_of_another_seed_equals_duckdb(second) -> None:
    assert compare(*second) == []


@pytest.mark.parametrize("seed", range(2))
def test_a_house_of_spoiled_files_equals_duckdb(tmp_path: Path, simulated: Path, seed: int) -> None:
    """But for the exports: Google writes them, and their columns have types before a model reads them."""
    house = house_of(tmp_path / "house", simulated)
    spoil_house(house.raw, random.Random(seed), but=("truth", "ga360"))
    with emulator(tmp_path / "emulator") as address:
        on_emulator(house, address, *MODELS)
        house.build_tables()
        assert_it_was_spoiled(house)
        assert compare(house, address) == []


def test_every_scene_of_the_identity_pack_is_right_on_both(second) -> None:
    house, address = second
    on_bigquery = pack.partition(tuple(row) for row in client_of(address).query_and_wait(pack.IDENTIFIERS))
    for found in (on_bigquery, pack.people_of(house.database)):
        assert {scene.name: pack.verdict(scene, found) for scene in pack.scenes()} == {
            scene.name: "right" for scene in pack.scenes()
        }


def test_a_difference_is_found() -> None:
    left = [{"a": 1, "b": "x"}, {"a": 2, "b": None}]
    assert parity.differences("t", left, list(reversed(left))) == []
    assert parity.differences("t", left, [{"a": 1, "b": "x"}, {"a": 2, "b": ""}])
    assert parity.differences("t", left, left[:1])
    assert parity.differences("t", left, [{"a": 1}, {"a": 2}])
    assert parity.differences("t", [{"a": 1}], [{"a": 1.0}])
