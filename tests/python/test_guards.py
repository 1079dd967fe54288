"""What cannot be one person's is set aside by name, and the rest of the house is unharmed."""

from __future__ import annotations

import pytest

from conftest import House
from test_identity import LOGIN, LOGOUT, client, crm, customers, device, sessions, visit

MODELS = ["-s", "+customers", "+int_identity__session_owners", "+int_identity__refused_links",
          "+int_identity__open_pairs", "stg_newsletter__events"]  # fmt: skip
LONG = 1_700
"""Records of a chain of apps: with their addresses and apps, more identifiers than a person has."""


def word(n: int) -> str:
    """A number in letters: names are compared by their letters alone."""
    return "".join("abcdefghij"[int(digit)] for digit in str(n))


def verdict(number: int, left: str, right: str, decision: str) -> dict:
    """A steward's verdict on two records of one CRM."""
    return {
        "decision_id": f"D{number}", "left_source_system": "crm_eu", "left_customer_id": left,
        "right_source_system": "crm_eu", "right_customer_id": right, "decision": decision, "reason": "met both",
        "decided_by": "steward.1", "decided_at": f"2024-05-{number:02d}T10:00:00Z",
    }  # fmt: skip


VERDICTS = [
    verdict(1, "ann", "never-seen", "same"), verdict(2, "ann", "bob", "perhaps"), verdict(3, "ann", "", "same"),
    verdict(4, "ann", "ann", "different"),
    verdict(5, "ring0", "ring1", "same"), verdict(6, "ring1", "ring2", "same"), verdict(7, "ring2", "ring0", "same"),
    verdict(9, "must0", "must1", "same"), verdict(10, "must1", "must2", "same"),
    verdict(11, "must0", "must2", "different"),
]  # fmt: skip


def land(house: House) -> House:
    house.land("crm/customers.csv", [
        *(client("crm_eu", f"chain{n:04d}", "Ana Chain", f"chain{n}@post.example") for n in range(LONG)),
        *(client("crm_eu", f"half{n:04d}", f"Hal Half{word(n)}", "info@post.example", phone="+33199001122")
          for n in range(2 * LONG)),
        *(client("crm_eu", f"new{n}", "Nia New", "new@post.example", created_at="2024-05-30T00:00:00Z")
          for n in range(4)),
        *(client("crm_eu", f"fake{n}", "Fay Fake", "aaaa@post.example", phone="00 00 00 00 00") for n in range(2)),
        client("crm_eu", "wife", "Hana Household", "home@post.example", birth_date="1980-02-03"),
        client("crm_eu", "husband", "Hugo Household", "home@post.example", birth_date="1979-05-06"),
        client("crm_eu", "twice1", "Tia Twice", "twice@post.example"),
        client("crm_eu", "twice2", "Tia Twice", "twice@post.example", updated_at="2024-02-01T00:00:00Z"),
        client("crm_uk", "twice3", "Tia Twice", "twice@post.example"),
        client("crm_eu", "ann", "Ann Desk", "ann@post.example"),
        client("crm_eu", "bob", "Bob Desk", "bob@post.example"),
        *(client("crm_eu", f"guest{n}", f"Gus Guest{word(n)}", f"guest{n}@post.example") for n in range(4)),
        *(client("crm_eu", f"{kind}{n}", f"{kind} Verdict{word(n)}", f"{kind}{n}@post.example")
          for kind in ("ring", "must") for n in range(3)),
    ])  # fmt: skip
    house.land("app/installs.csv", [
        {"app_instance_id": f"app{n}", "source_system": "crm_eu", "customer_id": f"chain{n:04d}",
         "email": f"chain{n + 1}@post.example", "first_opened_at": "2024-02-01T00:00:00Z"}
        for n in range(LONG - 1)
    ])  # fmt: skip
    house.land("loyalty/members.csv", [])
    house.land("newsletter/events.csv.gz", [])
    house.land("stewardship/decisions.csv", VERDICTS)
    receipt = {"source_system": "crm_eu", "sold_at": "2024-03-02T10:00:00Z"}
    house.land("pos/transactions.csv", [
        *(receipt | {"transaction_id": f"shop{n}", "loyalty_id": "SHOP"} for n in range(2 * LONG)),
        *(receipt | {"transaction_id": f"own{n}", "customer_id": "ann"} for n in range(3)),
    ])  # fmt: skip
    house.land_json("ga360/maison_fr/ga_sessions_20240510.json.gz", [
        visit("1", 0, (*LOGIN, "ann@post.example")), visit("1", 60), visit("1", 120, (*LOGIN, "ann@post.example")),
        visit("1", 180), visit("1", 240, (*LOGIN, "bob@post.example"), (*LOGOUT, "")), visit("1", 300),
        visit("1", 360, (*LOGIN, "ann@post.example")),
        *(visit("2", 60 * n, (*LOGIN, f"guest{n}@post.example")) for n in range(4)),
        visit("2", 300, (*LOGIN, "guest3@post.example")), visit("2", 360),
        visit("2", 420, (*LOGIN, "guest3@post.example")),
    ])  # fmt: skip
    return house


@pytest.fixture(scope="module")
def built(shared_house: House) -> House:
    land(shared_house).build_tables(*MODELS)
    return shared_house


def refused(house: House, kind: str) -> dict[str, int]:
    """How many identifiers of a kind are nobody's, by reasons."""
    return dict(house.query(f"""
        select reasons, count(*) from intermediate.int_identity__shared_identifiers
        where identifier_type = '{kind}' group by reasons
    """))  # fmt: skip


def test_a_contact_on_half_of_all_records_is_refused_by_name_and_joins_nobody(built: House) -> None:
    assert len(set(crm(built, *[f"half{n:04d}" for n in range(2 * LONG)]))) == 2 * LONG
    assert refused(built, "phone") == {"too_many_client_records": 1}
    assert refused(built, "email") == {
        "several_people, too_many_client_records": 1, "several_people, too_many_new_records": 1, "several_people": 1,
    }  # fmt: skip


def test_a_contact_that_spreads_within_a_week_joins_not_even_records_of_one_name(built: House) -> None:
    assert len(set(crm(built, *[f"new{n}" for n in range(4)]))) == 4


def test_a_card_on_half_of_all_receipts_is_refused_by_name_and_the_other_receipts_stay(built: House) -> None:
    ann, = crm(built, "ann")  # fmt: skip
    assert built.query(
        "select identifier_value, reason from intermediate.int_identity__shared_identifiers"
        " where identifier_type = 'loyalty'"
    ) == [("SHOP", "half_of_all_records")]
    shop = customers(built, *[("pos_transaction", "crm_eu", f"shop{n}") for n in range(2 * LONG)])
    assert None not in shop and len(set(shop)) == 2 * LONG
    assert customers(built, *[("pos_transaction", "crm_eu", f"own{n}") for n in range(3)]) == [ann] * 3


def test_placeholders_join_nobody(built: House) -> None:
    assert len(set(crm(built, "fake0", "fake1"))) == 2


def test_a_chain_of_more_identifiers_than_a_person_has_is_not_merged(built: House) -> None:
    assert len(set(crm(built, *[f"chain{n:04d}" for n in range(LONG)]))) == LONG
    assert built.query(
        "select count(*) from intermediate.int_identity__refused_links where reason = 'group_too_large'"
    ) == [(3 * LONG - 2,)]


def test_a_household_is_listed_for_review_and_not_joined(built: House) -> None:
    wife, husband = crm(built, "wife", "husband")
    assert wife != husband
    pairs = built.query("""
        select least(one.identifier_value, other.identifier_value), pairs.linked_by
        from intermediate.int_identity__household_pairs as pairs
        inner join intermediate.int_identity__nodes as one on pairs.left_node_key = one.node_key
        inner join intermediate.int_identity__nodes as other on pairs.right_node_key = other.node_key
    """)
    assert pairs == [("husband", "same_email")]


def verdicts_refused(house: House) -> dict[str, str]:
    """The last record of each verdict that is not followed, and why."""
    return dict(house.query("""
        select greatest(one.identifier_value, other.identifier_value), refused.reason
        from intermediate.int_identity__refused_links as refused
        left join intermediate.int_identity__nodes as one on refused.left_node_key = one.node_key
        left join intermediate.int_identity__nodes as other on refused.right_node_key = other.node_key
        where refused.linked_by = 'steward'
    """))  # fmt: skip


def test_verdicts_on_unknown_records_or_without_sense_are_refused_by_name_and_decide_nothing(built: House) -> None:
    ann, bob = crm(built, "ann", "bob")
    assert ann != bob
    assert verdicts_refused(built)["ann"] == "unknown_record"
    assert built.query(
        "select decision_id, rejected_because from staging.base_stewardship__decisions"
        " where rejected_because is not null order by 1"
    ) == [("D2", "unknown_decision"), ("D3", "unusable_right_customer_id")]


def test_verdicts_that_contradict_each_other_join_nobody_and_wait_for_a_steward(built: House) -> None:
    assert len(set(crm(built, "must0", "must1", "must2"))) == 3
    assert {verdicts_refused(built)[record] for record in ("must1", "must2")} == {"contradictory_decisions"}
    assert built.query("""
        select least(left_customer_id, right_customer_id), greatest(left_customer_id, right_customer_id),
            decision_in_force
        from intermediate.int_identity__open_pairs where reason = 'contradictory_decisions' order by all
    """) == [("must0", "must1", None), ("must0", "must2", "different"), ("must1", "must2", None)]  # fmt: skip


def test_verdicts_in_a_circle_make_one_person_once(built: House) -> None:
    assert len(set(crm(built, "ring0", "ring1", "ring2"))) == 1
    assert not {"ring0", "ring1", "ring2"} & verdicts_refused(built).keys()


def test_a_feed_without_a_row_harms_nobody(built: House) -> None:
    """The feeds of loyalty members and newsletter events came with a header alone."""
    for table in ("stg_loyalty__members", "stg_newsletter__events"):
        assert built.query(f"select count(*) from staging.{table}") == [(0,)]
    assert None not in crm(built, "ann", "wife", "twice1")


def test_of_two_records_in_one_crm_the_one_changed_last_counts(built: House) -> None:
    assert len(set(crm(built, "twice1", "twice2", "crm_uk/twice3"))) == 1
    assert built.query("""
        select identifier_value, is_primary from marts.customer_identifiers
        where identifier_value like 'twice_' order by 1
    """) == [("twice1", False), ("twice2", True), ("twice3", True)]  # fmt: skip


def test_another_persons_evening_disowns_nobody(built: House) -> None:
    ann, bob = crm(built, "ann", "bob")
    assert device(built, "1") is None
    assert [owner for owner, _ in sessions(built, "1")] == [ann, ann, ann, None, bob, None, ann]


def test_a_public_device_is_nobodys_from_one_visit_to_the_next(built: House) -> None:
    guests = crm(built, *[f"guest{n}" for n in range(4)])
    assert device(built, "2") is None
    assert [owner for owner, _ in sessions(built, "2")] == [*guests, guests[3], None, guests[3]]
