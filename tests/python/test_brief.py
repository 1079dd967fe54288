"""`rendezvous brief`: what an advisor reads, from a database with two profiles in it."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from rendezvous import HouseError, access_log
from rendezvous.commands import brief
from rendezvous.privacy import do_accesses

COLUMNS = """
    appointment_id varchar, store_id varchar, starts_at timestamp, status varchar, customer_key varchar,
    identity_strength varchar, identity_basis varchar, clienteling_consent varchar, consent_effective_at timestamp,
    consent_source varchar, profile_status varchar, withheld_because varchar, advisor_id varchar, motive varchar,
    party_size bigint, language varchar, booked_via varchar, timezone varchar, purchase_count bigint,
    last_purchase_at timestamp, net_purchase_band varchar, top_category varchar, theme_1 varchar,
    theme_1_reason varchar, theme_2 varchar, theme_2_reason varchar, theme_3 varchar, theme_3_reason varchar,
    item_count bigint, last_web_visit_at timestamp, web_visit_count_90d bigint, data_as_of timestamp,
    is_provisional boolean
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("brief") / "rendezvous.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema marts; create table marts.appointment_profiles ({COLUMNS})")
        connection.execute(
            "insert into marts.appointment_profiles by name select 'A2' as appointment_id, 'PAR01' as store_id,"
            " timestamp '2024-06-05 08:00' as starts_at, 'booked' as status, 'abcdef' as customer_key,"
            " 'strong' as identity_strength, 'crm_customer' as identity_basis, 'granted' as clienteling_consent,"
            " timestamp '2024-01-02 00:00' as consent_effective_at, 'crm_eu' as consent_source,"
            " 'full' as profile_status,"
            " 'gift' as motive, 2 as party_size, 'Europe/Paris' as timezone, 3 as purchase_count,"
            " timestamp '2024-03-01 00:00' as last_purchase_at, '1k to 5k' as net_purchase_band,"
            " 'watches' as top_category, 'watches in steel' as theme_1, '2 pieces looked at' as theme_1_reason,"
            " 1 as item_count, timestamp '2024-05-28 00:00' as last_web_visit_at, 4 as web_visit_count_90d,"
            " timestamp '2024-06-01 08:00' as data_as_of, true as is_provisional"
        )
        connection.execute(
            "insert into marts.appointment_profiles by name select 'A1' as appointment_id, 'LON01' as store_id,"
            " timestamp '2024-06-02 08:00' as starts_at, 'booked' as status, 'fedcba' as customer_key,"
            " 'strong' as identity_strength, 'crm_customer' as identity_basis, 'refused' as clienteling_consent,"
            " 'consent_refused' as profile_status, 'Consent for clienteling is refused.' as withheld_because,"
            " 'Europe/London' as timezone, 0 as purchase_count, 0 as item_count"
        )
        connection.execute(
            "create table marts.appointment_profile_items as select 'A2' as appointment_id, 1 as rank, 'W1' as sku,"
            " 2.5::decimal(38, 9) as score, 'viewed on 3 days, last yesterday' as reason, false as is_owned,"
            " true as is_available_in_store, 'Argo chronograph' as product_name, 'steel' as material,"
            " 'black' as colour, null::varchar as size"
        )
        connection.execute(
            "create table marts.consent_states as select 'abcdef' as customer_key, 'clienteling' as purpose,"
            " 'house' as recipient, 'granted' as status, true as is_allowed, null::timestamp as reconfirm_due_at"
        )
        connection.execute(
            "create table marts.customers as select unnest(['abcdef', 'fedcba']) as customer_key,"
            " 'gold' as client_tier, 'SHA01' as home_store_id"
        )
    return path


def test_a_full_brief_names_identity_consent_data_age_and_reasons(database: Path) -> None:
    text = brief.read_brief(database, "A2")
    for said in (
        "A2  PAR01, Wednesday 5 June 2024 10:00 (Europe/Paris) (booked)",
        "motive gift · party of 2",
        "identity strong, by crm customer · tier gold · home boutique SHA01",
        "clienteling granted since 2 January 2024 (crm_eu)",
        "web as of 1 June 2024 08:00 UTC, 4 days before the visit; partly provisional",
        "3 · last 1 March 2024 · net EUR 1k to 5k · mostly watches",
        "1  watches in steel: 2 pieces looked at",
        "1  W1  Argo chronograph (steel, black)",
        "here, score 2.50: viewed on 3 days, last yesterday",
    ):
        assert said in text


def test_a_brief_without_consent_says_why_and_nothing_of_the_web(database: Path) -> None:
    text = brief.read_brief(database, "A1")
    assert "Withheld   Consent for clienteling is refused." in text
    assert "Themes" not in text and "visits in 90 days" not in text


@pytest.mark.parametrize("status", ["consent_refused", "consent_unknown", "weak_identity"])
@pytest.mark.parametrize("strength", ["strong", "medium", "weak"])
def test_what_is_withheld_shows_nothing_that_a_client_record_says(
    database: Path, tmp_path: Path, status: str, strength: str
) -> None:
    copy = Path(shutil.copy(database, tmp_path / "rendezvous.duckdb"))
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "update marts.appointment_profiles set profile_status = $1, identity_strength = $2, purchase_count = 3,"
            " last_purchase_at = '2024-03-01', advisor_id = 'AD7' where appointment_id = 'A1'",
            [status, strength],
        )
    text = brief.read_brief(copy, "A1")
    assert "tier" not in text and "home boutique" not in text
    assert "advisor AD7" in text and "Purchases  3 · last 1 March 2024" in text


def test_a_yes_that_ran_out_since_the_build_shows_no_client_record_either(database: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(database, tmp_path / "rendezvous.duckdb"))
    with duckdb.connect(str(copy)) as connection:
        connection.execute("update marts.consent_states set reconfirm_due_at = '2024-06-01'")
    text = brief.read_brief(copy, "A2")
    assert "Withheld   Consent for clienteling ran out on 2024-06-01" in text
    for told in ("gold", "SHA01", "partly provisional", "watches in steel"):
        assert told not in text


def test_next_is_the_first_appointment_of_all_or_of_a_boutique(database: Path) -> None:
    assert brief.read_brief(database, None).startswith("A1 ")
    assert brief.read_brief(database, None, "PAR01").startswith("A2 ")


@pytest.mark.parametrize(
    ("appointment", "store", "cause"),
    [("A9", None, "A9: no live appointment"), (None, "SHA01", "No live appointment in SHA01")],
)
def test_what_is_not_there_is_named(
    database: Path, appointment: str | None, store: str | None, cause: str
) -> None:
    with pytest.raises(HouseError, match=cause):
        brief.read_brief(database, appointment, store)


def test_a_database_that_was_never_built_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HouseError, match="rendezvous build"):
        brief.read_brief(tmp_path / "none.duckdb", "A1")
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(HouseError, match="rendezvous build"):
        brief.read_brief(tmp_path / "empty.duckdb", "A1")


def test_the_command_wants_one_appointment_or_the_next(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENDEZVOUS_DUCKDB", str(database))
    for wrong in ([], ["A1", "--next"], ["A1", "--store", "PAR01"]):
        assert CliRunner().invoke(brief.command, wrong).exit_code == 2
    done = CliRunner().invoke(brief.command, ["--next", "--store", "PAR01"])
    assert done.exit_code == 0 and done.output.startswith("A2 ")


def test_every_brief_is_logged_for_the_owner_alone(database: Path, tmp_path: Path, monkeypatch) -> None:
    copy = Path(shutil.copy(database, tmp_path / "rendezvous.duckdb"))
    brief.read_brief(copy, "A2")
    brief.read_brief(copy, "A1")
    with pytest.raises(HouseError):
        brief.read_brief(copy, "A9")
    log = access_log.path_of(copy)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert [(each.appointment_id, each.purpose, each.outcome) for each in access_log.read(copy)] == [
        ("A2", "clienteling", "shown"), ("A1", "clienteling", "withheld"),
    ]  # fmt: skip
    assert "abcdef" not in log.read_text(), "the log names the appointment, not the client"
    monkeypatch.setenv("RENDEZVOUS_DUCKDB", str(copy))
    told = CliRunner().invoke(do_accesses.command, ["--appointment", "A1"])
    assert told.output.splitlines()[0].endswith("A1  clienteling  withheld") and "1 reading." in told.output
    log.write_text("no json\n")
    with pytest.raises(HouseError, match="line 1"):
        list(access_log.read(copy))


def test_what_cannot_be_logged_is_not_told(database: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(database, tmp_path / "rendezvous.duckdb"))
    access_log.path_of(copy).mkdir(parents=True)
    with pytest.raises(HouseError, match="without a log nothing is shown"):
        brief.read_brief(copy, "A2")


def test_of_a_minor_nothing_but_the_booking_is_told(database: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(database, tmp_path / "rendezvous.duckdb"))
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "update marts.appointment_profiles set profile_status = 'minor', purchase_count = null,"
            " withheld_because = 'The client is under age.' where appointment_id = 'A2'"
        )
    text = brief.read_brief(copy, "A2")
    assert "under age" in text and "party of 2" in text
    for told in ("gold", "abcdef", "watches", "Web"):
        assert told not in text
