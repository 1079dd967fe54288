"""Another key for a house in BigQuery, on a local server: every hash changes, nobody becomes somebody else, and a
rotation that was broken off stops every other run until it is finished."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

import dbt_runner
from bigquery.emulated import client_of, emulator
from conftest import PROJECT, House, parsed_manifest
from rendezvous import HouseError, keys
from rendezvous.bigquery import key_rotation, vault
from rendezvous.bigquery.warehouse import Warehouse
from rendezvous.cli import rendezvous
from rendezvous.rotation import HASHED
from scenes import land_sessions, look, session, sign_in

PEOPLE = "select identifier_type, identifier_system, identifier_value, customer_key from marts.customer_identifiers"
MODELS = ["+customer_identifiers"]


class Warehoused:
    """A house on an emulator, before and after."""

    def __init__(self, house: House, address: str) -> None:
        house.environment |= {"RENDEZVOUS_EMULATOR": address}
        self.house, self.client = house, client_of(address)
        self.before: set[tuple] = set()

    def people(self) -> set[tuple]:
        return {tuple(row.values()) for row in self.client.query_and_wait(PEOPLE)}

    def tables(self) -> set[str]:
        return {item.table_id for item in self.client.list_tables("vault")}

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess:
        return self.house.dbt(*arguments, "--target", "emulator", "--no-use-colors", check=False)


def land(house: House) -> None:
    """Clients with a phone and an address, a subscriber and a visitor who are known by a hash alone."""
    record = {"source_system": "crm_eu", "country_code": "FR", "created_at": "2023-01-01T00:00:00Z",
              "updated_at": "2023-01-01T00:00:00Z"}  # fmt: skip
    house.land("crm/customers.csv", [
        record | {"customer_id": "C1", "email": "ada@rotation.example", "phone": "+33698765021"},
        record | {"customer_id": "C2", "source_system": "crm_asia", "email": "ada@rotation.example"},
        record | {"customer_id": "C3", "email": "grace@rotation.example"},
    ])  # fmt: skip
    at = "2024-05-20T10:00:00Z"
    house.land("newsletter/events.csv", [
        {"newsletter_event_id": "n1", "email": "letters.only@rotation.example", "event_type": "subscribe",
         "occurred_at": at},
    ])  # fmt: skip
    land_sessions(house, session("77", "2024-05-20 09:00", [sign_in("web.only@rotation.example"), look("P1")]),
                  session("78", "2024-05-21 09:00", [sign_in("ada@rotation.example"), look("P2")]))  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory):
    """The house, loaded and built."""
    folder = tmp_path_factory.mktemp("rotation")
    house = House(folder / "house", as_of="2024-05-30T10:00:00Z")
    land(house)
    environment = dict(os.environ)
    with emulator(folder / "emulator") as address:
        scene = Warehoused(house, address)
        house.rendezvous("load", "--target", "emulator")
        house.rendezvous("keys", "install", "--target", "emulator")
        done = scene.dbt("build", "--exclude-resource-type", "test", "unit_test", "-s", *MODELS)
        assert done.returncode == 0, done.stdout[-6000:]
        scene.before = scene.people()
        yield scene
    os.environ.clear()
    os.environ.update(environment)


def start(command: list[str], env: dict[str, str], **options: object) -> subprocess.CompletedProcess:
    """The dbt that the command starts, with the project parsed beforehand."""
    manifest = str(parsed_manifest("emulator"))
    return dbt_runner.forked(manifest, "dbt", command[1:], PROJECT, dict(env), timeout=900)


def rotate(scene: Warehoused) -> None:
    """The command, in this process; of the house only what people rest on is built."""
    os.environ.update(scene.house.environ())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_rotation, "WHOLE", ("run", "-s", *MODELS))
        patch.setattr(key_rotation, "subprocess", SimpleNamespace(run=start))
        rendezvous(["keys", "rotate", "--target", "emulator"], standalone_mode=False)


@pytest.fixture(scope="module")
def broken_off(built: Warehoused) -> Warehoused:
    """Broken off when the vault has the next key and nothing is built with it."""
    def breaks(*_) -> None:
        raise HouseError("the machine was switched off")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_rotation, "_dbt", breaks)
        with pytest.raises(HouseError, match="switched off"):
            rotate(built)
    return built


def test_a_half_done_rotation_stops_every_other_run(broken_off: Warehoused) -> None:
    refused = broken_off.dbt("seed", "-s", "web_events")
    assert refused.returncode != 0
    assert "run `rendezvous keys rotate --target emulator` again" in refused.stdout.replace("Run", "run")
    assert "OK loaded" not in refused.stdout
    assert broken_off.people() == broken_off.before


@pytest.fixture(scope="module")
def rotated(broken_off: Warehoused) -> Warehoused:
    """After the same command again."""
    rotate(broken_off)
    return broken_off


def test_every_hash_is_another_and_every_person_the_same(rotated: Warehoused) -> None:
    def hashes(people: set[tuple]) -> set[str]:
        return {value for _, _, value, _ in people if re.match(HASHED, value)}

    def told(people: set[tuple]) -> list[tuple]:
        return sorted((kind, system or "", "" if re.match(HASHED, value) else value, key)
                      for kind, system, value, key in people)  # fmt: skip

    before, now = rotated.before, rotated.people()
    assert len(hashes(before)) == 5 and not hashes(before) & hashes(now)
    assert told(before) == told(now)
    by_hash_alone = {key for kind, *_, key in before if kind == "email"} - {key for kind, *_, key in before
                                                                           if kind == "crm_customer"}  # fmt: skip
    assert len(by_hash_alone) == 2


def test_the_next_key_is_in_use_and_nothing_is_left_of_the_way(rotated: Warehoused) -> None:
    following = keys.read_ring(rotated.house.key)
    (retired,) = rotated.house.folder.glob("house.key.retired-*")
    assert keys.read_ring(retired) != following and [key.version for key in following] == [2, 2, 2, 2]
    assert vault.installed_fingerprints(rotated.client) == following.fingerprints
    assert not vault.install(rotated.client, following), "the pads are of that key"
    assert [name for name in rotated.tables() if "rotation" in name] == []
    assert not (rotated.house.folder / "house.rotation").exists()


def test_broken_off_at_the_very_end_it_is_finished_without_a_build(rotated: Warehoused, monkeypatch) -> None:
    mine = keys.read_ring(rotated.house.key).fingerprint
    rotated.client.query_and_wait(f"create or replace table {key_rotation.MARKER} as select '{mine}' as to_key")
    monkeypatch.setattr(key_rotation, "_dbt", lambda *_: pytest.fail("built"))
    rotate(rotated)
    assert "key_rotation" not in rotated.tables()
    assert keys.read_ring(rotated.house.key).fingerprint == mine


def test_another_houses_vault_is_not_touched(rotated: Warehoused, tmp_path: Path, monkeypatch) -> None:
    keys.create_ring(tmp_path / "other.key")
    monkeypatch.setenv("RENDEZVOUS_KEY_FILE", str(tmp_path / "other.key"))
    with pytest.raises(HouseError, match="neither the old key nor the next"):
        key_rotation.rotate(Warehouse(rotated.client), "emulator")
    assert "key_rotation" not in rotated.tables()

