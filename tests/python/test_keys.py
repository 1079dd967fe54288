"""The house's key: made once, kept close, refused when wrong, and never written anywhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from canaries import forms_found, keys_in_files
from conftest import PROJECT, House
from rendezvous import HouseError, keys, landing

# RFC 4231, test cases 1-4, 6 and 7: (key, message, HMAC-SHA-256).
RFC_4231 = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (bytes(range(1, 26)), b"\xcd" * 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        b"\xaa" * 131,
        b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be"
        b" hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]


@pytest.mark.parametrize(("key", "message", "expected"), RFC_4231)
def test_the_pads_give_the_hmac_of_rfc_4231(key: bytes, message: bytes, expected: str) -> None:
    inner, outer = keys.pads(key)
    assert hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).hexdigest() == expected
    assert hmac.new(key, message, hashlib.sha256).hexdigest() == expected
    sql = "select sha256(?::blob || unhex(sha256(?::blob || ?::blob)))"
    assert duckdb.execute(sql, [outer, inner, message]).fetchone() == (expected,)


def test_a_new_key_is_random_owner_only_and_never_overwrites(tmp_path: Path) -> None:
    first, second = tmp_path / "new" / "a.key", tmp_path / "b.key"
    keys.create_ring(first)
    keys.create_ring(second)
    secrets = [key.secret for path in (first, second) for key in keys.read_ring(path)]
    assert len(set(secrets)) == 8 and {len(secret) for secret in secrets} == {32}
    assert [key.name for key in keys.read_ring(first)] == ["v1_CN", "v1_EU", "v1_KR", "v1_UK"]
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    before = first.read_bytes()
    with pytest.raises(HouseError, match="exists already"):
        keys.create_ring(first)
    assert first.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "rights", "words"),
    [
        (None, 0, "does not exist. Run `rendezvous keys init`"),
        ("ab" * 32, 0o640, "can be read by others: chmod 600"),
        ("ab" * 32, 0o604, "can be read by others: chmod 600"),
        ("ab" * 31, 0o600, "31 bytes; a key has at least 32"),
        ("", 0o600, "0 bytes"),
        ("not a key at all", 0o600, "line 1: not hexadecimal"),
        ("\u00e9" * 64, 0o600, "line 1: not hexadecimal"),
        (f"v1_EU {'ab' * 32}\nv1_CN {'ab' * 31}\n", 0o600, "line 2: 31 bytes"),
        (f"v1_EU {'ab' * 32}\nv1_CN ab cd\n", 0o600, "line 2: "),
        (f"v1_EU {'ab' * 32}\nv0_CN {'cd' * 32}\n", 0o600, "line 2: not a key such as `v1_EU"),
        (f"v1_EU {'ab' * 32}\n{'cd' * 32}\n", 0o600, "line 2: not a key such as `v1_EU"),
        (f"v1_EU {'ab' * 32}\nv2_EU {'cd' * 32}\n", 0o600, "line 2: a second key of EU"),
    ],
)
def test_an_unusable_key_file_says_what_to_do(tmp_path: Path, content: str | None, rights: int, words: str) -> None:
    path = tmp_path / "house.key"
    if content is not None:
        path.write_text(content)
        path.chmod(rights)
    with pytest.raises(HouseError, match=words) as caught:
        keys.read_ring(path)
    assert str(path) in str(caught.value) and "Nothing was built" in str(caught.value)


def test_the_demo_house_has_its_own_key_and_no_other_house_may_use_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENDEZVOUS_KEY_FILE", str(tmp_path / "house.key"))
    assert keys.ring_for(landing.DEMO_FOLDER) == keys.demo_ring()
    mine = keys.create_ring(tmp_path / "house.key")
    assert keys.ring_for(tmp_path) == mine
    (tmp_path / "house.key").write_text(f"v7_EU {mine['EU'].secret.hex()}\nv2_CN {keys.demo_ring()['CN'].secret.hex()}")
    with pytest.raises(HouseError, match="public demo key"):
        keys.ring_for(tmp_path)


@pytest.mark.parametrize("change", ["add", "link", "remove", "edit", "same size", "manifest", "no manifest"])
def test_a_changed_demo_house_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    demo = tmp_path / "landing"
    demo.mkdir()
    (demo / "one.csv").write_text("a,b\n")
    digest = hashlib.sha256(b"a,b\n").hexdigest()
    (demo / "manifest.csv").write_text(f"path,bytes,sha256,row_count\none.csv,4,{digest},0\n")
    pin = tmp_path / "manifest.sha256"
    pin.write_text(hashlib.sha256((demo / "manifest.csv").read_bytes()).hexdigest() + "  manifest.csv\n")
    monkeypatch.setattr(keys, "DEMO_FOLDER", demo)
    monkeypatch.setattr(keys, "DEMO_PIN", pin)
    assert keys.ring_for(demo) == keys.demo_ring()
    if change == "add":
        (demo / "crm").mkdir()
        (demo / "crm" / "customers.csv").write_text("mine\n")
    elif change == "link":
        (demo / "two.csv").symlink_to("nowhere.csv")
    elif change == "remove":
        (demo / "one.csv").unlink()
    elif change == "edit":
        (demo / "one.csv").write_text("a,b\nmine,too\n")
    elif change == "same size":
        (demo / "one.csv").write_text("x,y\n")
    elif change == "manifest":
        (demo / "one.csv").write_text("x,y\n")
        digest = hashlib.sha256(b"x,y\n").hexdigest()
        (demo / "manifest.csv").write_text(f"path,bytes,sha256,row_count\none.csv,4,{digest},0\n")
    else:
        (demo / "manifest.csv").unlink()
    with pytest.raises(HouseError, match="not the demo house as shipped"):
        keys.ring_for(demo)


def test_the_committed_demo_house_is_the_pinned_one() -> None:
    assert keys.DEMO_PIN.is_file()
    assert keys.ring_for(landing.DEMO_FOLDER) == keys.demo_ring()


def ring(**secrets: bytes) -> keys.KeyRing:
    return keys.KeyRing(keys.Key(name, 1, secret) for name, secret in secrets.items())


def test_a_demo_database_may_become_a_real_one_but_never_back_nor_to_another() -> None:
    mine, other = ring(EU=bytes(32), CN=bytes([2]) * 32), ring(EU=bytes(32), CN=bytes([1]) * 32)
    with duckdb.connect() as connection:
        keys.check_database(connection, keys.demo_ring())
        keys.check_database(connection, keys.demo_ring())
        keys.check_database(connection, mine)
        for wrong in (keys.demo_ring(), other):
            with pytest.raises(HouseError, match="Wrong key"):
                keys.check_database(connection, wrong)
        keys.check_database(connection, mine)


def test_a_database_takes_a_key_more_and_none_less() -> None:
    one, two = ring(EU=bytes(32)), ring(EU=bytes(32), KR=bytes([3]) * 32)
    with duckdb.connect() as connection:
        keys.check_database(connection, one)
        keys.check_database(connection, two)
        assert keys.stored_fingerprints(connection) == two.fingerprints
        with pytest.raises(HouseError, match=r"Wrong key: .*\(v1_KR\), the key at hand is none of that name"):
            keys.check_database(connection, one)


def test_a_house_older_than_jurisdictions_has_the_first_key_of_its_home(tmp_path: Path) -> None:
    path = tmp_path / "house.key"
    keys.create(path)
    (key,) = keys.read_ring(path)
    assert (key.name, key.secret) == ("v1_EU", bytes.fromhex(path.read_text()))
    with duckdb.connect() as connection:
        connection.execute("create schema vault; create table vault.key_fingerprint (fingerprint varchar)")
        connection.execute("insert into vault.key_fingerprint values (?)", [keys.fingerprint(key.secret)])
        keys.check_database(connection, keys.read_ring(path))
        with pytest.raises(HouseError, match="Wrong key"):
            keys.check_database(connection, ring(EU=bytes(32)))


def test_the_next_ring_has_a_version_more_where_it_was_asked_for_and_no_jurisdiction_without_a_key() -> None:
    old = ring(EU=bytes(32), CN=bytes([1]) * 32)
    for asked, names in (("", {"v2_EU", "v2_CN", "v1_UK", "v1_KR"}), ("CN", {"v1_EU", "v2_CN", "v1_UK", "v1_KR"})):
        following = old.following(asked)
        assert {key.name for key in following} == names
        assert following.replaced_in(old) == ({asked} if asked else {"EU", "CN"})
        assert len({key.secret for key in [*following, *old]}) == 6 - bool(asked)


def test_a_key_that_is_printed_shows_none() -> None:
    (key,) = ring(EU=bytes(range(32)))
    assert "EU" in repr(key) and forms_found(key.secret, repr(key).encode()) == [] and "x01" not in repr(key)


def test_a_key_is_added_beside_the_others(tmp_path: Path) -> None:
    path = tmp_path / "house.key"
    keys.create(path)
    (home,) = keys.read_ring(path)
    added = keys.add(path, "KR")
    assert keys.read_ring(path) == keys.KeyRing([home, added]) and stat.S_IMODE(path.stat().st_mode) == 0o600
    for jurisdiction, words in (("KR", "has a key of KR already"), ("XX", "gives no origin to 'XX'")):
        with pytest.raises(HouseError, match=words):
            keys.add(path, jurisdiction)
    assert list(tmp_path.iterdir()) == [path]


def cli(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [str(Path(sys.executable).with_name("rendezvous")), "keys", *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=60)


def test_keys_init_and_show_never_print_the_key(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": "", "RENDEZVOUS_KEY_FILE": ""}
    missing = cli("show", **environment)
    made, shown = cli("init", **environment), cli("show", **environment)
    path = tmp_path / ".config" / "rendezvous" / "hmac.key"
    mine = keys.read_ring(path)
    assert (missing.returncode, made.returncode, shown.returncode) == (2, 0, 0)
    assert "keys init" in missing.stderr
    for words in (str(path), "-rw-------", *mine.fingerprints, *mine.fingerprints.values()):
        assert words in shown.stdout
    for key in mine:
        assert forms_found(key.secret, (made.stdout + made.stderr + shown.stdout + shown.stderr).encode()) == []
    again = cli("init", **environment)
    assert again.returncode == 2 and "exists already" in again.stderr and "Traceback" not in again.stderr


def test_keys_init_takes_another_file_but_none_inside_the_project(tmp_path: Path) -> None:
    made = cli("init", "--file", str(tmp_path / "k"))
    assert made.returncode == 0 and f"export RENDEZVOUS_KEY_FILE={tmp_path / 'k'}" in made.stdout
    inside = cli("init", "--file", str(PROJECT / "house.key"))
    assert inside.returncode == 2 and "inside the project" in inside.stderr
    assert not (PROJECT / "house.key").exists()


def test_the_canary_search_finds_every_form() -> None:
    key = bytes(range(100, 132))
    inner, outer = keys.pads(key)
    for text in (key, key.hex().upper().encode(), base64.b64encode(b"ab" + key + b"cd"), inner, outer.hex().encode()):
        assert forms_found(key, b"before " + text + b" after"), text
    assert forms_found(key, duckdb.execute("select ?::blob::varchar", [outer]).fetchone()[0].encode())
    assert forms_found(key, b"nothing") == []


def leaks(house: House, console: str) -> list[str]:
    secrets = [key.secret for key in keys.read_ring(house.key)]
    found = [f"console: {form}" for secret in secrets for form in forms_found(secret, console.encode())]
    return found + keys_in_files(house.folder, secrets, without=[house.key])


def test_the_key_is_nowhere_after_a_good_run_and_after_a_failing_one(house: House) -> None:
    people = [{"source_system": "crm_eu", "customer_id": str(n), "email": f"p{n}@example.com"} for n in range(50)]
    house.land("crm/customers.csv", people)
    select = ["-s", "+stg_crm__customers", "--exclude-resource-type", "test", "unit_test"]
    good = house.dbt("--debug", "build", *select, check=False)
    assert good.returncode == 0, good.stdout[-3000:]
    [(count,)] = house.query("select count(distinct reconciliation_key) from staging.base_crm__customers")
    assert count == 50, "the key was used"
    assert leaks(house, good.stdout + good.stderr) == []
    house.land("crm/customers.csv", people).open("a").write('crm_eu,"never closed\n')
    bad = house.dbt("--debug", "build", *select, check=False)
    assert bad.returncode != 0
    assert leaks(house, bad.stdout + bad.stderr) == []


def test_a_missing_key_stops_the_run_before_the_first_model(house: House) -> None:
    house.land("crm/customers.csv", [{"source_system": "crm_eu", "customer_id": "1"}])
    house.key.unlink()
    done = house.dbt("build", "-s", "base_crm__customers", check=False)
    assert done.returncode != 0
    assert "rendezvous keys init" in done.stdout
    assert "START sql" not in done.stdout
    command = house.rendezvous("build", "-s", "base_crm__customers", check=False)
    assert command.returncode == 2 and "rendezvous keys init" in command.stderr
