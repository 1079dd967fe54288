"""Consent looked at again at the moment of use: what a build decided may have run out, or been withdrawn since."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import duckdb

from rendezvous import HouseError, landing
from rendezvous.contract import TABLES
from rendezvous.landing import DEMO_FOLDER
from rendezvous.privacy import engine

# The feeds by which a no can arrive.
FEEDS = ("consent", "newsletter", "privacy")
LAST_BUILD = """
select max(started_at) from staging.run_ledger where command in ('build', 'run') and status = 'completed'
"""
STATES = """
select recipient, status, is_allowed, reconfirm_due_at from marts.consent_states
where customer_key = ? and purpose = ?
"""


def clock() -> datetime:
    """The instant of use, in UTC without offset as the database has it: RENDEZVOUS_AS_OF in a replay, else now."""
    given = os.environ.get("RENDEZVOUS_AS_OF", "")
    if not given:
        return datetime.now(UTC).replace(tzinfo=None)
    instant = datetime.fromisoformat(given)
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def last_build(connection: engine.Connection) -> datetime | None:
    """When the last build that was completed began; None where none is on record."""
    try:
        started = connection.execute(LAST_BUILD).fetchone()
    except engine.MISSING:
        return None
    return None if started is None or started[0] is None else datetime.fromisoformat(started[0])


def landed_since_build(connection: engine.Connection) -> list[str]:
    """Files of the feeds above that came into the landing folder, or changed there, after the last build began."""
    built_at = last_build(connection)
    if built_at is None:
        return []
    files = [file for file in landing.read_folder(landing.landing_folder()).files if file.system in FEEDS]
    # A file's own time may be kept by a copy; the time its entry changed cannot be.
    return sorted(file.relative for file in files if file.path.stat().st_ctime > built_at.timestamp())


def refuse_if_landed(connection: engine.Connection) -> None:
    """Raises HouseError when a no may have landed that this database has not read."""
    _refuse(landed_since_build(connection), "Run `rendezvous build` first.")


def refuse_if_loaded(warehouse: engine.Warehouse, target: str) -> None:
    """The same of a house in BigQuery: its landing tables may have changed since (a load, an objection, an erasure),
    and files may lie in a landing folder that RENDEZVOUS_RAW names."""
    built_at = last_build(warehouse)
    if built_at is None:
        return
    tables = [f"{warehouse.dataset_of(system)}.{table}" for system in FEEDS for table in TABLES[system]]
    found = [name for name in tables if (changed := warehouse.changed_at(name)) and changed > built_at]
    if landing.landing_folder().resolve() != DEMO_FOLDER.resolve():
        found += landed_since_build(warehouse)
    _refuse(found, f"Run `rendezvous load --target {target}` and `dbt build --target {target}` first.")


def _refuse(landed: list[str], remedy: str) -> None:
    if landed:
        raise HouseError(f"{', '.join(landed)}: landed after the last build and may hold a withdrawal. {remedy}")


def why_not(connection: duckdb.DuckDBPyConnection, customer_key: str, purpose: str) -> str | None:
    """Why the purpose may not be pursued for a person at this moment, in words; None when it may."""
    rows = connection.execute(STATES, [customer_key, purpose]).fetchall()
    if not rows:
        return f"Nothing is on record of consent for {purpose}."
    for _, status, is_allowed, due_at in rows:
        if status == "refused":
            return f"Consent for {purpose} is refused."
        if due_at is not None and due_at <= clock():
            return f"Consent for {purpose} ran out on {due_at:%Y-%m-%d} and has not been confirmed."
        if status != "granted" or not is_allowed:
            return f"Consent for {purpose} is not given."
    return None
