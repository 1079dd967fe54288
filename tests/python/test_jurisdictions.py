"""A key for each jurisdiction: whose rows get which, and that nothing meets over a border without a transfer basis."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from canaries import cells_with
from conftest import House
from rendezvous import HouseError, jurisdictions, keys
from scenes import session, sign_in

LISTED = "origin,jurisdiction\n*,EU\ncrm_uk,UK\ncrm_cn,CN\nSHA01,CN\n"
BASES = "jurisdiction,joined_with,basis,legal_ref,valid_from,valid_to\n"
ADDRESS = "ada@border.example"
MODELS = ["-s", "+customers", "+consent_states", "+int_identity__session_people", "+privacy_request_deadlines"]


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes other lists than the project's: of origins, and of bases without their header."""
    def write(listed: str = LISTED, bases: str = "") -> None:
        (tmp_path / "key_jurisdictions.csv").write_text(listed)
        (tmp_path / "transfer_bases.csv").write_text(bases if bases.startswith("x") else BASES + bases)

    monkeypatch.setattr(jurisdictions, "LISTED", tmp_path / "key_jurisdictions.csv")
    monkeypatch.setattr(jurisdictions, "BASES", tmp_path / "transfer_bases.csv")
    write()
    return write


def test_without_a_basis_every_jurisdiction_has_its_own_key(lists) -> None:
    assert jurisdictions.assigned(date(2024, 1, 1)) == {"*": "EU", "crm_uk": "UK", "crm_cn": "CN", "SHA01": "CN"}
    assert jurisdictions.unchanged(date(2024, 1, 1)) == (date.min, date.max)


@pytest.mark.parametrize(
    ("day", "of_china"),
    [(date(2024, 2, 28), "CN"), (date(2024, 2, 29), "EU"), (date(2025, 2, 28), "EU"), (date(2025, 3, 1), "CN")],
)
def test_a_basis_joins_from_its_first_day_to_its_last(lists, day: date, of_china: str) -> None:
    lists(bases="CN,EU,standard_contract,article 38,2024-02-29,2025-02-28\n")
    assigned = jurisdictions.assigned(day)
    assert (assigned["crm_cn"], assigned["SHA01"], assigned["crm_uk"]) == (of_china, of_china, "UK")
    since, until = jurisdictions.unchanged(day)
    assert since <= day < until
    for other in (since, until):
        if other not in (date.min, date.max):
            assert (jurisdictions.assigned(other)["crm_cn"] == of_china) == (other == since)


@pytest.mark.parametrize(
    ("listed", "bases", "words"),
    [
        ("origin,country\n*,EU\n", "", "key_jurisdictions.csv: line 1: its columns are not origin, jurisdiction"),
        ("origin,jurisdiction\ncrm_uk,UK\n", "", "key_jurisdictions.csv: line 1: no line for *"),
        (LISTED + "crm_kr,Korea\n", "", "key_jurisdictions.csv: line 6: an origin and a jurisdiction of"),
        (LISTED + "crm_uk,EU\n", "", "key_jurisdictions.csv: line 6: crm_uk stands there twice"),
        (LISTED + "crm_kr\n", "", "key_jurisdictions.csv: line 6: not 2 cells"),
        (LISTED, "x\n", "transfer_bases.csv: line 1: its columns are not"),
        (LISTED, "KR,EU,adequacy,law,2024-01-01,\n", "transfer_bases.csv: line 2: no origin of key_jurisdictions.csv"),
        (LISTED, "CN,US,adequacy,law,2024-01-01,\n", "transfer_bases.csv: line 2: no origin of key_jurisdictions.csv"),
        (LISTED, "CN,CN,adequacy,law,2024-01-01,\n", "line 2: CN needs no basis"),
        (LISTED, "CN,EU,adequacy,,2024-01-01,\n", "line 2: a basis is recorded with its kind and legal reference"),
        (LISTED, "CN,EU,adequacy,law,soon,\n", "line 2: 'soon' is not a day"),
        (LISTED, "CN,EU,adequacy,law,2024-01-01,2023-12-31\n", "line 2: valid_to lies before valid_from"),
        (LISTED, "CN,EU,adequacy,law,2024-01-01,\nCN,UK,adequacy,law,2024-01-01,\n",
         "line 3: CN would be joined with two jurisdictions on 2024-06-01"),
        (LISTED, "CN,UK,adequacy,law,2024-01-01,\nUK,EU,adequacy,law,2024-01-01,\n",
         "line 2: UK is itself joined with EU on 2024-06-01"),
    ],
)  # fmt: skip
def test_lists_that_cannot_be_kept_to_are_refused_by_line(lists, listed: str, bases: str, words: str) -> None:
    lists(listed, bases)
    with pytest.raises(HouseError, match=re.escape(words)):
        jurisdictions.assigned(date(2024, 6, 1))


def test_a_jurisdiction_without_a_key_stops_before_the_first_model(house: House) -> None:
    keys_at_hand = keys.read_ring(house.key)
    house.key.unlink()
    keys.write_ring(house.key, keys.KeyRing(key for key in keys_at_hand if key.jurisdiction != "KR"))
    house.land("crm/customers.csv", [{"source_system": "crm_eu", "customer_id": "1"}])
    done = house.dbt("build", "-s", "base_crm__customers", check=False)
    assert done.returncode != 0 and "run `rendezvous keys add KR` once" in done.stdout
    assert "START sql" not in done.stdout


def land(house: House) -> None:
    """One address in three CRMs: Europe's, the United Kingdom's (joined with it) and Korea's (kept apart); what was
    said by it, and requests by it."""
    told = {"email": ADDRESS, "first_name": "Ada", "last_name": "Border", "phone": "+33698765021",
            "birth_date": "1980-02-03", "created_at": "2023-01-01T00:00:00Z",
            "updated_at": "2023-01-01T00:00:00Z"}  # fmt: skip
    house.land("crm/customers.csv", [
        told | {"source_system": system, "customer_id": system[-2:], "country_code": country}
        for system, country in (("crm_eu", "FR"), ("crm_uk", "FR"), ("crm_kr", "FR"))
    ])  # fmt: skip
    house.land("crm/advisors.csv", [{"advisor_id": "a", "store_id": "PAR01", "email": "colleague@border.example"}])
    at = "2024-05-20T10:00:00Z"
    house.land("newsletter/events.csv", [
        {"newsletter_event_id": "n1", "email": ADDRESS, "event_type": "unsubscribe", "occurred_at": at}])
    said = {"source_system": "preference_centre", "subject_type": "email", "subject_id": ADDRESS, "occurred_at": at,
            "received_at": at, "text_version": "1", "proof_ref": "1"}  # fmt: skip
    house.land("consent/consent_events.csv", [
        said | {"consent_event_id": "yes", "purpose": "clienteling", "status": "granted"},
        said | {"consent_event_id": "no", "purpose": "profiling", "status": "refused"},
    ])
    house.land("privacy/requests.csv", [
        {"request_id": "R1", "kind": "access", "subject_type": "email", "subject_id": ADDRESS, "received_at": at,
         "identity_verified_at": at, "status": "received"}])  # fmt: skip
    house.land("app/installs.csv", [
        {"app_instance_id": "of a colleague", "platform": "ios", "email": "colleague@border.example",
         "source_system": "crm_kr", "first_opened_at": at, "last_seen_at": at}])  # fmt: skip


@pytest.fixture(scope="module")
def border(shared_house: House) -> House:
    house = shared_house
    keys.create(house.key.with_suffix(".suppression.key"))
    land(house)
    house.dbt("build", "--exclude-resource-type", "test", "unit_test")
    return house


def people(house: House) -> dict[str, str]:
    """Client record to the person it is of."""
    return dict(house.query(
        "select identifier_value, customer_key from marts.customer_identifiers where identifier_type = 'crm_customer'"
    ))  # fmt: skip


def test_records_alike_in_everything_meet_only_where_a_basis_is_recorded(border: House) -> None:
    found = people(border)
    assert found["eu"] == found["uk"] != found["kr"]
    assert border.query("select distinct split_part(reconciliation_key, ':', 1), split_part(phone_key, ':', 1),"
                        " split_part(name_key, ':', 1) from staging.stg_crm__customers order by 1") == [
        ("v1_EU", "v1_EU", "v1_EU"), ("v1_KR", "v1_KR", "v1_KR")]  # fmt: skip
    assert border.query("select count(*) from intermediate.int_identity__match_scores") == [(1,)]
    assert border.query("select count(*) from marts.identity_review_queue") == [(0,)]


def test_a_no_crosses_the_border_and_a_yes_does_not(border: House) -> None:
    found = people(border)
    states = dict(border.query(
        "select customer_key || ' ' || purpose, status from marts.consent_states where recipient = 'house'"))
    for purpose, in_europe, in_korea in (
        ("profiling", "refused", "refused"), ("email_marketing", "refused", "refused"),
        ("clienteling", "granted", None),
    ):  # fmt: skip
        assert states.get(f"{found['eu']} {purpose}") == in_europe
        assert states.get(f"{found['kr']} {purpose}") == in_korea


def test_a_colleagues_address_links_nobody_under_any_key(border: House) -> None:
    assert border.query("select reasons from intermediate.int_identity__shared_identifiers"
                        " where identifier_value like 'v1_KR:%'") == [("staff",)]  # fmt: skip


def test_a_request_by_an_address_is_of_both_and_answered_for_both(border: House) -> None:
    assert border.query("select count(*), count(distinct subject_key) from vault.privacy_request_subjects") == [(2, 2)]
    border.rendezvous("privacy", "export", "--request", "R1")
    told = (border.folder / "rendezvous.privacy" / "access-R1.json").read_text()
    for number in ("eu", "uk", "kr"):
        assert f'"customer_id": "{number}"' in told


def test_one_jurisdictions_key_is_rotated_and_nobody_becomes_somebody_else(border: House, tmp_path: Path) -> None:
    after = House(tmp_path / "after", border.as_of, dict(border.environment))
    shutil.copytree(border.folder, after.folder, dirs_exist_ok=True)
    after.rendezvous("keys", "rotate", "--jurisdiction", "KR")
    names = {key.jurisdiction: key.name for key in keys.read_ring(after.key)}
    assert names == {"CN": "v1_CN", "EU": "v1_EU", "KR": "v2_KR", "UK": "v1_UK"}
    hashed = "select identifier_value from marts.customer_identifiers where identifier_type in ('email', 'phone')"
    before, now = set(border.query(hashed)), set(after.query(hashed))
    assert {value[0][:6] for value in before - now} == {"v1_KR:"}
    assert {value[0][:6] for value in now - before} == {"v2_KR:"}
    assert len(before & now) == 2
    assert people(after) == people(border)
    assert cells_with(after.database, [value for (value,) in before - now]) == []
    refused = after.rendezvous("keys", "rotate", "--jurisdiction", "XX", check=False)
    assert refused.returncode == 2 and "has no key of 'XX'" in refused.stderr


def test_the_day_a_basis_begins_what_was_kept_apart_is_hashed_anew(tmp_path: Path) -> None:
    """The site's days were built with its own key; they are built again, without a changed file, and back again."""
    house = House(tmp_path, as_of="2020-12-31T23:59:59Z")
    house.land("crm/customers.csv", [
        {"source_system": "crm_eu", "customer_id": "eu", "email": ADDRESS, "first_name": "Ada", "last_name": "Border",
         "created_at": "2019-01-01T00:00:00Z", "updated_at": "2019-01-01T00:00:00Z"}])  # fmt: skip
    visit = sign_in(ADDRESS)
    visit["customDimensions"][0]["index"] = "7"  # where seed web_key_slots has that site's
    house.land_json("ga360/maison_uk/ga_sessions_20201220.json.gz", [session("77", "2020-12-20 09:00", [visit])])
    signed_in = ("select count(*) from intermediate.int_identity__session_people where customer_key in (select"
                 " customer_key from marts.customer_identifiers where identifier_type = 'crm_customer')")  # fmt: skip
    visits = "select distinct split_part(identifier_value, ':', 1) from intermediate.int_web__reconciliation_keys"
    for as_of, name, count in (("2020-12-31T23:59:59Z", "v1_UK", 0), ("2021-01-01T00:00:00Z", "v1_EU", 1),
                               ("2020-12-31T23:59:59Z", "v1_UK", 0)):  # fmt: skip
        house.as_of = as_of
        house.build_tables(*MODELS)
        assert house.query(visits) == [(name,)]
        assert house.query(signed_in) == [(count,)], as_of
