"""`rendezvous explain`: chains and weak points against brute force, and what is said of a small house."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import duckdb
import networkx
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import House
from rendezvous import HouseError
from rendezvous.commands import explain as explain_command
from rendezvous.evidence import Cohesion, Evidence, Node, Piece, steps
from rendezvous.explain import read_why
from test_identity import LOGIN, client, visit

Graph = networkx.Graph


def record(number: int) -> Node:
    return ("crm_customer", "crm_eu", f"{number}")


NUMBER, DEVICE, MAILBOX = ("phone", "", "p"), ("web_visitor", "maison_fr", "d"), ("email", "", "m")


@st.composite
def people(draw: st.DrawFn) -> list[Piece]:
    """Evidence between up to six records, connected or not: links, a group that agrees, a device and a number."""
    nodes = [record(number) for number in range(draw(st.integers(2, 6)))]
    ranks = st.integers(1, 3)
    pairs = draw(st.lists(st.tuples(st.sampled_from(list(combinations(nodes, 2))), ranks), min_size=1, max_size=9))
    pieces = [Piece(left, right, "crm_record", rank) for (left, right), rank in pairs]
    for shared in (MAILBOX, ("email", "", "own")):
        group = draw(st.lists(st.sampled_from(nodes), unique=True, max_size=3))
        pieces += [Piece(a, b, "email_and_name", 1, shared=shared) for a, b in combinations(group, 2)]
        if shared != MAILBOX:
            pieces += [Piece(shared, node, "crm_record", draw(ranks)) for node in group]
    for listed in (NUMBER, DEVICE):
        for node in draw(st.lists(st.sampled_from(nodes), unique=True, max_size=2)):
            pieces.append(Piece(listed, node, "sign_in", draw(ranks), is_joining=False))
    return draw(st.permutations(pieces))


def best_chain(pieces: list[Piece], one: Node, other: Node) -> list[Node] | None:
    """All chains compared: weakest link, then length, then the keys; none leads through a number or a device."""
    graph = Graph()
    for piece in pieces:
        known = graph.edges.get((piece.left, piece.right), {"rank": 9})["rank"]
        graph.add_edge(piece.left, piece.right, rank=min(known, piece.rank))
    if one not in graph or other not in graph:
        return None
    chains = (
        (max(graph.edges[link]["rank"] for link in steps(chain)), len(chain), chain)
        for chain in networkx.all_simple_paths(graph, one, other)
        if not {NUMBER, DEVICE} & set(chain[1:-1])
    )
    return min(chains, default=(0, 0, None))[2]


def components(pieces: Iterable[Piece], without: Node = ()) -> list[set[Node]]:
    """The parts that evidence makes if nothing rests on `without`, neither as an end nor as what is shared."""
    graph = Graph()
    for piece in pieces:
        graph.add_nodes_from(node for node in (piece.left, piece.right) if node != without)
        if without not in (piece.left, piece.right, piece.shared):
            graph.add_edge(piece.left, piece.right)
    return list(networkx.connected_components(graph))


@settings(max_examples=150, deadline=None)
@given(people())
def test_the_chain_is_the_best_of_all_chains(pieces: list[Piece]) -> None:
    evidence = Evidence(pieces)
    nodes = sorted({node for piece in pieces for node in (piece.left, piece.right)})
    for one, other in combinations(nodes, 2):
        assert evidence.chains(one).to(other) == best_chain(pieces, one, other)


@settings(max_examples=150, deadline=None)
@given(people())
def test_a_record_alone_holds_the_person_when_without_it_there_are_more_parts(pieces: list[Piece]) -> None:
    joining = [piece for piece in pieces if piece.is_joining]
    whole = max(components(joining), key=lambda part: (len(part), min(part)))
    person = [piece for piece in joining if piece.left in whole]
    cohesion = Cohesion(Evidence(person))
    candidates = whole | {piece.shared for piece in person if piece.shared}
    expected = {node: parts for node in candidates if len(parts := components(person, without=node)) > 1}
    found = {point.nodes[0][:3]: point for point in cohesion.records()}
    assert set(found) == set(expected)
    for node, point in found.items():
        assert point.sizes == tuple(sorted(map(len, expected[node]), reverse=True))
        assert sorted(map(set, cohesion.parts(point)), key=sorted) == sorted(expected[node], key=sorted)


@settings(max_examples=150, deadline=None)
@given(people())
def test_links_that_alone_hold_the_person_are_the_bridges_of_networkx(pieces: list[Piece]) -> None:
    plain = [piece for piece in pieces if piece.is_joining and piece.shared is None]
    whole = max(components(plain), key=lambda part: (len(part), min(part)))
    person = [piece for piece in plain if piece.left in whole]
    graph = Graph((piece.left, piece.right) for piece in person)
    cohesion = Cohesion(Evidence(person))
    assert {point.nodes for point in cohesion.links()} == {tuple(sorted(link)) for link in networkx.bridges(graph)}
    for point in cohesion.links():
        parts = cohesion.parts(point)
        assert point.sizes == tuple(map(len, parts)) and len(parts) == 2
    for one, other in combinations(sorted(graph), 2):
        records, links = cohesion.between(one, other)
        assert set(records) == {
            node for node in set(graph) - {one, other}
            if not networkx.has_path(networkx.subgraph(graph, set(graph) - {node}), one, other)
        }  # fmt: skip
        assert set(links) == {
            point.nodes for point in cohesion.links()
            if not networkx.has_path(networkx.restricted_view(graph, [], [point.nodes]), one, other)
        }  # fmt: skip


def test_a_chain_prefers_a_strong_detour_and_never_leads_through_a_number() -> None:
    a, b, c = record(1), record(2), record(3)
    detour = [Piece(a, b, "crm_record", 1), Piece(b, c, "crm_record", 1), Piece(a, c, "e_receipt", 2)]
    assert Evidence(detour).chains(a).to(c) == [a, b, c]
    number = [Piece(NUMBER, node, "crm_record", 1, is_joining=False) for node in (a, c)]
    assert Evidence(number).chains(a).to(c) is None
    assert Evidence(number).chains(NUMBER).to(c) == [NUMBER, c]


def test_a_person_of_a_hundred_thousand_identifiers_takes_seconds() -> None:
    # A chain of records, each with a record that hangs on it alone.
    spine = [record(number) for number in range(50_000)]
    teeth = [record(number) for number in range(50_000, 100_000)]
    ends = [*zip(spine, spine[1:]), *zip(teeth, spine)]
    pieces = [Piece(left, right, "crm_record", 1 + number % 3) for number, (left, right) in enumerate(ends)]
    random.Random(5).shuffle(pieces)
    started = time.process_time()
    cohesion = Cohesion(evidence := Evidence(pieces))
    found = evidence.chains(teeth[0]).to(teeth[-1])
    assert found is not None and len(found) == 50_002
    assert len(cohesion.records()) == 50_000
    assert len(cohesion.links()) == 99_999
    assert len(cohesion.between(teeth[0], teeth[-1])[0]) == 50_000
    assert time.process_time() - started < 40


@pytest.fixture(scope="module")
def built(shared_house: House) -> House:
    house = shared_house
    house.land("crm/customers.csv", [
        client("crm_eu", "0007", "Zoé Twice", "twice@post.example", phone="+33 1 99 00 11 22"),
        client("crm_uk", "0007", "Zoe Twice", "twice@post.example"),
        client("crm_cn", "z3", "Zoe Twice", "three@post.example", phone="+33199001122"),
        client("crm_eu", "wife", "Hana Household", "home@post.example", birth_date="1980-02-03"),
        client("crm_eu", "husband", "Hugo Household", "home@post.example", birth_date="1979-05-06"),
        client("crm_eu", "left", "Lea Left", "left@post.example"),
        client("crm_eu", "right", "Rosa Right", "right@post.example"),
        client("crm_eu", "alone", "Alma Alone"),
    ])  # fmt: skip
    order = {"source_system": "crm_eu", "ordered_at": "2024-03-01T00:00:00Z", "currency_code": "EUR"}
    house.land("ecommerce/orders.csv", [
        order | {"order_id": "between1", "customer_id": "no-name", "email": "left@post.example"},
        order | {"order_id": "between2", "customer_id": "no-name", "email": "right@post.example"},
        order | {"order_id": "guest", "email": "three@post.example", "is_guest_checkout": "true"},
    ])  # fmt: skip
    house.land("pos/transactions.csv", [
        {"transaction_id": "r1", "source_system": "crm_eu", "loyalty_id": "L1", "sold_at": "2024-03-02T10:00:00Z"},
        {"transaction_id": "r3", "source_system": "crm_eu", "customer_id": "husband",
         "receipt_email": "left@post.example", "sold_at": "2024-03-02T10:00:00Z"},
    ])  # fmt: skip
    house.land("loyalty/members.csv", [
        {"loyalty_id": "L1", "source_system": "crm_eu", "customer_id": "0007", "joined_at": "2024-01-01T00:00:00Z"},
    ])  # fmt: skip
    house.land_json("ga360/maison_fr/ga_sessions_20240510.json.gz", [
        visit("11", 0, (*LOGIN, "twice@post.example"), crm="0007"),
        visit("66", 0, (*LOGIN, "home@post.example")),
    ])  # fmt: skip
    models = ("+customer_cohesion", "+int_identity__refused_links", "+customers", "+customer_key_changes")
    house.build_tables("-s", *models)
    return house


def why(house: House, *identifiers: str) -> str:
    text = read_why(house.database, *identifiers)
    assert "@" not in text and "33199" not in text
    hashes = house.query("select identifier_value from marts.customer_identifiers where identifier_type = 'email'")
    assert not any(value in text for (value,) in hashes), "a keyed hash in full"
    return text


def test_two_records_of_one_person_are_explained_by_the_strongest_chain(built: House) -> None:
    text = why(built, "crm_uk:0007", "crm_eu:0007")
    assert text.startswith("crm_customer:crm_uk:0007 and crm_customer:crm_eu:0007 are one person: ")
    assert "Strongest chain: 1 link\n" in text
    assert "strong: both carry email:v1_EU:" in text and "and the same name, seen " in text
    # The mailbox ties them whichever way one goes; a record does not.
    assert "One record alone holds the two together:\n  email:v1_EU:" in text


def test_the_weakest_link_is_the_number_with_the_name(built: House) -> None:
    text = why(built, "loyalty:crm_eu:L1", "guest")
    assert "Strongest chain: 4 links" in text
    weakest = text.split("Weakest link: ")[1].splitlines()[0]
    assert weakest.startswith("crm_customer:crm_eu:0007 – crm_customer:crm_cn:z3, medium: both carry phone:v1_EU:")
    alone = text.split("Without any one of these")[1]
    assert "crm_customer:crm_eu:0007" in alone and "crm_customer:crm_cn:z3" in alone and "phone:v1_EU:" in alone


def test_a_person_is_told_whole_by_key_or_by_any_identifier(built: House) -> None:
    people = dict(built.query("select identifier_value, customer_key from marts.customer_identifiers"))
    key = people["L1"]
    rows = built.query("select customer_key from marts.customer_identifiers")
    count = rows.count((key,))
    text = why(built, key)
    assert text == why(built, key[:8])
    assert text.startswith(f"{key}: {count} identifiers\n")
    said = text.split("Strongest chains")[1].split("\n\n")[0].splitlines()[1:]
    assert len(said) == count - 1 and "no chain" not in text
    assert any(line.startswith("  web_visitor:maison_fr:11: someone signed in with it") for line in said)
    assert any("pos_transaction:crm_eu:r1: it names this card by way of" in line for line in said)
    assert "Weakest link of the whole: crm_customer:crm_cn:z3 – crm_customer:crm_eu:0007, medium" in text
    assert "without crm_customer:crm_cn:z3: " in text
    by_receipt = why(built, "r1").splitlines()
    assert by_receipt[3].startswith("  pos_transaction:crm_eu:r1: "), "what was asked for stands first"
    assert sorted(by_receipt) == sorted(text.splitlines())


def test_one_record_alone_says_so(built: House) -> None:
    assert why(built, "alone").splitlines()[1:] == [
        "  crm_customer:crm_eu:alone", "It stands alone: nothing else is tied to it.",
    ]  # fmt: skip
    assert "the same identifier" in why(built, "alone", "alone")


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("wife", "husband", "that address is claimed by people of different names"),
        ("left", "right", "two names would meet over an id without a name"),
        ("husband", "left", "a till receipt of the client went to this address, but better evidence gives the address"),
        ("alone", "wife", "Nothing the house knows points from one to the other."),
    ],
)
def test_two_people_are_said_to_be_two_with_the_nearest_that_was_not_believed(
    built: House, one: str, other: str, reason: str
) -> None:
    for text in (why(built, one, other), why(built, other, one)):
        assert text.startswith("Two people: ")
        assert reason in text


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ("0007", "0007 is 2 identifiers: crm_customer:crm_eu:0007, crm_customer:crm_uk:0007. Name one of them in full"),
        ("nobody-1", "nobody-1: no customer key and no identifier of anyone"),
        ("home@post.example", "Addresses are not kept in clear here"),
        ("+33199001122", "What was given: no customer key"),
        ("66", "web_visitor:maison_fr:66 is nobody's: only identifiers that are nobody's were seen on it"),
    ],
)
def test_what_cannot_be_explained_is_named(built: House, given: str, cause: str) -> None:
    with pytest.raises(HouseError, match=cause) as raised:
        read_why(built.database, given)
    assert "home@" not in str(raised.value) and "33199" not in str(raised.value)


def test_the_shared_mailbox_is_nobodys(built: House) -> None:
    (mailbox,), = built.query("select identifier_value from intermediate.int_identity__shared_identifiers")  # fmt: skip
    with pytest.raises(HouseError, match="nobody's: that address is claimed by people of different names"):
        read_why(built.database, mailbox)


def test_every_identifier_of_a_customer_has_a_chain_of_evidence(built: House) -> None:
    rows = built.query("select left_type, left_system, left_value, right_type, right_system, right_value"
                       " from marts.customer_evidence")  # fmt: skip
    graph = Graph((row[:3], row[3:]) for row in rows)
    owners = {}
    for key, *node in built.query("select customer_key, identifier_type, identifier_system, identifier_value"
                                  " from marts.customer_identifiers"):  # fmt: skip
        graph.add_node(tuple(node))
        owners[tuple(node)] = key
    people = [{owners[node] for node in part} for part in networkx.connected_components(graph)]
    assert all(len(keys) == 1 for keys in people)
    assert len(people) == len(set(owners.values()))


def test_a_database_that_was_never_built_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HouseError, match="rendezvous build"):
        read_why(tmp_path / "none.duckdb", "A1")
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    with pytest.raises(HouseError, match="rendezvous build"):
        read_why(tmp_path / "empty.duckdb", "A1")


def test_the_command_prints_what_was_read(built: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDEZVOUS_DUCKDB", str(built.database))
    done = CliRunner().invoke(explain_command.command, ["crm_eu:0007", "--limit", "1"])
    assert done.exit_code == 0 and "more (--limit)" in done.output
    assert CliRunner().invoke(explain_command.command, []).exit_code == 2
