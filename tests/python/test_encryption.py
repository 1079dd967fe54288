"""An encrypted house: built, read and grown like a plain one, and without the key its bytes say nothing."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from canaries import files_with
from conftest import House
from privacy_scene import APPOINTMENT, RECORD
from rendezvous import HouseError, database, keys
from test_canaries import CONTACTS, plant_all

SECRET = "zelda.canarybird@canary.example"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("encrypted") / "house", as_of="2024-05-30T10:00:00Z")
    house.environment |= {"DBT_TARGET": "encrypted"}
    plant_all(house)
    keys.create(key_of(house))
    house.build_tables()
    return house


def key_of(house: House) -> Path:
    return house.key.with_suffix(".database.key")


def test_the_bytes_of_the_file_say_nothing(sealed: House) -> None:
    left_out = [sealed.raw, sealed.folder / "rendezvous.arrivals", sealed.key, key_of(sealed)]
    assert sealed.database.stat().st_size > 1_000_000
    assert files_with(sealed.folder, CONTACTS, without=left_out) == []
    assert b"customer_contacts" not in sealed.database.read_bytes(), "not even the names of tables"
    assert database.is_encrypted(sealed.database)


def test_commands_read_it_with_the_key(sealed: House) -> None:
    assert APPOINTMENT in sealed.rendezvous("brief", APPOINTMENT).stdout
    assert sealed.rendezvous("explain", RECORD).stdout


def test_a_later_run_finds_its_tables_again(sealed: House) -> None:
    done = sealed.build_tables("-s", "int_web__hits", "int_identity__key_ledger")
    assert "int_web__hits" in done.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda key: key.write_text("ab" * 32), "encrypted with another key than"),
        (lambda key: key.unlink(), "Run `rendezvous keys database` once"),
        (lambda key: key.chmod(0o644), "can be read by others"),
    ],
)
def test_without_its_key_it_stays_shut(sealed: House, change, words: str) -> None:
    key = key_of(sealed)
    before = key.read_bytes()
    change(key)
    try:
        brief = sealed.rendezvous("brief", APPOINTMENT, check=False)
        build = sealed.build_tables("-s", "base_crm__customers", check=False)
    finally:
        key.unlink(missing_ok=True)
        key.write_bytes(before)
        key.chmod(0o600)
    assert brief.returncode == 2 and words in brief.stderr and "Traceback" not in brief.stderr
    assert build.returncode != 0 and words in build.stdout
    assert before.decode().strip() not in brief.stderr + brief.stdout + build.stdout


def test_a_plain_database_is_sealed_in_its_place(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDEZVOUS_KEY_FILE", str(house.key))
    keys.create(key_of(house))
    with duckdb.connect(str(house.database)) as connection:
        connection.execute("create schema marts; create table marts.t as select ? as told", [SECRET])
        connection.execute("create view marts.v as select * from marts.t")
    assert SECRET.encode() in house.database.read_bytes(), "the control: a plain file shows it"
    with (
        duckdb.connect() as connection,
        pytest.raises(HouseError, match="is not encrypted: run"),
    ):
        database.attach(connection, house.database, "plain")
    house.rendezvous("keys", "seal")
    assert SECRET.encode() not in house.database.read_bytes()
    with database.connect(house.database, read_only=True) as connection:
        assert connection.execute("select told from marts.v").fetchall() == [(SECRET,)]
    again = house.rendezvous("keys", "seal", check=False)
    assert again.returncode == 2 and "encrypted already" in again.stderr


def test_what_spills_is_encrypted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDEZVOUS_KEY_FILE", str(house.key))
    keys.create(key_of(house))
    with duckdb.connect() as connection:
        database.attach(connection, house.database, "rendezvous")
        connection.execute("set global memory_limit = '60MB'; set global threads = 1; use rendezvous")
        texts = f"select '{SECRET}' || (i * 7919 % 1000003) as told from range(3000000) as numbers(i)"
        connection.execute(f"create temporary table spilt as {texts}")
        spilt = [path for path in house.folder.rglob("*.tmp") if path.is_file()]
        assert spilt, "nothing was spilt: the test would prove nothing"
        assert not any(SECRET.encode() in path.read_bytes() for path in spilt)
