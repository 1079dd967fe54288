"""A person planted in every source of a house under unmistakable values, and neighbours who share their device."""

from __future__ import annotations

import hashlib

from conftest import House
from scenes import instant, look, session, sign_in

EMAIL, PHONE, RECEIPT = "zelda.canarybird@canary.example", "+33677889901", "zelda.receipts@canary.example"
HOUSEHOLD, SHARED_PHONE = "perch@canaryhome.example", "+33677889955"
NOBODY = "unheard.of@canary.example"
RECORD, NEIGHBOUR, CARD, APP = "CANARY77", "CANNEIGH78", "CANCARD77", "canapp-77-instance"
DEVICE, SHARED_DEVICE = "7700770077007700770", "8800880088008800880"
TELLTALES = [EMAIL, RECEIPT, PHONE, PHONE.lstrip("+"), "Zeldacanary", "Quetzalbird", RECORD, CARD, APP, DEVICE,
             "12 Canary Street", hashlib.sha256(EMAIL.encode()).hexdigest(), "canvisit77"]  # fmt: skip
"""What must be found nowhere afterwards."""
ORDER, RECEIPT_NUMBER, APPOINTMENT, OWN_APPOINTMENT = "CANORDER1", "CANRECEIPT1", "canvisit77", "neighvisit78"


def plant(house: House, request: str = "erasure", verified: str = "2024-05-27T00:00:00Z") -> None:
    """Lands the person, the neighbours and a request, in files of their own beside those that are there."""
    at = "2024-05-25T10:00:00Z"
    record, other = (
        {"source_system": "crm_eu", "customer_id": RECORD},
        {"source_system": "crm_eu", "customer_id": NEIGHBOUR},
    )
    told = {"created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z", "country_code": "FR"}
    house.land("crm/customers_canary.csv", [
        record | told | {"first_name": "Zeldacanary", "last_name": "Quetzalbird", "email": EMAIL, "phone": PHONE,
                         "address_line_1": "12 Canary Street,\nback door"},
        other | told | {"first_name": "Nestor", "last_name": "Neighbour", "email": HOUSEHOLD, "phone": SHARED_PHONE},
        other | told | {"customer_id": "CANSPOUSE79", "first_name": "Spica", "last_name": "Spouse", "email": HOUSEHOLD},
    ])  # fmt: skip
    house.land("privacy/requests_canary.csv", [
        {"request_id": "CAN-1", "kind": request, "subject_type": "email", "subject_id": EMAIL.upper(),
         "received_at": "2024-05-26T00:00:00Z", "identity_verified_at": verified, "status": "received"},
        {"request_id": "CAN-NOBODY", "kind": request, "subject_type": "email", "subject_id": NOBODY,
         "received_at": "2024-05-26T00:00:00Z", "identity_verified_at": "2024-05-27T00:00:00Z", "status": "received"},
    ])  # fmt: skip
    sale = {"store_id": "PAR01", "sold_at": at, "currency_code": "EUR", "is_return": "false"}
    house.land("pos/transactions_canary.csv.gz", [
        record | sale | {"transaction_id": RECEIPT_NUMBER, "loyalty_id": CARD, "phone": PHONE,
                         "receipt_email": RECEIPT},
        other | sale | {"transaction_id": "NEIGHRECEIPT1", "receipt_email": HOUSEHOLD},
    ])  # fmt: skip
    house.land("pos/transaction_lines_canary.csv", [
        {"transaction_id": number, "line_number": "1", "sku": "CANSKU", "quantity": "1", "unit_price": "990.00",
         "discount_amount": "0.00", "net_amount": "990.00", "is_gift": "false"}
        for number in (RECEIPT_NUMBER, "NEIGHRECEIPT1")
    ])  # fmt: skip
    house.land("ecommerce/orders_canary.csv", [
        record | {"order_id": ORDER, "email": EMAIL, "phone": PHONE, "ordered_at": at, "status": "paid",
                  "currency_code": "EUR", "gross_amount": "120.00", "is_guest_checkout": "false"},
    ])  # fmt: skip
    house.land(
        "ecommerce/order_lines_canary.csv",
        [
            {
                "order_id": ORDER,
                "line_number": "1",
                "sku": "CANSKU",
                "quantity": "1",
                "unit_price": "120.00",
                "net_amount": "120.00",
            },
        ],
    )
    house.land("loyalty/members_canary.csv", [record | {"loyalty_id": CARD, "email": EMAIL, "joined_at": at}])
    house.land(
        "newsletter/events_canary.csv",
        [
            {"newsletter_event_id": f"can-n{n}", "email": email, "event_type": "subscribe", "occurred_at": at}
            for n, email in enumerate([EMAIL, HOUSEHOLD])
        ],
    )
    house.land("service/cases_canary.csv", [
        record | {"case_id": "cancase-1", "email": HOUSEHOLD, "channel": "email", "topic": "repair", "opened_at": at},
        other | {"case_id": "neighcase-1", "email": EMAIL, "phone": SHARED_PHONE, "channel": "email", "topic": "repair",
                 "opened_at": at},
    ])  # fmt: skip
    house.land(
        "app/installs_canary.csv",
        [
            record
            | {"app_instance_id": APP, "platform": "ios", "email": EMAIL, "first_opened_at": at, "last_seen_at": at},
        ],
    )
    booked = {"store_id": "PAR01", "booked_via": "web", "motive": "repair", "party_size": "1", "language": "fr",
              "starts_at": "2024-06-03T10:00:00Z", "ends_at": "2024-06-03T11:00:00Z", "status": "booked",
              "recorded_at": at}  # fmt: skip
    house.land(
        "appointments/appointment_events_canary.csv",
        [
            record
            | booked
            | {"appointment_event_id": "can-a1", "appointment_id": APPOINTMENT, "email": EMAIL, "phone": PHONE},
            other | booked | {"appointment_event_id": "can-a2", "appointment_id": OWN_APPOINTMENT},
        ],
    )
    house.land(
        "appointments/outcomes_canary.csv",
        [
            {"appointment_id": APPOINTMENT, "sku": "CANSKU", "outcome": "shown", "recorded_at": at},
        ],
    )
    by_record = {"source_system": "crm_eu", "subject_type": "crm_customer"}
    by_mail = {"source_system": "preference_centre", "subject_type": "email"}
    word = {"purpose": "clienteling", "status": "granted", "occurred_at": at, "received_at": at}
    house.land("consent/consent_events_canary.csv", [
        word | {"consent_event_id": "can-c1", **by_record, "subject_id": RECORD},
        word | {"consent_event_id": "can-c2", **by_mail, "subject_id": EMAIL},
        word | {"consent_event_id": "can-c3", **by_record, "subject_id": NEIGHBOUR},
    ])  # fmt: skip
    house.land("marketplace/orders_canary.csv", [
        {"marketplace": "bazaar", "order_id": "CANMARKET1", "buyer_id": "canbuyer77", "relay_email": EMAIL,
         "ordered_at": at,
         "currency_code": "EUR", "gross_amount": "80.00", "country_code": "FR"},
    ])  # fmt: skip
    _browse(house)


def _browse(house: House) -> None:
    neighbour = "neighbour@canaryweb.example"
    house.land("crm/customers_web.csv", [
        {"source_system": "crm_eu", "customer_id": "CANWEB80", "first_name": "Wilma", "last_name": "Webber",
         "email": neighbour, "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z"},
    ])  # fmt: skip
    started = str(int(instant("2024-05-24 09:00").timestamp()))
    visits = [
        session(DEVICE, "2024-05-24 09:00", [look("P1"), sign_in(EMAIL), look("P2")], crm_id=RECORD),
        session(DEVICE, "2024-05-24 12:00", [look("P3")]),
        session(SHARED_DEVICE, "2024-05-24 10:00", [look("P4"), sign_in(EMAIL)]),
        session(SHARED_DEVICE, "2024-05-24 14:00", [look("P5"), sign_in(neighbour), look("P6")]),
        session(SHARED_DEVICE, "2024-05-24 18:00", [sign_in(neighbour), look("P7"), sign_in(EMAIL)]),
    ]
    assert started == visits[0]["visitId"]
    house.land_json("ga360/maison_fr/ga_sessions_20240524_canary.json.gz", visits)
