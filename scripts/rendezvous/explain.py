"""Why identifiers are one person's, in plain words: reads what a build left behind, and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from rendezvous import HouseError
from rendezvous.database import connect as open_database
from rendezvous.evidence import Chains, Cohesion, Evidence, Node, Piece, WeakPoint, steps

SHOWN = 40
_HASHED = ("email", "phone")
_SHORTEST_PREFIX = 8
# Weak points are told with their parts; those after the first few part less.
_POINTS = 3
_STRENGTHS = {1: "strong", 2: "medium", 3: "presumed (medium; nothing contradicts it yet)"}
_KINDS = {
    "crm_record": "the client record carries it",
    "login": "someone signed in with both",
    "account_creation": "an account was opened with both",
    "web_session": "one session of the site knew just these two",
    "web_order": "an online order on the site carried both",
    "loyalty": "a loyalty membership names both",
    "app_install": "an app was opened with both",
    "online_order": "an online order names both",
    "e_receipt": "a till receipt of the client went to this address",
    "appointment": "an appointment names both",
    "service_case": "a service case names both",
    "newsletter": "a newsletter form names both",
    "customer_id": "it names this client record",
    "loyalty_id": "it names this card",
    "email": "it names this address",
    "buyer_id": "the marketplace names this buyer",
    "sign_in": "someone signed in with it on this device",
    "order": "an order on this device names it",
    "steward": "a steward said they are one person",
    "steward_different": "a steward looked at both",
}
_REASONS = {
    "staff": "that address is an employee's",
    "several_people": "that address is claimed by people of different names",
    "spells_another": "that address spells the name of another client of the family",
    "too_many_client_records": "too many client records carry it",
    "too_many_addresses": "that client record goes with too many addresses",
    "too_many_devices": "it was seen on too many devices",
    "too_many_new_records": "too many client records took it up within a week",
    "half_of_all_records": "half of all records hang on it",
    "group_too_large": "the two would be of a person of more identifiers than one has",
    "number_of_several_people": "a number alone joins nobody",
    "weak_evidence": "anyone can write that for anyone",
    "better_evidence": "better evidence gives the address to another client",
    "contradicted": "two names would meet over an id without a name, or two records that a steward parted",
    "two_people": "said that they are two people",
    "contradictory_decisions": "another verdict parts them",
}
_DEVICES = {
    "several_people": "several people were on it",
    "public": "more people were on it than a household has",
    "store_device": "it stands in a boutique",
    "machine": "most of its visits are a robot's or a test's",
    "shared_identifier": "only identifiers that are nobody's were seen on it",
}
_IDENTIFIERS = """
select customer_key, identifier_type, identifier_system, identifier_value
from marts.customer_identifiers
where $1 in (
        identifier_value,
        identifier_system || ':' || identifier_value,
        identifier_type || ':' || identifier_value,
        identifier_type || ':' || identifier_system || ':' || identifier_value
    )
    or (
        identifier_type in ('email', 'phone') and length($1) >= 12
        and (starts_with(identifier_value, $1) or starts_with(identifier_type || ':' || identifier_value, $1))
    )
order by 2, 3, 4
"""
_KEYS = "select customer_key from marts.customers where starts_with(customer_key, $1) order by 1 limit 9"
_OLD_KEYS = """
select customer_key, changed_at, other_customer_key, why, decision_id, current_customer_key
from marts.customer_key_changes
where starts_with(customer_key, $1) and change in ('merged_into', 'retired')
qualify row_number() over (partition by customer_key order by build_number desc) = 1
order by 1
limit 9
"""
_NOBODYS = """
select identifier_type, identifier_system, identifier_value, reason
from intermediate.int_identity__shared_identifiers
where $1 in (
        identifier_value,
        identifier_system || ':' || identifier_value,
        identifier_type || ':' || identifier_value,
        identifier_type || ':' || identifier_system || ':' || identifier_value
    )
    or (length($1) >= 12 and identifier_type in ('email', 'phone')
        and (starts_with(identifier_value, $1) or starts_with(identifier_type || ':' || identifier_value, $1)))
union all
select 'web_visitor', property, visitor_id, verdict
from intermediate.int_identity__device_owners
where customer_key is null
    and $1 in (
        visitor_id, property || ':' || visitor_id, 'web_visitor:' || visitor_id,
        'web_visitor:' || property || ':' || visitor_id
    )
order by 1, 2, 3
"""
_PERSON = """
select identifiers.identifier_type, identifiers.identifier_system, identifiers.identifier_value,
    identifiers.first_seen_at
from marts.customer_identifiers as identifiers
left join reference.identifier_types as types on identifiers.identifier_type = types.identifier_type
where customer_key = $1
order by identifiers.identifier_type in ('phone', 'web_visitor'), identifiers.identifier_type <> 'crm_customer',
    first_seen_at nulls last, type_rank, identifier_system, identifier_value
"""
_EVIDENCE = """
select left_type, left_system, left_value, right_type, right_system, right_value, linked_by, evidence_rank,
    is_joining, shared_type, shared_value, signal_count, first_seen_at, last_seen_at
from marts.customer_evidence where customer_key = $1
"""
_REFUSED = """
with own as (
    select node_key, customer_key from intermediate.int_identity__customer_map where customer_key in ($1, $2)
),
touching as (
    select own.customer_key, left_node_key as own_key, right_node_key as far_key, linked_by, reason
    from intermediate.int_identity__refused_links inner join own on left_node_key = own.node_key
    union
    select own.customer_key, right_node_key, left_node_key, linked_by, reason
    from intermediate.int_identity__refused_links inner join own on right_node_key = own.node_key
),
named as (
    select touching.*,
        [near.identifier_type, near.identifier_system, near.identifier_value] as own_name,
        [far.identifier_type, far.identifier_system, far.identifier_value] as far_name
    from touching
    inner join intermediate.int_identity__nodes as near on own_key = near.node_key
    inner join intermediate.int_identity__nodes as far on far_key = far.node_key
)
select 1, own_name, linked_by, reason, far_name, null, null, null
from named inner join own on far_key = own.node_key and own.customer_key = $2
where named.customer_key = $1
union all
select 2, one.own_name, one.linked_by, one.reason, one.far_name, other.linked_by, other.reason, other.own_name
from named as one inner join named as other on one.far_key = other.far_key
where one.customer_key = $1 and other.customer_key = $2
order by all
limit 3
"""


@dataclass(frozen=True)
class Found:
    """What an argument names: a person, by one identifier or (node None) by the customer key, today's or an old one."""

    customer_key: str
    node: Node | None
    once: str = ""


@dataclass(frozen=True)
class Person:
    """A person's identifiers, the eldest record first, and the evidence between them."""

    customer_key: str
    nodes: list[Node]
    evidence: Evidence


def read_why(path: Path, identifier: str, other: str | None = None, limit: int = SHOWN) -> str:
    """Why one person's identifiers, or these two, hang together.

    Raises HouseError when nothing is built there, or when an identifier is unknown, nobody's or ambiguous.
    """
    if not path.is_file():
        raise HouseError(f"{path} does not exist: run `rendezvous build` first.")
    try:
        with open_database(path, read_only=True) as connection:
            return "\n".join(_why(connection, identifier, other, limit))
    except duckdb.CatalogException as error:
        raise HouseError(f"{path} holds no evidence yet: run `rendezvous build` first.") from error
    except duckdb.IOException as error:
        raise HouseError(f"{path} cannot be opened; a build may be running. Try again.") from error


def _why(connection: duckdb.DuckDBPyConnection, identifier: str, other: str | None, limit: int) -> list[str]:
    first = _find(connection, identifier)
    if other is None:
        person = _person(connection, first.customer_key)
        return _renamed(first) + _whole(person, first.node or person.nodes[0], limit)
    second = _find(connection, other)
    lines = _renamed(first, second)
    if first.customer_key != second.customer_key:
        return lines + _apart(connection, first, second)
    person = _person(connection, first.customer_key)
    return lines + _pair(person, first.node or person.nodes[0], second.node or person.nodes[0], limit)


def _renamed(*found: Found) -> list[str]:
    told = [each.once for each in found if each.once]
    return [*told, ""] if told else []


def _find(connection: duckdb.DuckDBPyConnection, given: str) -> Found:
    given = given.strip().removesuffix("…")
    found = [Found(key, tuple(node)) for key, *node in connection.execute(_IDENTIFIERS, [given]).fetchall()]
    if not found and len(given) >= _SHORTEST_PREFIX:
        keys = connection.execute(_KEYS, [given.lower()]).fetchall()
        found = [Found(key, None) for (key,) in keys] or _find_old(connection, given.lower())
    if not found:
        raise HouseError(_unknown(connection, given))
    if len(found) > 1:
        names = ", ".join(_name(each.node) if each.node else each.customer_key for each in found[:9])
        raise HouseError(f"{given} is {len(found)} identifiers: {names}. Name one of them in full.")
    return found[0]


def _find_old(connection: duckdb.DuckDBPyConnection, given: str) -> list[Found]:
    """The people whose former key begins so; HouseError when nothing is left of them."""
    found = []
    for key, changed_at, elder, why, decision, current in connection.execute(_OLD_KEYS, [given]).fetchall():
        day = f"{changed_at:%Y-%m-%d}"
        if current is None:
            raise HouseError(f"{key} is nobody any more: by {day} no source named that person.")
        by = f"verdict {decision}" if decision else why.replace("_", " ")
        cause = f"one person since {day}, by {by}" if elder else f"no source named that person by {day}"
        found.append(Found(current, None, f"{key} is now {current}: {cause}."))
    return found


def _unknown(connection: duckdb.DuckDBPyConnection, given: str) -> str:
    nobodys = connection.execute(_NOBODYS, [given]).fetchall()
    if nobodys:
        *node, reason = nobodys[0]
        said = _DEVICES.get(reason, reason) if node[0] == "web_visitor" else _because(reason)
        return f"{_name(tuple(node))} is nobody's: {said}."
    if "@" in given:
        return "Addresses are not kept in clear here: give a client number, or the reconciliation key of the address."
    return f"{_echo(given)}: no customer key and no identifier of anyone. Write system:value, as crm_eu:0007."


def _person(connection: duckdb.DuckDBPyConnection, customer_key: str) -> Person:
    nodes = [(kind, system, value) for kind, system, value, _ in connection.execute(_PERSON, [customer_key]).fetchall()]
    rows = connection.execute(_EVIDENCE, [customer_key]).fetchall()
    return Person(customer_key, nodes, Evidence(_piece(row) for row in rows))


def _piece(row: tuple) -> Piece:
    shared = (row[9], "", row[10]) if row[10] else None
    return Piece(row[0:3], row[3:6], row[6], row[7], row[8], shared, row[11], row[12], row[13])


def _pair(person: Person, one: Node, other: Node, limit: int) -> list[str]:
    lines = [f"{_name(one)} and {_name(other)} are one person: {person.customer_key}"]
    if one == other:
        return [*lines, "They are the same identifier."]
    found = person.evidence.chains(one).to(other)
    if found is None:
        raise HouseError(f"{person.customer_key}: no chain of evidence; the marts are of different runs, build again.")
    links = steps(found)
    lines += ["", f"Strongest chain: {_counted(len(links), 'link')}", f"  {_name(one)}"]
    for index, (left, right) in enumerate(links):
        if limit <= index < len(links) - 1:
            lines += [f"  … {_counted(len(links) - limit - 1, 'link')} more …"] if index == limit else []
            continue
        lines += [*_evidence_lines(person.evidence, left, right), f"  {_name(right)}"]
    weakest = max(links, key=lambda link: person.evidence.best(*link).rank)
    lines += ["", f"Weakest link: {_link(person.evidence, *weakest)}"]
    records, bridges = Cohesion(person.evidence, ends=(one, other)).between(one, other)
    lines += [*_alone("record", [_name(node) for node in records], limit)]
    return lines + _alone("link", [f"{_name(a)} – {_name(b)}" for a, b in bridges], limit)


def _alone(what: str, names: list[str], limit: int) -> list[str]:
    if not names:
        return [f"No {what} alone holds the two together."]
    more = [f"  … and {len(names) - limit} more"] if len(names) > limit else []
    title = f"Without any one of these {_counted(len(names), what)} the two fall apart:"
    if len(names) == 1:
        title = f"One {what} alone holds the two together:"
    return [title, *(f"  {name}" for name in names[:limit]), *more]


def _whole(person: Person, source: Node, limit: int) -> list[str]:
    evidence, nodes = person.evidence, person.nodes
    lines = [f"{person.customer_key}: {_counted(len(nodes), 'identifier')}"]
    if len(nodes) == 1:
        return [*lines, f"  {_name(nodes[0])}", "It stands alone: nothing else is tied to it."]
    eldest = nodes[0]
    lines += ["", f"Strongest chains from the eldest record, {_name(eldest)}"]
    # The identifier that was asked for stands first; the others as old as they are.
    others = sorted(nodes[1:], key=lambda node: node != source)
    chains = evidence.chains(eldest)
    lines += [_chain(evidence, chains, node) for node in others[:limit]]
    if len(others) > limit:
        lines.append(f"  … and {len(others) - limit} more (--limit)")
    lines += ["", *_weakest_of_all(evidence, chains, nodes[1:])]
    cohesion = Cohesion(evidence)
    lines += _weak_points("record", cohesion, cohesion.records())
    return lines + _weak_points("link", cohesion, cohesion.links())


def _chain(evidence: Evidence, chains: Chains, node: Node) -> str:
    found = chains.to(node)
    if found is None:
        return f"  {_name(node)}: no chain of evidence; the marts are of different runs, build again"
    between = [_name(step) for step in found[1:-1]]
    if len(between) > 4:
        between = [*between[:2], f"{len(between) - 3} more", between[-1]]
    via = f" by way of {' – '.join(between)}" if between else ""
    return f"  {_name(node)}: {_said(evidence.best(found[-2], node))}{via}; {_STRENGTHS[chains.weakest[node]]}"


def _weakest_of_all(evidence: Evidence, chains: Chains, others: list[Node]) -> list[str]:
    known = [node for node in others if node not in evidence.listed and node in chains.weakest]
    if not known:
        return ["Only devices and numbers hang on the record: nothing else makes the person."]
    last = max(known, key=lambda node: chains.weakest[node])
    found = chains.to(last) or []
    weakest = max(steps(found), key=lambda link: evidence.best(*link).rank)
    return [f"Weakest link of the whole: {_link(evidence, *weakest)}"]


def _weak_points(what: str, cohesion: Cohesion, points: list[WeakPoint]) -> list[str]:
    parting = [point for point in points if point.lost]
    if not parting:
        return [f"No {what} alone holds client records, memberships or addresses together."]
    lines = [f"Without any one of {_counted(len(parting), what)} the person falls apart:"]
    if len(parting) == 1:
        lines = [f"One {what} alone holds the person together:"]
    for point in parting[:_POINTS]:
        parts = [part for part in cohesion.parts(point) if part]
        lines.append(f"  without {' – '.join(map(_name, point.nodes))}: {_counted(len(parts), 'part')}")
        lines += [f"    {_listed(part)}" for part in parts[:4]]
        lines += [f"    … and {_counted(len(parts) - 4, 'part')} more"] if len(parts) > 4 else []
    return lines + ([f"  … and {len(parting) - _POINTS} more"] if len(parting) > _POINTS else [])


def _listed(part: list[Node]) -> str:
    more = f", {len(part) - 4} more" if len(part) > 4 else ""
    return ", ".join(map(_name, part[:4])) + more


def _apart(connection: duckdb.DuckDBPyConnection, one: Found, other: Found) -> list[str]:
    lines = [f"Two people: {_whose(one)}, {_whose(other)}."]
    refused = connection.execute(_REFUSED, [one.customer_key, other.customer_key]).fetchall()
    if not refused:
        return [*lines, "Nothing the house knows points from one to the other."]
    lines += ["", "Nearest, and not believed:"]
    for links, own, kind, reason, far, kind_there, reason_there, own_there in refused:
        lines.append(f"  {_name(tuple(own))} – {_name(tuple(far))}: {_kind(kind)}, but {_because(reason)}")
        if links == 2:
            lines.append(
                f"    and {_name(tuple(far))} – {_name(tuple(own_there))}:"
                f" {_kind(kind_there)}, but {_because(reason_there)}"
            )
    return lines


def _whose(found: Found) -> str:
    return f"{_name(found.node)} is {found.customer_key}" if found.node else found.customer_key


def _because(reason: str) -> str:
    return _REASONS.get(reason, reason.replace("_", " "))


def _evidence_lines(evidence: Evidence, left: Node, right: Node) -> list[str]:
    found = evidence.between[frozenset((left, right))]
    more = len(found) - 1
    lines = [f"    {_STRENGTHS[found[0].rank]}: {_said(found[0])}, {_seen(found[0])}"]
    return lines + ([f"    and {_counted(more, 'piece')} of evidence more"] if more else [])


def _link(evidence: Evidence, left: Node, right: Node) -> str:
    piece = evidence.best(left, right)
    return f"{_name(left)} – {_name(right)}, {_STRENGTHS[piece.rank]}: {_said(piece)}"


def _said(piece: Piece) -> str:
    if piece.shared is None:
        return _kind(piece.linked_by)
    agreed = piece.linked_by.partition("_and_")[2].replace("_", " ")
    return f"both carry {_name(piece.shared)} and the same {agreed}"


def _kind(linked_by: str) -> str:
    return _KINDS.get(linked_by, linked_by.replace("_", " "))


def _seen(piece: Piece) -> str:
    times = _counted(piece.signal_count, "time")
    if piece.first_seen_at is None or piece.last_seen_at is None:
        return f"seen {times}, no date known"
    first, last = _date(piece.first_seen_at), _date(piece.last_seen_at)
    return f"seen {times}, on {first}" if first == last else f"seen {times}, {first} to {last}"


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _full(node: Node) -> str:
    return ":".join(part for part in node[:3] if part)


def _name(node: Node) -> str:
    """The identifier as it can be given back to the command; keyed hashes are shortened."""
    name = _full(node)
    length = len(node[0]) + 17
    return f"{name[:length]}…" if node[0] in _HASHED and len(name) > length else name


def _echo(given: str) -> str:
    """What was typed, unless it may be an address or a telephone number."""
    is_number = given.startswith("+") or (given.startswith("00") and len(given) > 10)
    return "What was given" if is_number or "@" in given else given
