"""People keep their customer_key: through rebuilds, merges, splits and stewards' changes of mind."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import networkx
import pytest

from conftest import House
from rendezvous import HouseError
from rendezvous.explain import read_why
from test_identity import client

MODELS = ["-s", "+customer_key_changes", "+int_identity__refused_links", "+customer_evidence", "+customers",
          "+int_identity__open_pairs"]  # fmt: skip
PEOPLE = [
    client("crm_eu", "ana", "Ana Apart", "ana@post.example", created_at="2020-01-01T00:00:00Z"),
    client("crm_uk", "ana", "Anna Apart", "anna@post.example"),
    # A birth date is all that makes these two one (he may have taken another name); the steward knows them.
    client("crm_eu", "hugo", "Hugo House", "home@post.example", birth_date="1979-05-06"),
    client("crm_eu", "hana", "Hugo Other", "home@post.example", birth_date="1979-05-06"),
    *(client("crm_eu", number, f"{number} Circle", f"{number}@post.example") for number in ("x", "y", "z")),
    client("crm_eu", "bystander", "Berta By", "berta@post.example"),
    client("crm_uk", "bystander", "Berta By", "berta@post.example"),
]
LEAVER = client("crm_eu", "leaver", "Lea Leaver", "lea@post.example")


def verdict(number: str, left: str, right: str, decision: str, day: str) -> dict:
    """A steward's decision on two records, each system:number."""
    (left_system, left_id), (right_system, right_id) = left.split(":"), right.split(":")
    return {
        "decision_id": number, "left_source_system": left_system, "left_customer_id": left_id,
        "right_source_system": right_system, "right_customer_id": right_id, "decision": decision,
        "reason": "met at the boutique", "decided_by": "steward.1", "decided_at": f"2024-05-{day}T10:00:00Z",
    }  # fmt: skip


VERDICTS = [
    verdict("D1", "crm_uk:ana", "crm_eu:ana", "same", "01"),
    verdict("D2", "crm_eu:hugo", "crm_eu:hana", "different", "01"),
    verdict("D3", "crm_eu:x", "crm_eu:y", "same", "01"),
    verdict("D4", "crm_eu:z", "crm_eu:y", "same", "01"),
    verdict("D5", "crm_eu:x", "crm_eu:z", "different", "02"),
    verdict("D6", "crm_eu:bystander", "crm_eu:never-seen", "same", "01"),
    verdict("D7", "crm_eu:bystander", "crm_eu:bystander", "different", "01"),
]


def crowd() -> tuple[list[dict], list[dict]]:
    """Sixty groups of records that agree by chance, and verdicts on them by chance, many against the evidence."""
    draw = random.Random("rendezvous")
    records, verdicts = [], []
    for group in range(60):
        numbers = [f"g{group}.{number}" for number in range(draw.randint(3, 6))]
        for number in numbers:
            name, email = draw.choice(["Ada Group", "Bob Group"]), f"{group}.{draw.randint(1, 2)}@post.example"
            born = draw.choice(["", f"1980-02-{2 + group % 20:02d}"])
            records.append(client("crm_eu", number, name, email, birth_date=born))
        for one, other in combinations(numbers, 2):
            if draw.random() < 0.25:
                decision = draw.choice(["same", "different"])
                verdicts.append(verdict(f"V{len(verdicts)}", f"crm_eu:{one}", f"crm_eu:{other}", decision, "03"))
    return records, verdicts


class Ledger:
    """A house over four builds, with what each left behind."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.keys: list[dict[str, str]] = []
        self.rows: list[list[tuple]] = []
        self.changes: list[list[tuple]] = []

    def build(self, people: Iterable[dict], verdicts: Iterable[dict], *arguments: str) -> None:
        self.house.land("crm/customers.csv", people)
        self.house.land("stewardship/decisions.csv", verdicts)
        self.house.build_tables(*MODELS, *arguments)
        self.keys.append(dict(self.house.query(
            "select identifier_system || ':' || identifier_value, customer_key"
            " from intermediate.int_identity__customer_map where identifier_type = 'crm_customer'"
        )))  # fmt: skip
        self.rows.append(self.house.query("select * from intermediate.int_identity__key_ledger order by all"))
        self.changes.append(self.house.query(
            "select change, customer_key, other_customer_key, why, decision_id, current_customer_key"
            " from marts.customer_key_changes order by all"
        ))  # fmt: skip


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """Without verdicts; with them, and a client gone; the same from scratch; verdicts taken back, the client back."""
    ledger = Ledger(tmp_path_factory.mktemp("ledger"))
    records, verdicts = crowd()
    people, decided = [*PEOPLE, *records], [*VERDICTS, *verdicts]
    ledger.build([*people, LEAVER], [])
    ledger.build(people, decided)
    ledger.links = ledger.house.query(
        "select left_node_key, right_node_key, identifier_node_key, linked_by"
        " from intermediate.int_identity__record_links"
    )
    ledger.standing = ledger.house.query(
        "select left_node_key, right_node_key, decision from intermediate.int_identity__verdicts"
        " where standing = 'stands'"
    )
    ledger.clusters = dict(ledger.house.query("select * from intermediate.int_identity__record_clusters"))
    ledger.people = dict(
        ledger.house.query("select node_key, customer_key from intermediate.int_identity__customer_map")
    )
    ledger.said_then = [read_why(ledger.house.database, key) for key in (ledger.keys[0]["crm_uk:ana"], "crm_uk:ana")]
    with pytest.raises(HouseError) as ledger.said_of_leaver:
        read_why(ledger.house.database, ledger.keys[0]["crm_eu:leaver"])
    ledger.refused = ledger.house.query(
        "select linked_by, reason, count(*) from intermediate.int_identity__refused_links"
        " where starts_with(linked_by, 'steward') and first_seen_at < timestamp '2024-05-03' group by all order by all"
    )
    ledger.disputed = ledger.house.query(
        "select least(left_customer_id, right_customer_id), greatest(left_customer_id, right_customer_id),"
        " decision_in_force from intermediate.int_identity__open_pairs"
        " where reason = 'contradictory_decisions' and left_customer_id in ('x', 'y', 'z') order by all"
    )
    ledger.build(people, decided, "--full-refresh")
    undone = [verdict("D8", "crm_eu:ana", "crm_uk:ana", "different", "10"),
              verdict("D9", "crm_eu:hana", "crm_eu:hugo", "same", "10")]  # fmt: skip
    elder = client("crm_cn", "elder", "Hugo House", "home@post.example", created_at="2001-01-01T00:00:00Z")
    ledger.build([*people, LEAVER, elder], [*VERDICTS, *undone])
    return ledger


def test_a_verdict_makes_one_person_and_the_elder_keeps_the_key(ledger: Ledger) -> None:
    before, after = ledger.keys[:2]
    assert before["crm_eu:ana"] != before["crm_uk:ana"]
    assert after["crm_eu:ana"] == after["crm_uk:ana"] == before["crm_eu:ana"]
    merged = ("merged_into", before["crm_uk:ana"], before["crm_eu:ana"], "steward", "D1", before["crm_eu:ana"])
    assert merged in ledger.changes[1]


def test_a_verdict_parts_two_and_each_has_a_key(ledger: Ledger) -> None:
    before, after = ledger.keys[:2]
    key = before["crm_eu:hugo"]
    assert key == before["crm_eu:hana"]
    assert after["crm_eu:hugo"] != after["crm_eu:hana"] and key in (after["crm_eu:hugo"], after["crm_eu:hana"])
    (new,) = {after["crm_eu:hugo"], after["crm_eu:hana"]} - {key}
    assert ("split_from", new, key, "steward", "D2", new) in ledger.changes[1]


def test_verdicts_that_contradict_each_other_make_nobody_one_and_are_listed(ledger: Ledger) -> None:
    assert len({ledger.keys[1][f"crm_eu:{number}"] for number in "xyz"}) == 3
    assert ledger.refused == [
        ("steward", "contradictory_decisions", 2), ("steward", "unknown_record", 1),
        ("steward_different", "one_record", 1), ("steward_different", "two_people", 2),
    ]  # fmt: skip
    assert ledger.disputed == [("x", "y", None), ("x", "z", "different"), ("y", "z", None)]
    unharmed = {ledger.keys[build][f"{crm}:bystander"] for build in (0, 1) for crm in ("crm_eu", "crm_uk")}
    assert len(unharmed) == 1


def parted_by_hand(ledger: Ledger) -> list[set[str]]:
    """The rule once more, in Python: whole groups give up their links by class until no verdict is broken."""
    same = [(one, other) for one, other, decision in ledger.standing if decision == "same"]
    different = [(one, other) for one, other, decision in ledger.standing if decision == "different"]
    agreeing: dict[tuple, set[str]] = {}
    for record, first, identifier, kind in ledger.links:
        agreeing.setdefault((first, identifier, kind), set()).add(record)
    agreed = [members for members in agreeing.values() if not any({*pair} <= members for pair in different)]
    classes = [[*agreeing.values(), *same], [*agreed, *same], same, []]
    graphs = []
    for groups in classes:
        graphs.append(networkx.Graph(pair for group in groups for pair in combinations(sorted(group), 2)))
        graphs[-1].add_nodes_from(ledger.clusters)

    parted = []
    for component in networkx.connected_components(graphs[0]):
        kept = (list(networkx.connected_components(graph.subgraph(component))) for graph in graphs)
        parted += next(parts for parts in kept if not any({*pair} <= part for pair in different for part in parts))
    return parted


def test_records_are_parted_as_the_rule_says_and_no_further(ledger: Ledger) -> None:
    found: dict[str, set[str]] = {}
    for record, cluster in ledger.clusters.items():
        found.setdefault(cluster, set()).add(record)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, parted_by_hand(ledger)))
    for one, other, decision in ledger.standing:
        assert decision == "same" or ledger.people[one] != ledger.people[other]


def test_building_from_scratch_changes_no_key(ledger: Ledger) -> None:
    assert len(ledger.changes[1]) > 10
    assert ledger.rows[2] == ledger.rows[1]
    assert (ledger.keys[2], ledger.changes[2]) == (ledger.keys[1], ledger.changes[1])


def test_verdicts_taken_back_give_everyone_the_key_they_had(ledger: Ledger) -> None:
    """An elder record that came late changes nothing either. The crowd has been shuffled too often for that."""
    first, last = (
        {who: key for who, key in keys.items() if ":g" not in who} for keys in (ledger.keys[0], ledger.keys[3])
    )
    assert last.pop("crm_cn:elder") == first["crm_eu:hugo"]
    assert last == first
    assert len(set(ledger.keys[3].values())) == len(set(ledger.keys[0].values()))
    told = {(change, decision) for change, _, _, _, decision, _ in set(ledger.changes[3]) - set(ledger.changes[2])}
    assert {("split_from", "D8"), ("merged_into", "D9"), ("reappeared", None)} <= told


def test_a_client_who_goes_is_retired_and_comes_back_as_the_same(ledger: Ledger) -> None:
    key = ledger.keys[0]["crm_eu:leaver"]
    assert ("retired", key, None, "evidence_gone", None, None) in ledger.changes[1]
    assert f"{key} is nobody any more" in str(ledger.said_of_leaver.value)
    assert ("reappeared", key, None, "evidence_back", None, key) in ledger.changes[3]


def test_an_old_key_is_explained_by_who_it_is_now(ledger: Ledger) -> None:
    by_key, by_record = ledger.said_then
    old, new = ledger.keys[0]["crm_uk:ana"], ledger.keys[0]["crm_eu:ana"]
    assert by_key.startswith(f"{old} is now {new}: one person since 2024-06-01, by verdict D1.\n")
    assert "a steward said they are one person; strong" in by_record
