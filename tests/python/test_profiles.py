"""What an appointment profile may hold, end to end: consent, identity, ownership, stock, and nothing of the future."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import House
from scenes import build_marts, land_sessions, look, session, sign_in

AS_OF = "2024-06-01T00:00:00Z"
PEOPLE = {"ana": "1", "bea": "2", "cleo": "3", "dora": "4"}
PROFILE = "select * exclude (appointment_id) from marts.appointment_profiles where appointment_id = '{}'"
ITEMS = "select * from marts.appointment_profile_items where appointment_id = '{}' order by rank"


def land_scene(house: House) -> None:
    """Four clients who looked at the same pieces; they differ in consent and in how they booked."""
    house.land("crm/customers.csv", [
        {"source_system": "crm_eu", "customer_id": number, "first_name": name, "last_name": f"Fictive{name}",
         "email": f"{name}@example.com", "phone": f"+33 1 99 00 00 0{number}", "created_at": "2024-01-01T00:00:00Z",
         "updated_at": "2024-01-01T00:00:00Z"}
        for name, number in PEOPLE.items()
    ])  # fmt: skip
    house.land("consent/consent_events_1.csv", [
        {"consent_event_id": f"c{n}", "source_system": "crm_eu", "subject_type": "crm_customer", "subject_id": number,
         "purpose": "clienteling", "status": status, "occurred_at": "2024-01-02T00:00:00Z",
         "received_at": "2024-01-02T00:00:00Z"}
        for n, (number, status) in enumerate([("1", "granted"), ("2", "refused"), ("4", "granted")])
    ])  # fmt: skip
    house.land("catalog/products.csv", [
        {"sku": sku, "product_id": product, "product_name": f"The {sku}", "category": category,
         "material": material, "web_item_id": page, "discontinued_on": gone}
        for sku, product, category, material, page, gone in [
            ("ring", "ring", "jewellery", "yellow gold", "ring", ""),
            ("bag-black", "bag", "leather goods", "calfskin", "page-bag", ""),
            ("bag-ivory", "bag", "leather goods", "calfskin", "page-bag", ""),
            ("belt", "belt", "leather goods", "calfskin", "belt", ""),
            ("brooch", "brooch", "jewellery", "silver", "brooch", "2024-05-01"),
            ("watch", "watch", "watches", "steel", "watch", ""),
        ]
    ])  # fmt: skip
    house.land("catalog/stores.csv", [
        {"store_id": "PAR01", "store_type": "boutique", "country_code": "FR", "timezone": "Europe/Paris"}
    ])  # fmt: skip
    house.land("stock/levels.csv", [
        {"snapshot_at": "2024-05-27T03:00:00Z", "store_id": "PAR01", "sku": "bag-ivory", "on_hand_quantity": 1,
         "in_transfer_quantity": 0},
        {"snapshot_at": "2024-06-02T03:00:00Z", "store_id": "PAR01", "sku": "ring", "on_hand_quantity": 4,
         "in_transfer_quantity": 0},
    ])  # fmt: skip
    house.land("finance/exchange_rates.csv", [
        {"rate_on": "2024-01-01", "currency_code": "EUR", "rate_to_eur": "1"}
    ])  # fmt: skip
    house.land("pos/transactions.csv", [
        {"transaction_id": "T1", "store_id": "PAR01", "source_system": "crm_eu", "customer_id": "1",
         "sold_at": "2024-03-01T12:00:00Z", "currency_code": "EUR", "is_return": "false"}
    ])  # fmt: skip
    house.land("pos/transaction_lines.csv", [
        {"transaction_id": "T1", "line_number": 1, "sku": "belt", "quantity": 1, "net_amount": "900",
         "is_gift": "false"},
        {"transaction_id": "T1", "line_number": 2, "sku": "ring", "quantity": 1, "net_amount": "600",
         "is_gift": "true"},
    ])  # fmt: skip
    booked = "2024-05-25T10:00:00Z"
    house.land("appointments/appointment_events_1.csv", [
        {"appointment_event_id": f"{appointment}-{status}", "appointment_id": appointment, "store_id": "PAR01",
         "source_system": "crm_eu" if customer else "", "customer_id": customer, "email": email, "phone": phone,
         "motive": "gift", "party_size": 2, "starts_at": "2024-06-05T10:00:00Z", "status": status,
         "recorded_at": when}
        for appointment, customer, email, phone, status, when in [
            ("ana", "1", "", "", "booked", booked),
            ("ana by mail", "", "ana@example.com", "", "booked", booked),
            ("ana by phone", "", "", "+33 1 99 00 00 01", "booked", booked),
            ("bea", "2", "", "", "booked", booked),
            ("cleo", "3", "", "", "booked", booked),
            ("dora", "4", "", "", "booked", booked),
            ("dora", "4", "", "", "cancelled", "2024-05-26T10:00:00Z"),
            ("nobody", "", "stranger@example.com", "", "booked", booked),
        ]
    ])  # fmt: skip
    looks = [look("ring"), look("page-bag"), look("belt"), look("brooch")]
    land_sessions(
        house,
        *(session(f"100{number}", f"2024-05-2{number} 09:00", [sign_in(f"{name}@example.com"), *looks])
          for name, number in PEOPLE.items()),
        session("1001", "2024-05-28 09:00", [sign_in("ana@example.com"), look("ring"), look("page-bag")]),
        session("5555", "2024-05-20 09:00", [look("watch"), look("watch")]),
    )  # fmt: skip


def land_future(house: House) -> None:
    """What happens after as_of: a late sign-in on an old device, a withdrawal, a cancellation, a purchase."""
    land_sessions(house, session("5555", "2024-06-01 09:00", [sign_in("ana@example.com"), look("watch")]))
    house.land("consent/consent_events_2.csv", [
        {"consent_event_id": "late", "source_system": "crm_eu", "subject_type": "crm_customer", "subject_id": "2",
         "purpose": "clienteling", "status": "granted", "occurred_at": "2024-06-01T09:00:00Z",
         "received_at": "2024-06-01T09:00:00Z"}
    ])  # fmt: skip
    house.land("appointments/appointment_events_2.csv", [
        {"appointment_event_id": "late", "appointment_id": "cleo", "store_id": "PAR01",
         "starts_at": "2024-06-05T10:00:00Z", "status": "cancelled", "recorded_at": "2024-06-01T09:00:00Z"}
    ])  # fmt: skip
    house.land("pos/transactions_2.csv", [
        {"transaction_id": "T2", "store_id": "PAR01", "source_system": "crm_eu", "customer_id": "1",
         "sold_at": "2024-06-01T12:00:00Z", "currency_code": "EUR", "is_return": "false"}
    ])  # fmt: skip
    house.land("pos/transaction_lines_2.csv", [
        {"transaction_id": "T2", "line_number": 1, "sku": "ring", "quantity": 1, "net_amount": "600",
         "is_gift": "false"}
    ])  # fmt: skip


def profiles(house: House) -> list[tuple]:
    return house.query(
        "select 'profile', appointment_id, to_json(p)::varchar from marts.appointment_profiles as p"
        " union all select 'item', appointment_id, to_json(i)::varchar from marts.appointment_profile_items as i"
        " order by all"
    )


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("present"), as_of=AS_OF)
    land_scene(house)
    build_marts(house)
    return house


@pytest.fixture(scope="module")
def foreseen(present: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same house with the future landed on top, seen from the same as_of."""
    folder = tmp_path_factory.mktemp("foreseen")
    shutil.copytree(present.raw, folder / "raw")
    shutil.copy(present.key, folder / "house.key")
    house = House(Path(folder), as_of=AS_OF)
    land_future(house)
    build_marts(house)
    return house


def column(house: House, appointment: str, name: str) -> object:
    return house.query(
        f"select {name} from marts.appointment_profiles where appointment_id = '{appointment}'"
    )[0][0]


def test_a_granted_consent_and_a_sure_identity_open_the_profile(present: House) -> None:
    assert column(present, "ana", "profile_status") == "full"
    assert column(present, "ana", "identity_strength") == "strong"
    assert column(present, "ana by mail", "identity_strength") == "medium"
    assert column(present, "ana by mail", "item_count") == column(present, "ana", "item_count") > 0
    assert column(present, "ana", "withheld_because") is None


def test_items_are_not_owned_not_given_up_and_say_what_lies_in_the_boutique(present: House) -> None:
    found = present.query(
        "select sku, is_owned, is_available_in_store, reason from marts.appointment_profile_items"
        " where appointment_id = 'ana' order by rank"
    )
    by_sku = {row[0]: row for row in found}
    # The belt is owned, the brooch given up; the ring was a gift, so she may want one herself.
    assert set(by_sku) == {"ring", "bag-ivory"}
    assert by_sku["bag-ivory"][2] is True, "of the two bags of the page, the one in the boutique"
    assert by_sku["ring"][2] is False, "the stock of after as_of is not known yet"
    assert by_sku["ring"][3] == "viewed on 2 days, last 4 days ago"
    assert not any(row[1] for row in found)


@pytest.mark.parametrize("appointment", ["bea", "cleo"])
def test_without_consent_only_booking_and_purchases_are_shown(present: House, appointment: str) -> None:
    assert present.query(
        "select motive, party_size, purchase_count, theme_1, item_count, last_web_visit_at, web_visit_count_90d"
        f" from marts.appointment_profiles where appointment_id = '{appointment}'"
    ) == [("gift", 2, 0, None, 0, None, None)]
    assert column(present, appointment, "withheld_because")
    assert not present.query(ITEMS.format(appointment))


def test_no_interest_is_stored_for_anybody_whose_gate_is_shut(present: House) -> None:
    stored = present.query(
        "select count(distinct customer_key), min(customer_key) from intermediate.int_interest__signals"
    )
    assert stored == [(1, column(present, "ana", "customer_key"))]


def test_a_telephone_alone_unlocks_nothing(present: House) -> None:
    assert column(present, "ana by phone", "customer_key") == column(present, "ana", "customer_key")
    assert column(present, "ana by phone", "profile_status") == "weak_identity"
    assert column(present, "ana by phone", "purchase_count") is None
    assert not present.query(ITEMS.format("ana by phone"))


def test_a_cancelled_appointment_has_no_row(present: House) -> None:
    assert not present.query(PROFILE.format("dora"))
    assert present.query("select count(*) from marts.appointment_profiles") == [(6,)]


def test_events_consents_stock_and_links_of_the_future_change_nothing(
    present: House, foreseen: House
) -> None:
    assert profiles(foreseen) == profiles(present)


def test_the_same_future_shows_once_the_clock_has_passed_it(foreseen: House) -> None:
    # Without this the test above could pass because nothing ever reaches a profile.
    foreseen.as_of = "2024-06-03T00:00:00Z"
    build_marts(foreseen)
    skus = {row[0] for row in foreseen.query(
        "select sku from marts.appointment_profile_items where appointment_id = 'ana'"
    )}  # fmt: skip
    assert "watch" in skus, "the late sign-in tells whose old device it was"
    assert "ring" not in skus, "bought since"
    assert column(foreseen, "bea", "profile_status") == "full"
    assert not foreseen.query(PROFILE.format("cleo"))
