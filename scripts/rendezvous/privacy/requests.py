"""Requests of people about their data, as they stand in staging, and what has been answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from rendezvous import HouseError

_LOG = """
create table if not exists vault.privacy_log (
    request_id varchar, kind varchar, subject_type varchar, done_at timestamp, outcome varchar, certificate varchar
)
"""
_REQUESTS = """
select requests.request_id, requests.kind, subject_type, subject_id, received_at, identity_verified_at,
    coalesce(requests.status, '')
from staging.stg_privacy__requests as requests
"""
_DEADLINES = """
left join vault.privacy_request_deadlines as deadlines on requests.request_id = deadlines.request_id
"""


@dataclass(frozen=True)
class Request:
    """One request: who asks what, and since when the house is sure that it is the person who asks."""

    request_id: str
    kind: str
    subject_type: str
    subject_id: str
    received_at: datetime | None
    identity_verified_at: datetime | None
    status: str


class NotVerified(HouseError):
    """The request is real, but nobody has made sure that the person asking is the subject."""


def open_log(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes sure that `vault.privacy_log` is there: which request was answered when, with what outcome."""
    connection.execute("create schema if not exists vault")
    connection.execute(_LOG)


def find(connection: duckdb.DuckDBPyConnection, request_id: str, kinds: tuple[str, ...]) -> Request:
    """The request of a number. Raises HouseError when there is none, it asks something else, or is not verified."""
    rows = _read(connection, "where request_id = ?", [request_id])
    if not rows:
        raise HouseError(
            f"privacy.requests: no request {request_id} stands in this database. Land it and run `rendezvous build`,"
            " or look into quarantine.rejected_rows."
        )
    request = rows[0]
    if request.kind not in kinds:
        raise HouseError(
            f"privacy.requests: request {request_id} asks for {request.kind}, not for {' or '.join(kinds)}."
        )
    if request.identity_verified_at is None:
        raise NotVerified(
            f"privacy.requests: request {request_id}: identity_verified_at is empty. Make sure who is asking first;"
            " nothing was done."
        )
    return request


def due(connection: duckdb.DuckDBPyConnection, kinds: tuple[str, ...]) -> list[Request]:
    """Verified requests that nobody has answered: neither their source says so nor our own log. The one due first is
    the first, and before it what has no day."""
    listed = ", ".join("?" for _ in kinds)
    return _read(
        connection,
        f"""{_DEADLINES} where requests.kind in ({listed}) and identity_verified_at is not null
            and coalesce(requests.status, '') not in ('done', 'completed', 'closed', 'rejected')
            and requests.request_id not in (select request_id from vault.privacy_log)
        order by due_on nulls first, received_at nulls first, requests.request_id""",
        list(kinds),
    )


def remember(
    connection: duckdb.DuckDBPyConnection, request: Request, outcome: str, certificate: str, at: datetime
) -> None:
    """Writes down that a request was answered."""
    connection.execute("delete from vault.privacy_log where request_id = ?", [request.request_id])
    connection.execute(
        "insert into vault.privacy_log values (?, ?, ?, ?, ?, ?)",
        [request.request_id, request.kind, request.subject_type, at.replace(tzinfo=None), outcome, certificate],
    )


def _read(connection: duckdb.DuckDBPyConnection, where: str, values: list[str]) -> list[Request]:
    try:
        return [Request(*row) for row in connection.execute(_REQUESTS + where, values).fetchall()]
    except duckdb.CatalogException:
        raise HouseError(
            "staging.stg_privacy__requests or vault.privacy_request_deadlines does not exist: run `rendezvous build`"
            " first."
        ) from None
