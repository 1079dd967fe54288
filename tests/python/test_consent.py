"""Consent of people with several records, against an oracle: joining records never widens what was granted."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from conftest import House
from test_identity import client

PURPOSES = ["clienteling", "profiling", "ad_sharing"]
AS_OF = "2024-06-01T00:00:00Z"
Event = dict[str, str]


def people() -> dict[str, list[str]]:
    """120 people with one to four client records, which share the person's mailbox and name."""
    draw = random.Random(11)
    return {f"p{n}": [f"p{n}r{record}" for record in range(draw.randint(1, 4))] for n in range(120)}


def events(records: list[str]) -> list[Event]:
    """Random words of random records: ties, late arrivals, repeats, things after as_of."""
    draw = random.Random(12)
    found = []
    for number in range(1500):
        day, hour = draw.randint(1, 33), draw.choice([0, 0, 12])
        at = f"2024-05-{day:02d}" if day <= 31 else f"2024-06-{day - 31:02d}"
        late = draw.choice([0, 0, 0, 1])
        purpose = draw.choice(PURPOSES)
        found.append({
            "consent_event_id": f"c{number:05d}", "source_system": "crm_eu", "subject_type": "crm_customer",
            "subject_id": draw.choice(records), "purpose": purpose,
            "recipient": draw.choice(["", "network"]) if purpose == "ad_sharing" else "",
            "status": draw.choice(["granted", "granted", "refused", "withdrawn"]),
            "occurred_at": f"{at}T{hour:02d}:00:00Z",
            "received_at": "2024-06-20T00:00:00Z" if late and day > 28 else f"{at}T{hour + 1:02d}:00:00Z",
        })  # fmt: skip
    draw.shuffle(found)
    return found


def known(event: Event) -> bool:
    return event["occurred_at"] <= AS_OF and event["received_at"] <= AS_OF


def last_words(heard: list[Event], recipient: str) -> dict[str, bool]:
    """For each subject whether its last word denies; a denial to the house covers every recipient."""
    words: dict[str, tuple] = {}
    for event in heard:
        denies = event["status"] != "granted"
        if (event["recipient"] or "house") == recipient or (denies and not event["recipient"]):
            word = (event["occurred_at"], denies)
            words[event["subject_id"]] = max(word, words.get(event["subject_id"], word))
    return {subject: denies for subject, (_, denies) in words.items()}


def oracle(groups: dict[str, list[str]], said: list[Event]) -> dict[tuple[str, str, str], str]:
    """The state of each person, by the rules as written in prose."""
    person_of = {record: person for person, records in groups.items() for record in records}
    heard = defaultdict(list)
    for event in filter(known, said):
        heard[person_of[event["subject_id"]], event["purpose"]].append(event)
    found = {}
    for (person, purpose), theirs in heard.items():
        for recipient in {event["recipient"] or "house" for event in theirs}:
            denials = last_words(theirs, recipient).values()
            found[person, purpose, recipient] = "refused" if any(denials) else "granted"
    return found


@pytest.fixture(scope="module")
def built(shared_house: House) -> House:
    groups = people()
    rows = [
        client("crm_eu", record, f"Person {'abcdefghij'[int(person[1:]) % 10]}{'x' * (int(person[1:]) // 10)}",
               f"{person}@post.example")
        for person, records in groups.items() for record in records
    ]  # fmt: skip
    rows += [
        client("crm_eu", "anna", "Anna Couple", "couple@post.example", birth_date="1980-02-02"),
        client("crm_eu", "ben", "Ben Couple", "couple@post.example", birth_date="1981-03-03"),
    ]
    # Two client records share name and number, and no address: medium evidence that they are one person.
    for number, person in enumerate(("half", "both", "denied")):
        rows += [
            client("crm_eu", f"{person}-{record}", f"Presumed {person}", f"{person}.{record}@post.example",
                   phone=f"+3319900220{number}")
            for record in ("one", "two")
        ]  # fmt: skip
    shared_house.land("crm/customers.csv", rows)
    by_mail = {"source_system": "preference_centre", "subject_type": "email", "subject_id": "Couple@post.example",
               "occurred_at": "2024-05-02T00:00:00Z", "received_at": "2024-05-02T00:00:00Z"}  # fmt: skip
    couple = [
        by_mail | {"consent_event_id": "m1", "purpose": "email_marketing", "status": "refused"},
        by_mail | {"consent_event_id": "m2", "purpose": "profiling", "status": "granted"},
    ]
    by_record = by_mail | {"source_system": "crm_eu", "subject_type": "crm_customer", "purpose": "profiling"}
    couple += [
        by_record | {"consent_event_id": f"h{number}", "subject_id": record, "status": status}
        for number, (record, status) in enumerate([
            ("half-one", "granted"), ("both-one", "granted"), ("both-two", "granted"),
            ("denied-one", "granted"), ("denied-two", "refused"),
        ])
    ]  # fmt: skip
    records = [record for theirs in groups.values() for record in theirs]
    shared_house.land("consent/consent_events.csv", [*events(records), *couple])
    shared_house.build_tables("-s", "+consent_states", "+customers")
    return shared_house


def states(house: House) -> dict[tuple[str, str, str], str]:
    """The mart, by the first client record of each person."""
    rows = house.query("""
        select
            min(regexp_extract(identifier_value, '^(p[0-9]+|anna|ben|half|both|denied)', 1)),
            purpose, recipient, min(status)
        from marts.consent_states
        inner join marts.customer_identifiers using (customer_key)
        where identifier_type = 'crm_customer'
        group by customer_key, purpose, recipient
    """)
    return {(person, purpose, recipient): status for person, purpose, recipient, status in rows}


def test_states_equal_the_oracle(built: House) -> None:
    groups = people()
    expected = oracle(groups, events([record for theirs in groups.values() for record in theirs]))
    found = {key: status for key, status in states(built).items() if key[0] in groups}
    assert found == expected
    assert set(found.values()) == {"granted", "refused"}


def test_joining_records_never_widens_a_consent(built: House) -> None:
    """What a person grants, none of their records, asked alone, refuses."""
    groups = people()
    said = events([record for theirs in groups.values() for record in theirs])
    alone = oracle({record: [record] for theirs in groups.values() for record in theirs}, said)
    for (person, purpose, recipient), status in states(built).items():
        if status == "granted" and person in groups:
            words = [alone.get((record, purpose, recipient)) for record in groups[person]]
            assert "refused" not in words, (person, purpose, recipient)
            assert "granted" in words, (person, purpose, recipient)


def test_a_couples_mailbox_refuses_for_both_and_grants_for_neither(built: House) -> None:
    found = {key: status for key, status in states(built).items() if key[0] in ("anna", "ben")}
    assert found == {
        ("anna", "email_marketing", "house"): "refused", ("ben", "email_marketing", "house"): "refused",
    }  # fmt: skip


def test_a_yes_does_not_cross_a_medium_link_and_a_no_does(built: House) -> None:
    joined = built.query("""
        select count(*) from (
            select customer_key from marts.customer_identifiers
            where identifier_type = 'crm_customer' and regexp_matches(identifier_value, '^(half|both|denied)-')
            group by customer_key having count(*) = 2
        )
    """)
    assert joined == [(3,)], "medium links must join the records, or this proves nothing"
    found = {key[0]: status for key, status in states(built).items() if key[0] in ("half", "both", "denied")}
    assert found == {"half": "unknown", "both": "granted", "denied": "refused"}
