"""The scenes of scripts/identity_pack.py through this project's own models, all in one house."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from conftest import House

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import identity_pack as pack

SCENES = {scene.name: scene for scene in pack.scenes()}


@pytest.fixture(scope="module")
def found(shared_house: House) -> pack.Partition:
    shared_house.raw.rmdir()
    pack.land(shared_house.raw, [*SCENES.values()])
    shared_house.build_tables("-s", *pack.MODELS, "+int_identity__open_pairs")
    return pack.people_of(shared_house.database)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_right(found: pack.Partition, name: str) -> None:
    assert pack.verdict(SCENES[name], found) == "right"


def test_who_may_be_one_and_is_not_joined_waits_for_a_steward(shared_house: House, found: pack.Partition) -> None:
    waiting = set(shared_house.query("""
        select least(left_customer_id, right_customer_id), greatest(left_customer_id, right_customer_id)
        from intermediate.int_identity__open_pairs
    """))  # fmt: skip
    assert {("twin1", "twin2"), ("house1", "house2")} <= waiting


def test_every_client_record_is_somebodys(found: pack.Partition) -> None:
    present = {record for scene in SCENES.values() for record in scene.truth() if not record.startswith("web/")}
    assert present - set(found) == set()


def test_a_verdict_tells_wrong_from_missed_pairs() -> None:
    scene = pack.Scene("s", [["a", "b"], ["c"]])
    assert pack.verdict(scene, {"a": "1", "b": "1", "c": "2"}) == "right"
    assert pack.verdict(scene, {"a": "1", "b": "1", "c": "1"}) == "+2"
    assert pack.verdict(scene, {"a": "1", "b": "2"}) == "-1"
    assert pack.verdict(scene, {"a": "1", "b": "2", "c": "1"}) == "+1 -1"
