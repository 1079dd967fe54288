"""Small scenes for tests of journeys and profiles: web sessions as GA360 exports them, and a build of the marts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from conftest import House

MARTS = ("+touchpoints", "+customer_journeys", "+appointment_profiles", "+appointment_profile_items")
PARIS = ZoneInfo("Europe/Paris")


def build_marts(house: House) -> None:
    """Builds journeys and profiles and what they rest on, without tests."""
    house.build(
        "-s", *MARTS, "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"
    )


def instant(text: str) -> datetime:
    """'2024-05-20 09:00' in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def session(visitor: str, starts: str, hits: Iterable[dict], crm_id: str = "") -> dict:
    """A GA360 session of maison_fr; hits are seconds apart. `crm_id` fills the session's client id slot."""
    began = int(instant(starts).timestamp())
    listed = [
        {"hitNumber": str(n), "time": str(n * 1000), "isInteraction": True,
         "page": {"pagePath": "/", "hostname": "www.example.com"}, **hit}
        for n, hit in enumerate(hits, start=1)
    ]  # fmt: skip
    return {
        "fullVisitorId": visitor, "visitId": str(began), "visitStartTime": str(began), "visitNumber": "1",
        "date": instant(starts).astimezone(PARIS).strftime("%Y%m%d"),
        "clientId": f"{visitor}.1", "channelGrouping": "Direct",
        "totals": {"visits": "1", "hits": str(len(listed))},
        "trafficSource": {"source": "(direct)", "medium": "(none)"},
        "device": {"browser": "Firefox", "deviceCategory": "desktop"}, "geoNetwork": {"country": "France"},
        "customDimensions": [{"index": "3", "value": crm_id}] if crm_id else [],
        "hits": listed,
    }  # fmt: skip


def look(product: str) -> dict:
    """A product page looked at."""
    return {
        "type": "PAGE", "product": [{"productSKU": product, "v2ProductName": product}],
        "eCommerceAction": {"action_type": "2"},
    }  # fmt: skip


def sign_in(email: str) -> dict:
    """A sign-in whose hit carries the hash of the e-mail."""
    return {
        "type": "EVENT", "eventInfo": {"eventCategory": "account", "eventAction": "login"},
        "customDimensions": [{"index": "12", "value": hashlib.sha256(email.encode()).hexdigest()}],
    }  # fmt: skip


def land_sessions(house: House, *sessions: dict) -> None:
    """Writes sessions into the daily exports of their dates."""
    days: dict[str, list[dict]] = {}
    for each in sessions:
        days.setdefault(each["date"], []).append(each)
    for day, rows in days.items():
        house.land_json(f"ga360/maison_fr/ga_sessions_{day}.json.gz", rows)
