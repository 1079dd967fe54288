"""Each invariant of tests/invariants holds on the demo house, and fails when one row of it is wrong."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from conftest import PROJECT, House, copy_of

FAULTS = {
    "a_profile_without_consent_shows_nothing_of_the_web":
        "update marts.appointment_profiles set theme_1 = 'rings' where profile_status = 'consent_refused'",
    "every_contact_of_a_client_is_in_one_journey":
        "update marts.customer_journeys set touchpoint_count = touchpoint_count + 1"
        " where journey_key = (select min(journey_key) from marts.customer_journeys)",
    "every_hash_is_under_the_key_of_its_jurisdiction":
        "update staging.base_crm__customers set reconciliation_key = replace(reconciliation_key, '_EU:', '_CN:')"
        " where source_system = 'crm_uk'",
    "every_live_appointment_has_one_profile":
        "delete from marts.appointment_profiles"
        " where appointment_id = (select min(appointment_id) from marts.appointment_profiles)",
    "every_online_act_has_one_touchpoint":
        "delete from marts.touchpoints where touchpoint_key ="
        " (select min(touchpoint_key) from marts.touchpoints where touchpoint_type = 'wish_list')",
    "every_staged_fact_has_one_touchpoint":
        "delete from marts.touchpoints where touchpoint_key ="
        " (select min(touchpoint_key) from marts.touchpoints where touchpoint_type = 'boutique_purchase')",
    "exempt_browsing_meets_no_person":
        "update intermediate.int_identity__session_owners set session_key ="
        " (select min(session_key) from intermediate.int_web__sessions where lane = 'exempt')",
    "identity_a_cannot_link_is_kept":
        "update intermediate.int_identity__customer_map set customer_key = 'one'"
        " where node_key in (select unnest([left_node_key, right_node_key])"
        " from intermediate.int_identity__verdicts where decision = 'different')",
    "identity_a_person_has_one_key_of_their_own":
        "update intermediate.int_identity__customer_map set customer_key = (select max(customer_key)"
        " from intermediate.int_identity__customer_map)"
        " where customer_key = (select min(customer_key) from intermediate.int_identity__customer_map)",
    "identity_a_customer_is_one_cluster_of_names":
        "update intermediate.int_identity__customer_map set customer_key = 'one'"
        " where identifier_type = 'crm_customer'",
    "identity_a_device_has_one_owner_at_a_time":
        "update intermediate.int_identity__device_ownership set valid_to = timestamp '2024-05-30'"
        " where evidence <> 'only_person'",
    "identity_consent_is_never_wider_than_its_records":
        "update marts.consent_states set status = 'granted' where status = 'refused'",
    "identity_every_identifier_has_its_evidence":
        "delete from marts.customer_evidence where left_type = 'loyalty'",
    "identity_every_record_has_one_customer":
        "delete from marts.customer_identifiers where identifier_type = 'loyalty'",
    "identity_nobody_is_known_under_two_keys":
        "update marts.customer_identifiers set identifier_value = replace(identifier_value, '_EU:', '_CN:')"
        " where identifier_type = 'phone'",
    "identity_sessions_keep_one_owner":
        "update intermediate.int_identity__session_owners set basis = 'device_owner' where basis = 'signed_in'",
    "identity_shared_addresses_are_listed_for_nobody":
        "insert into marts.customer_identifiers (customer_key, identifier_type, identifier_value)"
        " select 'anyone', identifier_type, identifier_value from intermediate.int_identity__shared_identifiers"
        " where identifier_type = 'email' limit 1",
    "identity_shared_devices_have_no_owner":
        "delete from marts.customer_identifiers where identifier_type = 'web_visitor'",
    "items_are_few_and_of_open_profiles": "update marts.appointment_profile_items set rank = rank + 1",
    "no_item_is_owned":
        "update marts.appointment_profile_items set sku = (select min(sku)"
        " from intermediate.int_activity__purchased_products where kept_quantity > 0 and customer_key ="
        " (select max(customer_key) from intermediate.int_activity__purchased_products where kept_quantity > 0));"
        "update marts.appointment_profiles set customer_key = (select max(customer_key)"
        " from intermediate.int_activity__purchased_products where kept_quantity > 0)",
    "nothing_after_as_of_reaches_the_marts":
        "update marts.appointment_profiles set data_as_of = data_as_of + interval 1 year",
    "returns_are_netted_once":
        "update marts.customer_journeys set returned_amount_eur = returned_amount_eur + 1",
    "what_is_allowed_was_never_refused":
        "update marts.consent_states set is_allowed = true where status = 'refused'",
    "touchpoint_amounts_equal_their_sources":
        "update marts.touchpoints set amount_eur = amount_eur + 1 where touchpoint_type = 'boutique_purchase'",
    "touchpoints_and_identifiers_name_the_same_client":
        "update marts.touchpoints set customer_key = 'another' where customer_key is not null",
}


@pytest.fixture(scope="module")
def demo(demo_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A copy of the demo house; the compiled SQL of its invariants is what the tests below execute."""
    return copy_of(demo_house, tmp_path_factory.mktemp("demo") / "house")


def compiled(house: House, name: str) -> str:
    found = next((house.folder / "target" / "compiled").rglob(f"assert_{name}.sql"))
    return Path(found).read_text(encoding="utf-8")


def test_every_invariant_has_a_fault() -> None:
    named = {path.stem.removeprefix("assert_") for path in (PROJECT / "tests" / "invariants").glob("*.sql")}
    assert named == set(FAULTS)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_an_invariant_fails_when_one_thing_is_wrong(demo: House, name: str) -> None:
    with duckdb.connect(str(demo.database)) as connection:
        assert connection.execute(compiled(demo, name)).fetchall() == []
        connection.execute("begin")
        connection.execute(FAULTS[name])
        assert connection.execute(compiled(demo, name)).fetchall() != []
        connection.execute("rollback")
