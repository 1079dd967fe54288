"""Staging of the business systems on landed files: keys against Python's own, quarantine, accounting, empty feeds."""

from __future__ import annotations

import hashlib
import hmac
import re
import shutil
import unicodedata
from pathlib import Path

import duckdb
import pytest

from conftest import House
from rendezvous import keys
from rendezvous.contract import TABLES

STAGING = [f"+path:models/staging/{system}" for system in TABLES]
CHECKED = [*STAGING, "+int_finance__daily_rates", "+customer_contacts", "+unreadable_fields"]
# Only tests whose every model is in the selection: a feed is also read by tests of what is built from it.
DATA_ONLY = ["--exclude", "test_type:unit", "--indirect-selection", "cautious"]
NOON = "2024-05-01T12:00:00Z"


def key_of(house: House, text: str) -> str:
    """The keyed hash of a text by the standard library."""
    return "v1_EU:" + hmac.new(keys.read_ring(house.key)["EU"].secret, text.encode(), hashlib.sha256).hexdigest()


def email_key(house: House, email: str) -> str:
    """The reconciliation key of an address by the standard library."""
    return key_of(house, hashlib.sha256(unicodedata.normalize("NFC", email).encode()).hexdigest())


@pytest.fixture(scope="module")
def landed(shared_house: House) -> House:
    """A house whose files hold one of each trouble, built once."""
    house = shared_house
    client = {"source_system": "crm_eu", "updated_at": NOON}
    house.land(
        "crm/customers_1.csv",
        [
            client | {"customer_id": "0001", "first_name": "Élodie", "last_name": "O'Dupré",
                      "email": " Elodie@Example.COM\u200b", "phone": "0033 1 99 00 00 01"},
            client | {"customer_id": "0002", "first_name": "DUPRE", "last_name": "o'  elodie",
                      "address_line_1": "2, quai\ndes Brumes"},
            client | {"customer_id": "0003", "first_name_native": "伟", "last_name_native": "王",
                      "email": "noemail@example.com"},
            client | {"customer_id": ""},
        ],
    )  # fmt: skip
    house.land("crm/customers_2.csv", [client | {"customer_id": "0002", "updated_at": "2024-05-02T00:00:00Z"}])
    house.land("crm/customers_3.csv.gz", [client | {"customer_id": "0002", "updated_at": "2024-05-02T00:00:00Z"}])
    house.land(
        "pos/transactions.csv",
        [
            {"transaction_id": "T1", "sold_at": NOON, "currency_code": "EUR", "receipt_email": "ana@example.org"},
            {"transaction_id": "T2", "sold_at": "no time", "currency_code": "EUR"},
            {"transaction_id": "T3", "sold_at": NOON, "currency_code": "XQX", "is_return": "perhaps"},
        ],
    )
    statement = {"status": "granted", "purpose": "clienteling", "occurred_at": NOON, "source_system": "web"}
    sha = hashlib.sha256(b"ana@example.org").hexdigest()
    house.land(
        "consent/consent_events.csv",
        [
            statement | {"consent_event_id": "1", "subject_type": "email", "subject_id": "Ana@example.org"},
            statement | {"consent_event_id": "2", "subject_type": "email_sha256", "subject_id": sha.upper()},
            statement | {"consent_event_id": "3", "subject_type": "phone", "subject_id": "+33 1 99 00 00 01"},
            statement | {"consent_event_id": "4", "subject_type": "crm_customer", "subject_id": "0001"},
            statement | {"consent_event_id": "5", "subject_type": "email_sha256", "subject_id": sha[:60]},
            statement | {"consent_event_id": "6", "subject_type": "crm_customer", "subject_id": "0001",
                         "purpose": "telepathy"},
        ],
    )  # fmt: skip
    house.build("-s", *CHECKED, "+rejected_rows", *DATA_ONLY)
    return house


def test_web_and_crm_meet_under_one_key_that_python_computes_too(landed: House) -> None:
    found = landed.query(
        "select email_status, reconciliation_key, phone_key from staging.stg_crm__customers where customer_id = '0001'"
    )
    assert found == [("ok", email_key(landed, "elodie@example.com"), key_of(landed, "+33199000001"))]


def test_a_placeholder_address_carries_no_key(landed: House) -> None:
    found = landed.query(
        "select email_status, reconciliation_key from staging.stg_crm__customers where customer_id = '0003'"
    )
    assert found == [("placeholder", None)]


def test_names_meet_without_accents_case_order_and_punctuation(landed: House) -> None:
    found = dict(
        landed.query("select customer_id || coalesce(rejected_because, ''), name_key from staging.base_crm__customers")
    )
    assert found["0001"] == key_of(landed, "elodie|odupre")
    assert found["0002duplicate_key"] == key_of(landed, "dupre|oelodie")
    assert found["0003"] is None


def test_native_names_have_their_own_key(landed: House) -> None:
    found = landed.query("select native_name_key from staging.stg_crm__customers where customer_id = '0003'")
    assert found == [(key_of(landed, "伟|王"),)]


def test_a_receipts_address_has_its_own_status_and_key(landed: House) -> None:
    found = landed.query(
        "select email_status, receipt_email_status, receipt_reconciliation_key"
        " from staging.stg_pos__transactions where transaction_id = 'T1'"
    )
    assert found == [("missing", "ok", email_key(landed, "ana@example.org"))]


def test_the_subject_of_a_consent_is_known_by_the_key_everything_else_uses(landed: House) -> None:
    found = dict(landed.query("select consent_event_id, subject_key from staging.stg_consent__consent_events"))
    ana = email_key(landed, "ana@example.org")
    assert found == {"1": ana, "2": ana, "3": key_of(landed, "+33199000001"), "4": "0001"}


def test_every_rejected_row_has_file_line_and_reason(landed: House) -> None:
    found = landed.query(
        "select file, line, reason from quarantine.rejected_rows where source_system <> 'ga360' order by 1, 2"
    )
    assert found == [
        ("consent/consent_events.csv", 6, "unusable_subject_id"),
        ("consent/consent_events.csv", 7, "unknown_purpose"),
        ("crm/customers_1.csv", 3, "duplicate_key"),
        ("crm/customers_1.csv", 6, "unusable_key"),  # the record before it takes two lines
        ("crm/customers_2.csv", 2, "repeated_record"),
        ("pos/transactions.csv", 3, "unusable_sold_at"),
    ]


def test_every_unreadable_field_of_a_staged_row_is_listed(landed: House) -> None:
    found = landed.query("select file, line, column_name, reason from quarantine.unreadable_fields order by 3")
    assert found == [
        ("pos/transactions.csv", 4, "currency_code", "unknown_currency"),
        ("pos/transactions.csv", 4, "is_return", "not_true_or_false"),
    ]


def everything_in(house: House, *schemas: str) -> str:
    """All that stands in the tables of some schemas, in lower case."""
    tables = house.query("select table_schema, table_name from information_schema.tables")
    chosen = [f"{schema}.{name}" for schema, name in tables if schema in schemas]
    assert chosen
    return " ".join(str(house.query(f"select * from {name}")) for name in chosen).lower()


@pytest.mark.parametrize("secret", ["élodie", "example.", "dupr", "99 00", "王"])
def test_a_clear_value_stands_in_staging_and_vault_alone(landed: House, secret: str) -> None:
    assert secret in everything_in(landed, "staging") and secret in everything_in(landed, "vault")
    assert secret not in everything_in(landed, "quarantine", "intermediate", "marts")


LOST = "delete from staging.base_pos__transactions where transaction_id = 'T2'"
INVENTED = "insert into staging.base_pos__transactions select * from staging.base_pos__transactions"
DOUBLED = "update staging.base_crm__customers set rejected_because = null"
UNNAMED = "update staging.base_crm__customers set customer_id = null where customer_id = '0001'"


@pytest.mark.parametrize(("rows", "key"), [(LOST, DOUBLED), (INVENTED, UNNAMED)], ids=["less", "more"])
def test_a_row_lost_or_invented_and_a_key_doubled_or_missing_fail(
    landed: House, tmp_path: Path, rows: str, key: str
) -> None:
    copy = House(tmp_path, environment={"RENDEZVOUS_KEY_FILE": str(landed.key)})
    shutil.copytree(landed.raw, copy.raw, dirs_exist_ok=True)
    shutil.copy(landed.database, copy.database)
    with duckdb.connect(str(copy.database)) as connection:
        connection.execute(rows)
        connection.execute(key)
    done = copy.dbt(
        "test", "-s", "stg_pos__transactions,test_name:landed_rows_are_accounted_for",
        "stg_crm__customers,test_name:grain_is", check=False,
    )  # fmt: skip
    assert re.search("FAIL [0-9]+ landed_rows_are_accounted_for_stg_pos", done.stdout)
    assert re.search("FAIL [0-9]+ grain_is_stg_crm", done.stdout)


@pytest.mark.parametrize("only", ["crm", "ga360"])
def test_a_house_with_one_system_builds_and_the_other_feeds_are_empty_and_typed(house: House, only: str) -> None:
    if only == "crm":
        house.land("crm/customers.csv", [{"source_system": "crm_eu", "customer_id": "1"}])
    else:
        house.land_json("ga360/shop/ga_sessions_20240501.json", [{"fullVisitorId": "1", "visitId": "1"}])
    house.build("-s", *CHECKED, *DATA_ONLY)
    assert house.query("select count(*) from staging.stg_pos__transactions") == [(0,)]
    assert house.query("select count(*) from staging.stg_crm__customers") == [(1 if only == "crm" else 0,)]
    types = dict(
        house.query(
            "select column_name, data_type from information_schema.columns where table_name = 'stg_pos__transactions'"
        )
    )
    assert types["sold_at"] == "TIMESTAMP" and types["is_return"] == "BOOLEAN"
    amount = house.query(
        "select data_type from information_schema.columns"
        " where table_name = 'stg_pos__transaction_lines' and column_name = 'net_amount'"
    )
    assert amount == [("DECIMAL(38,9)",)]
    rates = "select max(rate_to_eur), count(distinct currency_code) from intermediate.int_finance__daily_rates"
    assert house.query(rates) == [(1, 1)]
