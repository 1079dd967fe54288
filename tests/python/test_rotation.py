"""Another key: every hash of the house changes, and nobody becomes somebody else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from canaries import cells_with
from conftest import House, copy_of
from rendezvous import HouseError, keys, rotation

PEOPLE = "select identifier_type, identifier_system, identifier_value, customer_key from marts.customer_identifiers"


def clear(house: House) -> set[tuple]:
    """Identifiers that are known in clear, and whose they are."""
    return set(house.query(f"{PEOPLE} where identifier_type not in ('email', 'phone')"))


def parts(house: House) -> list[tuple[str, int]]:
    """How many hashed identifiers each person has."""
    hashed = f"select customer_key, count(*) from ({PEOPLE}) where identifier_type in ('email', 'phone') group by 1"
    return sorted(house.query(hashed))


def hashes(house: House) -> set[str]:
    return {value for (value,) in house.query("select distinct identifier_value from marts.customer_identifiers"
                                              " where identifier_type in ('email', 'phone')")}  # fmt: skip


@pytest.fixture(scope="module")
def rotated(simulated_house: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[House, House]:
    """A house, and the same after `rendezvous keys rotate` which was broken off before it had done anything."""
    before = simulated_house
    after = copy_of(before, tmp_path_factory.mktemp("rotation") / "after")
    (after.folder / "house.rotation").mkdir(mode=0o700)
    keys.create_ring(after.folder / "house.rotation" / "house.key")
    after.rendezvous("keys", "rotate")
    return before, after


def test_every_hash_is_another_and_every_person_the_same(rotated: tuple[House, House]) -> None:
    before, after = rotated
    assert len(hashes(before)) > 50 and not hashes(before) & hashes(after)
    assert clear(before) == clear(after)
    assert parts(before) == parts(after)
    only_hashes = {key for key, _ in parts(before)} - {row[3] for row in clear(before)}
    assert only_hashes, "people who are known by an address alone are in the test"
    assert before.query("select customer_key from marts.customers order by 1") == after.query(
        "select customer_key from marts.customers order by 1"
    )
    assert cells_with(after.database, list(hashes(before))[:20]) == []


def test_the_next_key_is_in_use_and_the_old_one_retired(rotated: tuple[House, House]) -> None:
    before, after = rotated
    old, new = keys.read_ring(before.key), keys.read_ring(after.key)
    assert old != new
    assert dict(after.query("from vault.key_fingerprint")) == new.fingerprints
    assert keys.read_ring(after.folder / f"house.key.retired-{old.fingerprint}") == old
    assert not (after.folder / "house.rotation").exists() and not (after.folder / "rendezvous.rotation").exists()


def test_broken_off_between_database_and_key_it_is_finished(
    rotated: tuple[House, House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = rotated
    house = copy_of(after, tmp_path / "house")
    (house.folder / "house.rotation").mkdir(mode=0o700)
    shutil.move(house.key, house.folder / "house.rotation" / "house.key")
    shutil.copy2(before.key, house.key)
    monkeypatch.setenv("RENDEZVOUS_KEY_FILE", str(house.key))
    stopped = house.build_tables("-s", "base_crm__customers", check=False)
    assert stopped.returncode != 0 and "run `rendezvous keys rotate` again" in stopped.stdout.replace("Run", "run")
    rotation.rotate(house.database)
    assert keys.read_ring(house.key) == keys.read_ring(after.key)


def test_another_houses_database_is_not_touched(
    rotated: tuple[House, House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = rotated
    keys.create_ring(tmp_path / "other.key")
    monkeypatch.setenv("RENDEZVOUS_KEY_FILE", str(tmp_path / "other.key"))
    with pytest.raises(HouseError, match="neither the old key nor the next"):
        rotation.rotate(before.database)
