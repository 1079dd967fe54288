"""Who a request is about: everything by which the house knows one person, as the table `person` (kind, value).

The identity graph says who is one person: all identifiers of their customer keys. An address, a number or a device that
others use too is nobody's there, and so never leads to a neighbour's rows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from rendezvous import HouseError
from rendezvous.privacy import matching
from rendezvous.privacy.engine import MISSING, Connection
from rendezvous.privacy.requests import Request
from rendezvous.privacy.targets import Target

_GRAPH = "marts.customer_identifiers"
# What the subject of a request is called in the graph. Hashes of contacts are those that staging made of the request.
_FOUND = """
select distinct identifiers.customer_key, identifiers.identifier_system, identifiers.identifier_value
from marts.customer_identifiers as identifiers
inner join vault.privacy_request_subjects as asked on identifiers.identifier_type = asked.identifier_type
    and identifiers.identifier_value = asked.subject_key
where asked.request_id = $1
"""
_IDENTIFIERS = f"from {_GRAPH} where customer_key in (select value from person where kind = 'customer')"
_HASHED = ("email", "email_sha256", "phone")
_TYPES = "('crm_customer', 'loyalty', 'web_visitor', 'web_user')"
_RECEIVED = "from intermediate.int_web__reconciliation_keys where identifier_value is not null"
_RECEIVED_IS_THEIRS = (
    "identifier_type || '|' || coalesce(identifier_system, '') || '|' || identifier_value"
    " in (select value from person where kind = 'identifier')"
)
_COLLECT = [
    ("email_key", f"select identifier_value {_IDENTIFIERS} and identifier_type = 'email'"),
    ("phone_key", f"select identifier_value {_IDENTIFIERS} and identifier_type = 'phone'"),
    ("crm_customer", f"select identifier_system || '|' || identifier_value {_IDENTIFIERS}"
                     " and identifier_type = 'crm_customer'"),
    ("loyalty", f"select identifier_value {_IDENTIFIERS} and identifier_type = 'loyalty'"),
    ("app_instance", f"select identifier_value {_IDENTIFIERS} and identifier_type = 'app_instance'"),
    ("marketplace_buyer", f"select identifier_system || '|' || identifier_value {_IDENTIFIERS}"
                          " and identifier_type = 'marketplace_buyer'"),
    ("web_visitor", f"select identifier_system || '|' || identifier_value {_IDENTIFIERS}"
                    " and identifier_type = 'web_visitor'"),
    ("identifier", "select identifier_type || '|' || coalesce(identifier_system, '') || '|' || identifier_value"
                   f" {_IDENTIFIERS}"),
    ("system_subject", "select identifier_system || '|' || identifier_type || '|' || lower(identifier_value)"
                       f" {_IDENTIFIERS} and identifier_type in {_TYPES}"),
    # Without the system that issued it, an id is the person's only if no other system has issued the same.
    ("subject", f"select identifier_type || '|' || lower(identifier_value) from {_GRAPH}"
                f" where identifier_type in {_TYPES} group by all having count(distinct customer_key) = 1"
                " and min(customer_key) in (select value from person where kind = 'customer')"),
    ("node", "select node_key from intermediate.int_identity__customer_map"
             " where customer_key in (select value from person where kind = 'customer')"),
    # Where verdicts part records, a node stands once for each level, which is before its key: '2|…'.
    ("node", "select node_key from intermediate.int_identity__verdict_parts"
             " where substr(node_key, 3) in (select value from person where kind = 'node')"),
    ("visitor", "select visitor_key from intermediate.int_identity__device_owners"
                " where customer_key in (select value from person where kind = 'customer')"),
    # Browsing without a yes never meets the graph, but it holds the ids that the site sent.
    ("visitor", f"select visitor_key {_RECEIVED} and visitor_key not in (select visitor_key"
                " from intermediate.int_identity__visitors where is_store_device)"
                f" group by visitor_key having bool_and({_RECEIVED_IS_THEIRS})"),
    # Of a device that several people use, the sessions in which the person was signed in.
    ("session", "select session_key from intermediate.int_identity__session_owners"
                " where customer_key in (select value from person where kind = 'customer')"),
    ("session", f"select session_key {_RECEIVED} group by session_key having bool_and({_RECEIVED_IS_THEIRS})"),
    ("session", "select session_key from staging.base_ga360__sessions"
                " where visitor_key in (select value from person where kind = 'visitor')"),
    ("session_part", "select session_part_key from staging.base_ga360__sessions"
                     " where session_key in (select value from person where kind = 'session')"),
    ("web_session", "select property || '|' || visitor_id || '|' || cast(visit_id as varchar)"
                    " from staging.base_ga360__sessions"
                    " where session_key in (select value from person where kind = 'session')"),
    ("web_client", "select property || '|' || client_id from staging.base_ga360__sessions"
                   " where visitor_key in (select value from person where kind = 'visitor')"),
]  # fmt: skip
# Sessions of others in which the person signed in as well: they stay, without the person's ids.
_SHARED = [
    ("shared_session", f"select session_key {_RECEIVED} and {_RECEIVED_IS_THEIRS}"
                       " and session_key not in (select value from person where kind = 'session')"),
    ("shared_session_part", "select session_part_key from staging.base_ga360__sessions"
                            " where session_key in (select value from person where kind = 'shared_session')"),
    ("shared_web_session", "select property || '|' || visitor_id || '|' || cast(visit_id as varchar)"
                           " from staging.base_ga360__sessions"
                           " where session_key in (select value from person where kind = 'shared_session')"),
]  # fmt: skip
# Clear contacts are read back from beside their hashes.
_CLEAR = [
    ("email", "reconciliation_key", "email"),
    ("email", "reconciliation_key", "relay_email"),
    ("email", "receipt_reconciliation_key", "receipt_email"),
    ("phone", "phone_key", "phone"),
]
_FOLLOWED = ("appointment", "touchpoint")

FOUND_BY = ("staging.base_ga360__sessions", "intermediate.int_web__reconciliation_keys",
            "intermediate.int_identity__visitors", "intermediate.int_identity__session_owners",
            "intermediate.int_identity__device_owners", "intermediate.int_identity__customer_map",
            "marts.customer_identifiers", "vault.key_aliases",
            "staging.base_privacy__requests")  # fmt: skip
"""The tables by which a person is found. Where an erasure is no single transaction they go last, in this order, so that
one that was broken off finds the person again."""


class Unknown(HouseError):
    """The request names nobody whom the house knows."""


class Ambiguous(HouseError):
    """What the request names belongs to several people."""


@dataclass(frozen=True)
class Person:
    """What was found: the customer keys, and how many values of each kind name them."""

    customer_keys: tuple[str, ...]
    values: dict[str, int]


def resolve(connection: Connection, request: Request, targets: list[Target]) -> Person:
    """Fills the table `person` for the subject of a request. Raises Unknown or Ambiguous.

    An address that stands under the keys of two jurisdictions is two people there, and both are who asks."""
    found = connection.execute(_FOUND, [request.request_id]).fetchall()
    keys = sorted({key for key, _, _ in found})
    names = {value for _, _, value in found}
    if len(keys) > (len(names) if request.subject_type in _HASHED else 1):
        raise Ambiguous(
            f"privacy.requests: request {request.request_id}: its {request.subject_type} names {len(keys)} people, in"
            f" {', '.join(sorted({system or 'the house' for _, system, _ in found}))}. Land a request that names one"
            " record by something unique, such as the e-mail address; nothing was done."
        )
    start(connection)
    if not keys:
        add_asked(connection, request)
        raise Unknown(
            f"privacy.requests: request {request.request_id}: nobody is known by this {request.subject_type}"
            + _why_shared(connection, request)
        )
    resolve_customers(connection, keys, targets)
    add_asked(connection, request)
    counts = dict(connection.execute("select kind, count(*) from person group by kind order by kind").fetchall())
    return Person(tuple(keys), counts)


def start(connection: Connection) -> None:
    """An empty table `person`, of this connection alone."""
    connection.execute("create temp table if not exists person (kind varchar, value varchar)")
    connection.execute("delete from person where true")


def resolve_customers(connection: Connection, keys: list[str], targets: list[Target]) -> None:
    """Fills the table `person` with all that names the people of some customer keys."""
    put(connection, [("customer", key) for key in keys])
    for kind, sql in (*_COLLECT, *_SHARED):
        _add(connection, kind, sql)
    _add_clear_contacts(connection, targets)
    for kind in _FOLLOWED:
        for target in targets:
            if (kind, (f"{kind}_{'id' if kind == 'appointment' else 'key'}",)) in target.keys and not target.is_landed:
                column = dict(target.keys)[kind][0]
                theirs = f"{target.guard} and ({matching.is_theirs(target)})"
                _add(connection, kind, f"select {column} from {target.name} where {theirs}")


def add_asked(connection: Connection, request: Request) -> None:
    """The subject as the request names it, so that the request's own row is found as well."""
    connection.execute(
        f"insert into person select 'subject', {matching.value_of('subject', ('subject_type', 'subject_id'))}"
        " from staging.stg_privacy__requests where request_id = $1",
        [request.request_id],
    )


def values(connection: Connection, kind: str) -> list[str]:
    """The values of one kind, sorted."""
    rows = connection.execute("select distinct value from person where kind = $1 order by value", [kind]).fetchall()
    return [row[0] for row in rows]


def put(connection: Connection, rows: list[tuple[str, str]]) -> None:
    """Adds (kind, value) to the table `person`, as data and not in a statement."""
    if rows:
        connection.executemany("insert into person values (?, ?)", rows)


def _add(connection: Connection, kind: str, sql: str) -> None:
    try:
        connection.execute(
            "insert into person select distinct $1, found.value"
            f" from ((select '' as value limit 0) union all {sql}) as found"  # the first half names the column
            " where found.value is not null and found.value not in (select value from person where kind = $1)",
            [kind],
        )
    except MISSING as error:
        # A part of the house may not be built (no web analytics); the graph itself must be.
        if "marts" in sql:
            raise HouseError(
                f"marts.customer_identifiers does not exist: run `rendezvous build` first ({error})."
            ) from None


def _add_clear_contacts(connection: Connection, targets: list[Target]) -> None:
    for target in targets:
        columns = {group[-1] for _, group in target.keys}
        for kind, key, clear in _CLEAR:
            if key in columns and clear in columns and target.name.startswith("staging.base_"):
                normal = matching.normal_email(clear) if kind == "email" else matching.normal_phone(clear)
                of_key = "email_key" if kind == "email" else "phone_key"
                _add(
                    connection,
                    kind,
                    f"select {normal} from {target.name}"
                    f" where {target.guard} and {key} in (select value from person where kind = '{of_key}')",
                )
    # The site knows an address by its SHA-256, and a subject may be named by either.
    for address in values(connection, "email"):
        digest = hashlib.sha256(address.encode()).hexdigest()
        rows = [
            ("identifier", f"email_sha256||{digest}"),
            ("subject", f"email_sha256|{digest}"),
            ("subject", f"email|{address}"),
        ]
        put(connection, rows)
    put(connection, [("subject", f"phone|{number}") for number in values(connection, "phone")])


def _why_shared(connection: Connection, request: Request) -> str:
    try:
        shared = connection.execute(
            """select reason from intermediate.int_identity__shared_identifiers as shared
            inner join vault.privacy_request_subjects as requests on shared.identifier_value = requests.subject_key
            where request_id = $1""",
            [request.request_id],
        ).fetchone()
    except MISSING:
        shared = None
    return " alone: several people use it, so land a request that names a client record." if shared else "."
