"""An objection becomes denials in the consent lane, landed like any other word of the person."""

from __future__ import annotations

import csv
import hashlib
from datetime import datetime
from pathlib import Path

from rendezvous.contract import TABLES
from rendezvous.privacy import subject
from rendezvous.privacy.engine import Connection
from rendezvous.privacy.requests import Request

FILE = "consent/consent_events_objections.csv"
PURPOSES = (
    "profiling",
    "clienteling",
    "ad_sharing",
    "email_marketing",
    "sms_marketing",
    "phone_marketing",
    "messaging_app",
)
_PROFILES = ("marts.appointment_profile_items", "marts.appointment_profiles")
_APPOINTMENTS = (
    "select appointment_id from marts.appointment_profiles"
    " where customer_key in (select value from person where kind = 'customer')"
)


def events_of(connection: Connection, request: Request, at: datetime) -> list[dict[str, str]]:
    """A denial for each client record and purpose; of a person without a record, for what the request names."""
    records = [value.split("|", 1) for value in subject.values(connection, "crm_customer")]
    named = [(system, "crm_customer", value) for system, value in records]
    named = named or [("privacy_office", request.subject_type, request.subject_id)]
    return [
        {
            "consent_event_id": "objection-" + hashlib.md5(f"{request.request_id}|{system}|{value}|{purpose}".encode(),
                                                           usedforsecurity=False).hexdigest(),
            "source_system": system, "subject_type": kind, "subject_id": value, "purpose": purpose, "status": "refused",
            "occurred_at": (request.received_at or at).isoformat(timespec="seconds"),
            "received_at": (request.received_at or at).isoformat(timespec="seconds"),
            "proof_ref": f"privacy.requests/{request.request_id}",
        }
        for system, kind, value in named for purpose in PURPOSES
    ]  # fmt: skip


def land(folder: Path, events: list[dict[str, str]]) -> int:
    """Adds events to the landing's own file of objections; those that are there already are not repeated."""
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    known: set[str] = set()
    if path.is_file():
        with open(path, encoding="utf-8", newline="") as stream:
            known = {row["consent_event_id"] for row in csv.DictReader(stream)}
    new = [event for event in events if event["consent_event_id"] not in known]
    with open(path, "a", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, TABLES["consent"]["consent_events"], lineterminator="\n")
        if not known:
            writer.writeheader()
        writer.writerows(new)
    path.chmod(0o600)
    return len(new)


def close_profiles(connection: Connection) -> int:
    """Takes the person's profiles away at once; the next build makes of each what a refusal leaves."""
    removed = 0
    for table in _PROFILES:
        removed += connection.execute(f"delete from {table} where appointment_id in ({_APPOINTMENTS})").fetchone()[0]
    return removed
