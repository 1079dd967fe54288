"""Touchpoints and journeys of a house without web analytics, from landing files to marts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conftest import House
from scenes import build_marts


@pytest.fixture(scope="module")
def built(shared_house: House) -> House:
    house = shared_house
    house.land("crm/customers.csv", [
        {"source_system": "crm_cn", "customer_id": "7", "first_name": "Mei", "last_name": "Fictive",
         "email": "mei@example.com", "created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z"}
    ])  # fmt: skip
    house.land("catalog/stores.csv", [{"store_id": "SHA01", "timezone": "Asia/Shanghai"}])
    house.land("finance/exchange_rates.csv", [
        {"rate_on": "2024-05-01", "currency_code": "CNY", "rate_to_eur": "0.12"},
        {"rate_on": "2024-05-02", "currency_code": "CNY", "rate_to_eur": "0.13"},
    ])  # fmt: skip
    till = {"store_id": "SHA01", "source_system": "crm_cn", "customer_id": "7", "currency_code": "CNY"}
    house.land("pos/transactions.csv", [
        # 1 May 20:00 UTC is 2 May in Shanghai.
        {**till, "transaction_id": "T1", "sold_at": "2024-05-01T20:00:00Z", "is_return": "false"},
        {**till, "transaction_id": "T2", "sold_at": "2024-05-10T04:00:00Z", "is_return": "true",
         "original_transaction_id": "T1"},
        {**till, "transaction_id": "T3", "sold_at": "2024-05-12T04:00:00Z", "is_return": "false",
         "currency_code": "XSH"},
    ])  # fmt: skip
    house.land("pos/transaction_lines.csv", [
        {"transaction_id": "T1", "line_number": 1, "sku": "a", "quantity": 1, "net_amount": "1000"},
        {"transaction_id": "T1", "line_number": 2, "sku": "b", "quantity": 1, "net_amount": "500"},
        {"transaction_id": "T2", "line_number": 1, "sku": "b", "quantity": -1, "net_amount": "-500"},
        {"transaction_id": "T3", "line_number": 1, "sku": "c", "quantity": 1, "net_amount": "70"},
    ])  # fmt: skip
    house.land("newsletter/events.csv", [
        {"newsletter_event_id": "N1", "email": "mei@example.com", "event_type": "sent",
         "occurred_at": "2024-04-30T08:00:00Z"},
        {"newsletter_event_id": "N2", "email": "mei@example.com", "event_type": "clicked",
         "occurred_at": "2024-04-30T20:00:00Z"},
        {"newsletter_event_id": "N3", "email": "stranger@example.org", "event_type": "opened",
         "occurred_at": "2024-04-30T20:00:00Z"},
    ])  # fmt: skip
    build_marts(house)
    return house


def test_every_contact_is_one_touchpoint_with_its_amount_at_the_local_day(built: House) -> None:
    found = built.query(
        "select source_id, touchpoint_type, channel, amount, amount_eur from marts.touchpoints order by source_id"
    )
    assert found == [
        ("N2", "newsletter_clicked", "newsletter", None, None),
        ("N3", "newsletter_opened", "newsletter", None, None),
        ("T1", "boutique_purchase", "boutique", Decimal(1500), Decimal(195)),
        ("T2", "boutique_return", "boutique", Decimal(-500), Decimal(-65)),
        ("T3", "boutique_purchase", "boutique", Decimal(70), None),
    ]


def test_a_return_is_netted_into_the_journey_of_its_purchase(built: House) -> None:
    found = built.query(
        "select journey_number, first_channel, last_channel, touchpoint_count, length_days, purchase_amount_eur,"
        " returned_amount_eur, net_amount_eur, is_open, is_ropo from marts.customer_journeys"
        " where purchase_channel = 'boutique' order by journey_number"
    )
    assert found == [
        (1, "newsletter", "newsletter", 2, 1.0, Decimal(195), Decimal(65), Decimal(130), False, False),
        (2, "boutique", None, 1, 0.0, None, 0, None, False, False),
    ]


def test_a_house_without_web_data_and_appointments_has_no_profile(built: House) -> None:
    assert built.query("select count(*) from marts.appointment_profiles") == [(0,)]
