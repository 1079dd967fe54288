"""Unmistakable people and a real key are looked for in all that runs leave behind, good ones and failing ones."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from canaries import cells_with, files_with, forms_found, key_texts, keys_in_files
from conftest import House, parsed_manifest
from privacy_scene import APPOINTMENT, EMAIL, PHONE, RECEIPT, RECORD, plant
from rendezvous import engine_errors, keys
from scenes import session
from test_crash import kill_after_models

BIRTH_DATE = "1907-11-13"
STRAY = "otto.strayfeather@canary.example"
STRAY_PHONE = "+33655443322"
ENCODED = STRAY.replace("@", "%40")
CONTACTS = [EMAIL, RECEIPT, PHONE, PHONE.lstrip("+"), "Zeldacanary", "Quetzalbird", "12 Canary Street", BIRTH_DATE,
            STRAY, ENCODED, "strayfeather", STRAY_PHONE, STRAY_PHONE.lstrip("+")]  # fmt: skip
"""What may stand in the landing, in staging and in the vault, and nowhere else."""
CLOSED = ("staging", "vault")


def stray_hits() -> list[dict]:
    """A site that leaks: an address or a number in every label that it fills."""
    page = {"hostname": "www.example.com", "pagePath": f"/account?next=1&mail={ENCODED}",
            "pageTitle": f"Welcome {STRAY}", "searchKeyword": STRAY_PHONE}  # fmt: skip
    note = {"eventCategory": "account", "eventAction": "note", "eventLabel": f"call {STRAY_PHONE} or {STRAY}"}
    sale = {"transactionId": f"note {STRAY}", "transactionRevenue": "1000000", "currencyCode": "EUR"}
    return [
        {"type": "PAGE", "page": page, "referer": f"https://mail.example/?to={STRAY}"},
        {"type": "EVENT", "page": page, "eventInfo": note},
        {"type": "PAGE", "page": page, "eCommerceAction": {"action_type": "6"}, "transaction": sale,
         "product": [{"productSKU": "P1", "v2ProductName": f"Ring for {STRAY}"}]},
        {"type": "PAGE", "page": page, "customDimensions": [{"index": "12", "value": STRAY}]},
    ]  # fmt: skip


def plant_all(house: House) -> None:
    plant(house)
    born = {"source_system": "crm_eu", "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z"}
    house.land("crm/customers_birth.csv", [
        born | {"customer_id": "CANBIRTH1", "first_name": "Otto", "last_name": "Strayfeather", "email": STRAY,
                "phone": STRAY_PHONE, "birth_date": BIRTH_DATE},
    ])  # fmt: skip
    word = {"purpose": "email_marketing"}
    house.land("consent/consent_events_otto.csv", [
        word | {"consent_event_id": "can-o1", "source_system": "crm_eu", "subject_type": "crm_customer",
                "subject_id": "CANBIRTH1", "status": "granted", "occurred_at": "2024-05-01T00:00:00Z",
                "received_at": "2024-05-01T00:00:00Z"},
        word | {"consent_event_id": "can-o2", "source_system": "preference_centre", "subject_type": "email",
                "subject_id": STRAY, "status": "withdrawn", "occurred_at": "2024-05-20T00:00:00Z",
                "received_at": "2024-05-20T00:00:00Z"},
    ])  # fmt: skip
    visit = session("9900990099009900990", "2024-05-24 11:00", stray_hits())
    visit["trafficSource"] |= {"campaign": f"to {STRAY}", "adContent": STRAY_PHONE, "keyword": STRAY}
    house.land_json("ga360/maison_fr/ga_sessions_20240524_stray.json.gz", [visit])
    keys.create(house.key.with_suffix(".suppression.key"))


def secrets(house: House) -> list[bytes]:
    ring = keys.read_ring(house.key)
    return [*(key.secret for key in ring), keys.read(house.key.with_suffix(".suppression.key"), "")]


def leaks(house: House, *consoles: subprocess.CompletedProcess | str) -> list[str]:
    """Where a contact stands that must not, or any form of a key: console, files, cells, bytes of the database."""
    found = []
    for console in consoles:
        text = console if isinstance(console, str) else console.stdout + console.stderr
        found += [f"console: {contact}" for contact in CONTACTS if contact.lower() in text.lower()]
        found += [f"console: {form}" for key in secrets(house) for form in forms_found(key, text.encode())]
    key_files = [house.key, house.key.with_suffix(".suppression.key")]
    landed = [house.raw, house.database, house.database.with_name(f"{house.database.name}.wal"),
              house.database.with_suffix(".arrivals")]  # fmt: skip
    found += files_with(house.folder, CONTACTS, without=[*landed, *key_files])
    found += keys_in_files(house.folder, secrets(house), without=key_files)
    if house.database.is_file():
        anywhere = [text for key in secrets(house) for text in key_texts(key)]
        found += cells_with(house.database, CONTACTS, CLOSED, anywhere)
    return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with all of them in it, built once, every statement written to console and log."""
    house = House(tmp_path_factory.mktemp("canaries") / "house", as_of="2024-05-30T10:00:00Z")
    plant_all(house)
    done = house.dbt("--debug", "--log-level-file", "debug", "build", "--exclude-resource-type", "unit_test", "test")
    (house.folder / "console.txt").write_text(done.stdout + done.stderr)
    return house


def test_a_good_run_leaves_nothing(house: House) -> None:
    assert leaks(house) == []
    assert "create or replace table" in next((house.folder / "logs").glob("*.log")).read_text().lower()


def test_the_people_were_read(house: House) -> None:
    """Where contacts may stand they do, or nothing would have been proved."""
    found = cells_with(house.database, CONTACTS)
    assert {line.partition(": ")[2] for line in found} >= {EMAIL, PHONE, "Quetzalbird", BIRTH_DATE, STRAY, STRAY_PHONE}
    assert any(line.startswith("vault.customer_contacts") for line in found)
    assert house.query("select count(*) from intermediate.int_web__hits where event_label like '%[removed]%'") != [(0,)]


def test_commands_that_people_run_show_nothing(house: House) -> None:
    ran = [
        house.rendezvous("brief", APPOINTMENT),
        house.rendezvous("explain", RECORD),
        house.rendezvous("review", "export", str(house.folder / "review.csv")),
        house.rendezvous("keys", "show"),
        house.rendezvous("privacy", "export-consents", "--system", "crm_eu", "--out", str(house.folder / "out.csv")),
    ]
    assert (house.folder / "out.csv").read_text().count("CANBIRTH1") == 1
    assert leaks(house, *ran) == []


def test_rows_at_fault_are_stored_nowhere() -> None:
    """A failing test would otherwise copy them into a table of its own, where nobody looks for people."""
    manifest = json.loads((parsed_manifest().parent / "manifest.json").read_text(encoding="utf-8"))
    assert storing(manifest) == []
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert len(tests) > 100
    for broken in ({"store_failures": True}, {"store_failures": None}, {"store_failures_as": "view"}):
        planted = copy.deepcopy(tests[0])
        planted["config"] |= broken
        assert storing({"nodes": {planted["unique_id"]: planted}}) == [planted["name"]]


def storing(manifest: dict) -> list[str]:
    """Tests that store rows; one that leaves it open would do so with `dbt build --store-failures`."""
    return [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (
            node["config"]["store_failures"] is not False
            or node["config"]["store_failures_as"] not in (None, "ephemeral")
        )
    ]


def failing_model(house: House) -> subprocess.CompletedProcess:
    """SQL that stumbles over an address, as a model with a wrong cast would."""
    sql = "select cast(email as bigint) as broken from {{ ref('stg_crm__customers') }} where email is not null"
    return house.dbt("--debug", "show", "--inline", sql, check=False)


def failing_row(house: House) -> subprocess.CompletedProcess:
    """A line that DuckDB cannot read, with an address in it."""
    broken = house.raw / "crm" / "customers_birth.csv"
    before = broken.read_bytes()
    broken.write_bytes(before + f'crm_eu,CANBROKEN,"{STRAY},never closed\n'.encode())
    try:
        return house.dbt("--debug", "run", "-s", "base_crm__customers", check=False)
    finally:
        broken.write_bytes(before)


def failing_check(house: House) -> subprocess.CompletedProcess:
    """The same line, found by the checks of what has arrived."""
    broken = house.raw / "crm" / "customers_broken.csv"
    broken.write_text(f'source_system,customer_id,email\ncrm_eu,CANBROKEN,"{STRAY},never closed\n')
    try:
        return house.rendezvous("build", "--strict", check=False)
    finally:
        broken.unlink()


def wrong_key(house: House) -> subprocess.CompletedProcess:
    """A key file of another length, which is refused."""
    before = house.key.read_bytes()
    house.key.write_bytes(before[:40])
    try:
        return house.rendezvous("build", check=False)
    finally:
        house.key.write_bytes(before)


@pytest.mark.parametrize("fail", [failing_model, failing_row, failing_check, wrong_key])
def test_a_failing_run_leaves_nothing(house: House, fail: Callable[[House], subprocess.CompletedProcess]) -> None:
    done = fail(house)
    assert done.returncode != 0, done.stdout[-3000:]
    assert leaks(house, done) == []


def test_a_killed_run_leaves_nothing(house: House) -> None:
    printed = kill_after_models(house, 12, 0.1)
    assert "Completed successfully" not in printed
    assert leaks(house, printed) == []


@pytest.mark.parametrize("place", ["target", "logs", "mart", "key in a mart", "key in a file", "console"])
def test_the_search_can_fail(house: House, place: str) -> None:
    """One leak of each kind, taken away again."""
    key = keys.pads(secrets(house)[1])[0]
    planted = house.folder / ("logs" if place == "logs" else "target") / "planted.txt"
    try:
        if "mart" in place:
            value = key if "key" in place else f"Dear {STRAY.upper()}"
            with duckdb.connect(str(house.database)) as connection:
                connection.execute("create table marts.planted as select ? as told", [value])
        elif place != "console":
            planted.write_bytes(key if "key" in place else f"a run that quoted {PHONE}".encode())
        assert leaks(house, f"told {BIRTH_DATE}" if place == "console" else "") != []
    finally:
        planted.unlink(missing_ok=True)
        with duckdb.connect(str(house.database)) as connection:
            connection.execute("drop table if exists marts.planted")


CSV = (
    "read_csv('FILE', header = true, auto_detect = false, delim = ',', quote = '\"', columns = {a: 'TEXT', b: 'TEXT'})"
)
QUOTING = {
    "select cast(email as bigint) from person": "Could not convert string, to INT64, source column email",
    "select cast(email as date) from person": "source column email",
    "select cast(number as integer) from person": "source column number",
    "select number * number * number from person": "Overflow in multiplication",
    "select cast(email as json) from person": "Malformed JSON, at byte 0",
    "select cast(email as decimal(5, 2)) from person": "Could not convert string, to DECIMAL",
    "select strptime(email, '%Y') from person": "DuckDB says no more",
    "select regexp_matches('a', email || '(') from person": "DuckDB says no more",
    "select timezone(email, timestamp '2020-01-01') from person": "Unknown TimeZone",
    "insert into taken select email from person": "Duplicate key",
    "select * from read_json('json', columns = {e: 'STRUCT(x TEXT)[]'})": "JSON transform error in file",
    f"select * from {CSV.replace('FILE', 'open')}": "unterminated quote found, CSV Error on Line: 2, file = ",
    f"select * from {CSV.replace('FILE', 'wide')}": "Columns: 2 Found: 3, CSV Error on Line: 2, file = ",
    f"select * from {CSV.replace('FILE', 'latin')}": "Invalid unicode, CSV Error on Line: 2, file = ",
}


@pytest.mark.parametrize("sql", QUOTING)
def test_an_error_says_what_and_where_and_quotes_no_cell(tmp_path: Path, sql: str) -> None:
    (tmp_path / "json").write_text(f'{{"e": "{STRAY}"}}\n')
    (tmp_path / "open").write_text(f'a,b\n1,"{STRAY}\n33655443322\n')
    (tmp_path / "wide").write_text(f"a,b\n1,{STRAY},33655443322\n")
    (tmp_path / "latin").write_bytes(f"a,b\n1,{STRAY}\xe9\n".encode("latin-1"))
    with duckdb.connect() as connection:
        connection.execute(f"create table person as select '{STRAY}' as email, 33655443322 as number")
        connection.execute("create table taken (email varchar primary key); insert into taken select email from person")
        connection.execute(f"set file_search_path = '{tmp_path}'")
        with pytest.raises(duckdb.Error) as plain:
            connection.execute(sql).fetchall()
        with pytest.raises(type(plain.value)) as told:
            engine_errors.quiet(lambda: connection.execute(sql).fetchall())()
    assert STRAY in str(plain.value) or "33655443322" in str(plain.value), "DuckDB quotes nothing here: no case"
    assert STRAY not in str(told.value) and "33655443322" not in str(told.value)
    assert QUOTING[sql] in str(told.value) and engine_errors.NOT_SHOWN in str(told.value)
    assert told.value.__cause__ is None and told.value.__suppress_context__


@pytest.mark.parametrize("before", ["", "a"])
def test_an_error_cut_in_the_midst_of_a_character_is_told_too(before: str) -> None:
    sql = f"""select cast('{{"a": {before}' || repeat(chr(233), 3000) as json) from range(1)"""
    with pytest.raises(duckdb.Error, match=engine_errors.NOT_SHOWN) as told:
        engine_errors.quiet(lambda: duckdb.execute(sql))()
    assert "Malformed JSON" in str(told.value) and "é" not in str(told.value)


def test_an_error_that_looks_at_no_value_keeps_its_words() -> None:
    with pytest.raises(duckdb.BinderException, match="no_such_column"):
        engine_errors.quiet(lambda: duckdb.execute("select no_such_column from (select 1 as one)"))()
