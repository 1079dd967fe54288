"""What people ask of the house: a planted one is erased everywhere, stays erased, and neighbours lose nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
from pathlib import Path

import duckdb
import pytest

from canaries import cells_with, files_with
from conftest import House, copy_of, house_of
from privacy_scene import (
    APPOINTMENT,
    CARD,
    EMAIL,
    HOUSEHOLD,
    NEIGHBOUR,
    ORDER,
    OWN_APPOINTMENT,
    PHONE,
    RECEIPT_NUMBER,
    RECORD,
    SHARED_DEVICE,
    SHARED_PHONE,
    TELLTALES,
    plant,
)  # fmt: skip
from rendezvous import keys
from rendezvous.privacy import rewriting, targets, tombstones

OF_OTHERS = "_file not like '%canary%'"


def sightings(house: House, without: str = "") -> list[str]:
    """Where a telltale of the planted person stands: any cell of any table, any byte of any file, packed or not."""
    left_out = [house.folder / without] if without else []
    return cells_with(house.database, TELLTALES) + files_with(house.folder, TELLTALES, without=left_out)


@pytest.fixture(scope="module")
def landed(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The house with the person in it, built once."""
    house = house_of(tmp_path_factory.mktemp("privacy") / "house", simulated)
    keys.create(house.key.with_suffix(".suppression.key"))
    plant(house)
    house.dbt("build", "--exclude-resource-type", "test", "unit_test")
    (house.folder / "logs" / "old.log").write_text(f"a run that quoted {EMAIL}\n")
    return house


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where those who received data of the person are told of the erasure: outside the house."""
    return tmp_path_factory.mktemp("notices") / "to_send"


# As verdicts that part everybody's records fill it, in a house so large that components are a view.
VERDICT_PARTS = """
use intermediate;
create table int_identity__verdict_parts__nodes as
select row_number() over () as node_id, node_id as component_id, 0 as node_check, '2|' || node_key as node_key
from int_identity__customer_map;
create table int_identity__verdict_parts__names as
select component_id, node_key from int_identity__verdict_parts__nodes;
drop table int_identity__verdict_parts;
create view int_identity__verdict_parts as
select nodes.node_key, names.node_key as component_key
from intermediate.int_identity__verdict_parts__nodes as nodes
inner join intermediate.int_identity__verdict_parts__names as names using (component_id)
"""


@pytest.fixture(scope="module")
def erased(landed: House, notices: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A copy of it, after `rendezvous privacy erase`."""
    house = copy_of(landed, tmp_path_factory.mktemp("erased") / "house")
    assert len(sightings(house)) > 100
    with duckdb.connect(str(house.database)) as connection:
        connection.execute(VERDICT_PARTS)
    house.rendezvous("privacy", "erase", "--request", "CAN-1", "--notices", str(notices))
    return house


def test_a_planted_person_is_found_nowhere_afterwards(erased: House) -> None:
    assert sightings(erased) == []


def test_no_key_of_a_node_of_theirs_stays(landed: House, erased: House) -> None:
    """A hash of an id is worth the id to whoever has a list of ids."""
    nodes = [key for (key,) in landed.query(
        "select node_key from intermediate.int_identity__customer_map where customer_key ="
        f" (select customer_key from marts.customer_identifiers where identifier_value = '{RECORD}')"
    )]  # fmt: skip
    assert len(nodes) > 3
    assert cells_with(landed.database, nodes)
    assert cells_with(erased.database, nodes) == []


def test_the_neighbour_keeps_every_row(landed: House, erased: House) -> None:
    for sql in (
        f"select count(*) from staging.stg_crm__customers where customer_id <> '{RECORD}'",
        f"select count(*) from staging.stg_newsletter__events where email = '{HOUSEHOLD}'",
        f"select count(*) from staging.stg_service__cases where customer_id = '{NEIGHBOUR}'"
        f" and phone = '{SHARED_PHONE}'",
        f"select count(*) from marts.appointment_profiles where appointment_id = '{OWN_APPOINTMENT}'",
        f"select count(*) from marts.customer_identifiers where identifier_value = '{NEIGHBOUR}'",
        "select count(*) from staging.base_ga360__hits where _file not like '%canary%'",
        f"""select count(*) from staging.base_ga360__hits 
            inner join staging.base_ga360__sessions using (session_part_key)
            where visitor_id = '{SHARED_DEVICE}' and hour(session_started_at) > 12""",
    ):
        assert landed.query(sql) == erased.query(sql) != [(0,)], sql


def test_a_neighbours_row_loses_the_persons_address_and_nothing_else(erased: House) -> None:
    rows = erased.query("select email, phone, topic from staging.stg_service__cases where case_id = 'neighcase-1'")
    assert rows == [(None, SHARED_PHONE, "repair")]


def test_what_the_books_need_stays_without_the_person(erased: House) -> None:
    assert erased.query(
        f"select customer_id, loyalty_id, phone, receipt_email, phone_key from staging.stg_pos__transactions"
        f" where transaction_id = '{RECEIPT_NUMBER}'"
    ) == [(None,) * 5]
    assert erased.query(
        f"select gross_amount, email from staging.stg_ecommerce__orders where order_id = '{ORDER}'"
    ) == [(120, None)]
    assert erased.query(f"select customer_key, amount from marts.touchpoints where source_id = '{RECEIPT_NUMBER}'") == [
        (None, 990)
    ]


def test_the_certificate_counts_and_names_nobody(erased: House) -> None:
    stem = erased.folder / "rendezvous.privacy" / "erasure-CAN-1"
    content = json.loads(stem.with_suffix(".json").read_text())
    by_table = {row["table"]: row for row in content["tables"]}
    assert by_table["staging.base_crm__customers"]["removed"] == 1
    assert by_table["staging.base_pos__transactions"]["kept_without_person"] == 1
    assert by_table["vault.customer_contacts"]["rows_before"] == by_table["vault.customer_contacts"]["rows_after"] + 1
    assert "ga360/maison_fr/ga_sessions_20240524_canary.json.gz" in [file["path"] for file in content["files"]]
    assert "logs/old.log" in content["artefacts_removed"]
    assert content["horizon"]["readable_again_until"] == content["done_at"][:10]
    assert stat.S_IMODE(stem.with_suffix(".md").stat().st_mode) == 0o600


def test_who_received_data_of_the_person_is_told_by_ids_of_their_own(erased: House, notices: Path) -> None:
    lists = {path.name: path.read_text().splitlines()[1:] for path in notices.iterdir()}
    assert f"crm_customer,{RECORD},CAN-1,erasure" in lists["erasure-CAN-1-crm_eu.csv"]
    assert lists["erasure-CAN-1-newsletter.csv"] == [f"email,{EMAIL},CAN-1,erasure"]
    assert not any(NEIGHBOUR in line or HOUSEHOLD in line for lines in lists.values() for line in lines)
    assert {stat.S_IMODE(path.stat().st_mode) for path in notices.iterdir()} == {0o600}
    certificate = (erased.folder / "rendezvous.privacy" / "erasure-CAN-1.json").read_text()
    told = {each["notice"]: each["records"] for each in json.loads(certificate)["recipients"]}
    assert told == {name: len(lines) for name, lines in lists.items()}


@pytest.fixture(scope="module")
def landed_again(landed: House, erased: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The erased house after a backup of its landing folder and of its database was put back, and a build."""
    house = copy_of(erased, tmp_path_factory.mktemp("again") / "house")
    shutil.rmtree(house.raw)
    shutil.copytree(landed.raw, house.raw)
    shutil.copy(landed.database, house.database)
    house.build_tables()
    return house


def test_old_files_and_an_old_database_bring_nobody_back(landed_again: House) -> None:
    """Beyond the old files, all that is left is the hash that the site put into a neighbour's session on a shared
    device: nested as it came, in two closed tables of staging, and read no further."""
    found = [place for place in sightings(landed_again, without="raw") if place != "rendezvous.duckdb"]
    hashed = hashlib.sha256(EMAIL.encode()).hexdigest()
    assert set(found) <= {f"staging.base_ga360__{table}: {hashed}" for table in ("exported_sessions", "hits")}


def test_what_is_refused_is_counted_and_not_quoted(landed_again: House) -> None:
    refused = dict(
        landed_again.query("""
        select source_system || '.' || table_name, count(*) from quarantine.rejected_rows
        where reason = 'erased' group by 1
    """)
    )
    assert refused == {
        "crm.customers": 1, "loyalty.members": 1, "newsletter.events": 1, "service.cases": 2, "app.installs": 1,
        "appointments.appointment_events": 1, "appointments.outcomes": 1, "consent.consent_events": 2,
        "privacy.requests": 1, "ga360.ga_sessions": 3,
    }  # fmt: skip


def test_a_sale_in_an_old_file_stands_without_the_person(landed_again: House) -> None:
    assert landed_again.query(
        f"select customer_id, receipt_email, rejected_because from staging.base_pos__transactions"
        f" where transaction_id = '{RECEIPT_NUMBER}'"
    ) == [(None, None, None)]


def test_the_next_build_equals_a_house_that_never_had_the_person(landed: House, erased: House, tmp_path: Path) -> None:
    """Deleting rows and building from the rewritten files come to the same marts."""
    house = copy_of(erased, tmp_path / "house")
    house.build_tables()
    fresh = House(tmp_path / "fresh", as_of=house.as_of)
    shutil.copy(erased.key, fresh.key)
    shutil.rmtree(fresh.raw)
    shutil.copytree(erased.raw, fresh.raw)
    # What an anonymous order is called depends on what it was called before; the memory of names is common to both.
    with duckdb.connect(str(fresh.database)) as connection:
        connection.execute(f"attach '{erased.database}' as earlier (read_only)")
        connection.execute("create schema intermediate")
        for name in ("int_identity__key_ledger", "int_identity__key_changes"):
            connection.execute(f"create table intermediate.{name} as from earlier.intermediate.{name}")
    fresh.build_tables()
    contents, expected = house.contents(), fresh.contents()
    for ledger in ("vault.tombstones", "vault.privacy_log"):
        contents.pop(ledger, None), expected.pop(ledger, None)
    assert contents == expected


def test_a_request_for_nobody_says_so_and_leaves_a_certificate(erased: House, tmp_path: Path) -> None:
    house = copy_of(erased, tmp_path / "house")
    before = house.contents()
    done = house.rendezvous("privacy", "erase", "--request", "CAN-NOBODY", check=False)
    assert done.returncode == 4
    assert "nobody is known by this email" in done.stderr
    assert "unheard" not in done.stderr + done.stdout
    content = json.loads((house.folder / "rendezvous.privacy" / "erasure-CAN-NOBODY.json").read_text())
    assert content["outcome"].startswith("nothing was found")
    # The request itself loses its subject, and its tombstone stays; nothing else changes.
    changed = {name for name, rows in house.contents().items() if before.get(name) != rows}
    assert changed == {"staging.base_privacy__requests", "vault.privacy_log", "vault.tombstones"}


def test_whom_the_house_has_erased_does_not_meet_the_invented_people_of_unit_tests(
    erased: House, tmp_path: Path
) -> None:
    """Number 5 of crm_eu is a client in a unit test, and one who was erased here."""
    house = copy_of(erased, tmp_path / "house")
    secret = keys.read(house.key.with_suffix(".suppression.key"), "the house")
    with duckdb.connect(str(house.database)) as connection:
        row = [tombstones.make("crm_customer", "crm_eu", "5", secret), keys.fingerprint(secret), "2024-06-01"]
        connection.execute("insert into vault.tombstones values (?, ?, ?)", row)
    house.dbt("test", "--select", "base_crm__customers,test_type:unit")


def test_a_dry_run_touches_nothing(landed: House, tmp_path: Path) -> None:
    house = copy_of(landed, tmp_path / "house")
    files = {path: path.read_bytes() for path in house.raw.rglob("*") if path.is_file()}
    before = house.contents()
    done = house.rendezvous("privacy", "erase", "--request", "CAN-1", "--dry-run")
    assert "rows would go" in done.stdout
    assert "to be told: " in done.stdout and "newsletter (1)" in done.stdout
    assert house.contents() | {"vault.privacy_log": None} == before | {"vault.privacy_log": None}
    assert {path: path.read_bytes() for path in house.raw.rglob("*") if path.is_file()} == files


@pytest.mark.parametrize("action", ["erase", "export"])
def test_without_proof_of_identity_nothing_is_done(landed: House, tmp_path: Path, action: str) -> None:
    house = copy_of(landed, tmp_path / "house")
    kind = {"erase": "erasure", "export": "access"}[action]
    with duckdb.connect(str(house.database)) as connection:
        connection.execute(f"update staging.base_privacy__requests set identity_verified_at = null, kind = '{kind}'")
    done = house.rendezvous("privacy", action, "--request", "CAN-1", check=False)
    assert done.returncode == 3
    assert "identity_verified_at is empty" in done.stderr
    assert not (house.folder / "rendezvous.privacy").exists()


def test_without_a_suppression_key_nobody_is_erased(landed: House, tmp_path: Path) -> None:
    house = copy_of(landed, tmp_path / "house")
    house.key.with_suffix(".suppression.key").unlink()
    done = house.rendezvous("privacy", "erase", "--request", "CAN-1", check=False)
    assert done.returncode == 2
    assert "rendezvous keys suppression" in done.stderr


def test_an_access_export_holds_every_table_with_the_person_and_escapes_it(landed: House, tmp_path: Path) -> None:
    house = copy_of(landed, tmp_path / "house")
    with duckdb.connect(str(house.database)) as connection:
        connection.execute("update staging.base_privacy__requests set kind = 'access'")
        connection.execute(
            "update staging.base_crm__customers set last_name = '<script>alert(1)</script>'"
            f" where customer_id = '{RECORD}'"
        )
    house.rendezvous("privacy", "export", "--request", "CAN-1")
    stem = house.folder / "rendezvous.privacy" / "access-CAN-1"
    tables = json.loads(stem.with_suffix(".json").read_text())["tables"]
    for name in ("staging.base_crm__customers", "staging.base_pos__transactions", "landing_crm.customers",
                 "marts.touchpoints", "marts.customer_journeys", "vault.customer_contacts"):  # fmt: skip
        assert name in tables
    assert NEIGHBOUR not in json.dumps(tables)
    page = stem.with_suffix(".html").read_text()
    assert "<script>" not in page and "&lt;script&gt;" in page and PHONE in page and CARD in page
    assert stat.S_IMODE(stem.with_suffix(".html").stat().st_mode) == 0o600


def test_a_request_that_the_log_has_is_answered_and_no_longer_overdue(landed: House, tmp_path: Path) -> None:
    house = copy_of(landed, tmp_path / "house")
    standing = "select status from vault.privacy_request_deadlines where request_id = 'CAN-1'"
    assert house.query(standing) == [("open",)]
    with duckdb.connect(str(house.database)) as connection:
        connection.execute("insert into vault.privacy_log (request_id) values ('CAN-1')")
    house.dbt("run", "-s", "privacy_request_deadlines")
    assert house.query(standing) == [("answered",)]


def test_an_objector_has_no_profile_and_the_next_build_shows_a_refusal(landed: House, tmp_path: Path) -> None:
    house = copy_of(landed, tmp_path / "house")
    assert house.query(f"select profile_status from marts.appointment_profiles where appointment_id = '{APPOINTMENT}'")
    with duckdb.connect(str(house.database)) as connection:
        connection.execute("update staging.base_privacy__requests set kind = 'objection'")
    house.rendezvous("privacy", "object", "--request", "CAN-1")
    of_theirs = f"from marts.appointment_profiles where appointment_id = '{APPOINTMENT}'"
    assert house.query(f"select count(*) {of_theirs}") == [(0,)]
    house.build_tables("-s", "base_consent__consent_events+")
    assert house.query(
        f"select gate from intermediate.int_appointments__gates where appointment_id = '{APPOINTMENT}'"
    ) == [("consent_refused",)]
    assert house.query(
        f"select count(*) from marts.appointment_profile_items where appointment_id = '{APPOINTMENT}'"
    ) == [(0,)]


def test_every_table_with_a_personal_column_can_be_reached(landed: House) -> None:
    with duckdb.connect(str(landed.database)) as connection:
        found = targets.read_targets(connection, landed.folder / "target" / "manifest.json")
        assert len(found) > 100
        connection.execute("create table marts.forgotten as select 'Zelda' as first_name")
        with pytest.raises(Exception, match="no subject key reaches marts.forgotten"):
            targets.read_targets(connection, landed.folder / "target" / "manifest.json")
        connection.execute("drop table marts.forgotten")


def test_the_demo_house_is_refused(landed: House) -> None:
    landed_environment = dict(landed.environment)
    landed.environment["RENDEZVOUS_RAW"] = ""
    done = landed.rendezvous("privacy", "erase", "--all-due", check=False)
    landed.environment = landed_environment
    assert done.returncode == 2
    assert "demo house" in done.stderr


def test_records_keep_their_bytes_around_the_one_that_goes(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(
        b'\xef\xbb\xbfsource_system,customer_id,email\r\nc,1,"a ""quoted""\nname"\r\nc,2,gone@x.example\r\n'
        b'c,3,kept@x.example\r\n'
    )
    change = rewriting.Change(dropped={4}, emptied={5: {"email"}})
    rewriting.rewrite_table_file(path, "crm/customers.csv", change, set())
    assert path.read_bytes() == b'\xef\xbb\xbfsource_system,customer_id,email\r\nc,1,"a ""quoted""\nname"\r\nc,3,\r\n'


def test_a_rewritten_file_keeps_its_word_in_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "customers.csv").write_text("source_system,customer_id\nc,1\n")
    (tmp_path / "manifest.csv").write_text("path,bytes,sha256,row_count\ncrm/customers.csv,1,ab,9\npos/x.csv,2,cd,3\n")
    assert rewriting.correct_manifest(tmp_path, ["crm/customers.csv"])
    lines = (tmp_path / "manifest.csv").read_text().splitlines()
    assert lines[1].startswith("crm/customers.csv,30,") and lines[1].endswith(",1")
    assert lines[2] == "pos/x.csv,2,cd,3"
