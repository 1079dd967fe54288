"""What leaves for a system and what a brief tells are decided when they are asked for, not when they were built."""

from __future__ import annotations

import csv
import os
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from click.testing import CliRunner

import test_brief
from rendezvous import HouseError
from rendezvous.commands import brief
from rendezvous.commands.privacy import command as privacy
from rendezvous.privacy import do_export_consents, recheck, requests

brief_database = test_brief.database

NOW = datetime.now(UTC).replace(tzinfo=None)
HOURS, NOTICE, AGAIN = "Asia/Seoul 08:00-21:00", datetime(2024, 3, 5), datetime(2025, 3, 5)
POLICIES = Path(__file__).resolve().parents[2] / "seeds" / "reference" / "jurisdiction_policies.csv"
WINDOW = re.compile(r"(\S+)( Mon-Fri)? ((?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d(?:,\d\d:\d\d-\d\d:\d\d)*)")


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "raw"
    (folder / "consent").mkdir(parents=True)
    monkeypatch.setenv("RENDEZVOUS_RAW", str(folder))
    monkeypatch.delenv("RENDEZVOUS_AS_OF", raising=False)
    return folder


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Built just now: Anna's no, Ben's yes that stands, Cleo's that has run out, Dan's no for an unknown address."""
    path = tmp_path / "rendezvous.duckdb"
    monkeypatch.setenv("RENDEZVOUS_DUCKDB", str(path))
    people = [
        ("anna", "crm_customer", "0007", "refused", False, None),
        ("ben", "email", "v1_EU:ben", "granted", True, NOW + timedelta(days=1)),
        ("cleo", "email", "v1_EU:cleo", "granted", True, NOW - timedelta(seconds=1)),
        ("dan", "email", "v1_EU:dan", "refused", False, None),
    ]
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema staging")
        connection.execute(
            "create table staging.run_ledger as select 'build' as command, 'completed' as status,"
            " ?::text as started_at",
            [datetime.now(UTC).isoformat(sep=" ")],
        )
        connection.execute(
            "create table staging.stg_consent__consent_events as select 'crm_eu' as source_system,"
            " 'email' as subject_type, 'v1_EU:' || name as subject_key, name || '@post.example' as subject_id"
            " from unnest(['ben', 'cleo']) as given(name)"
        )
        connection.execute("create table staging.stg_newsletter__events (reconciliation_key text, email text)")
        connection.execute(
            "create table marts.consent_states (customer_key text, purpose text, recipient text, status text,"
            " is_allowed boolean, reconfirm_due_at timestamp, contact_window text, notice_due_at timestamp,"
            " ask_again_from timestamp)"
        )
        connection.execute(
            "create table marts.consent_propagation (customer_key text, identifier_type text, identifier_value text,"
            " purpose text, channel text, recipient text, status text, changed_at timestamp, consent_event_id text,"
            " is_open boolean, source_system text)"
        )
        for person, kind, value, status, allowed, due in people:
            connection.execute(
                "insert into marts.consent_states values (?, 'email_marketing', 'house', ?, ?, ?, ?, ?, ?)",
                [person, status, allowed, due, HOURS, NOTICE, AGAIN if status == "refused" else None],
            )
            connection.execute(
                "insert into marts.consent_propagation values (?, ?, ?, 'email_marketing', 'email', 'house', ?, ?,"
                " 'c1', true, 'crm_eu')",
                [person, kind, value, status, NOW],
            )
    return path


def test_a_system_gets_its_own_ids_a_no_always_and_a_yes_only_while_it_stands(raw: Path, database: Path) -> None:
    rows = do_export_consents.rows_for(database, "crm_eu")
    assert [(row[0], row[1], row[5]) for row in rows] == [
        ("crm_customer", "0007", "refused"), ("email", "ben@post.example", "granted"),
    ]  # fmt: skip


def test_a_system_learns_the_hours_the_notice_and_when_it_may_ask_again(raw: Path, database: Path) -> None:
    rows = [dict(zip(do_export_consents.COLUMNS, row)) for row in do_export_consents.rows_for(database, "crm_eu")]
    assert [(row["contact_window"], row["notice_due_at"], row["ask_again_from"]) for row in rows] == [
        (HOURS, NOTICE, AGAIN), (HOURS, NOTICE, None),
    ]  # fmt: skip


def test_every_law_has_a_term_for_every_kind_of_request() -> None:
    with open(POLICIES, encoding="utf-8", newline="") as stream:
        laws = {row["jurisdiction"] for row in csv.DictReader(stream)}
    with open(POLICIES.with_name("request_deadlines.csv"), encoding="utf-8", newline="") as stream:
        terms = {(row["jurisdiction"], row["kind"]) for row in csv.DictReader(stream) if not row["valid_to"]}
    assert terms == {(law, kind) for law in laws for kind in ("access", "erasure", "objection", "portability")}


def test_every_contact_window_can_be_read_by_a_sender_and_korea_sleeps_from_21_to_8() -> None:
    with open(POLICIES, encoding="utf-8", newline="") as stream:
        policies = list(csv.DictReader(stream))
    windows = [row["contact_window"] for row in policies if row["contact_window"]]
    for window in windows:
        read = WINDOW.fullmatch(window)
        assert read, window
        assert read[1] == "local" or ZoneInfo(read[1])
        for span in read[3].split(","):
            assert span.split("-")[0] < span.split("-")[1], window
    korean = {row["purpose"]: row["contact_window"] for row in policies if row["jurisdiction"] == "KR"}
    assert {purpose for purpose, window in korean.items() if window == HOURS} == {
        "sms_marketing", "phone_marketing", "messaging_app",
    }  # fmt: skip


def test_the_file_is_its_owners_and_can_be_read_in(raw: Path, database: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.touch(mode=0o644)
    done = CliRunner().invoke(privacy, ["export-consents", "--system", "crm_eu", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(os.stat(out).st_mode) == 0o600
    with open(out, newline="") as stream:
        assert next(csv.reader(stream)) == list(do_export_consents.COLUMNS)


def test_an_unknown_system_is_named_with_the_known(raw: Path, database: Path) -> None:
    with pytest.raises(HouseError, match="nobody: no such system.*crm_eu"):
        do_export_consents.rows_for(database, "nobody")


def test_nothing_leaves_while_a_no_may_have_landed(raw: Path, database: Path) -> None:
    landed = raw / "consent" / "consent_events_2.csv"
    landed.write_text("consent_event_id\n")
    os.utime(landed, (0, 0))  # a copy may keep an old time
    with pytest.raises(HouseError, match="consent/consent_events_2.csv: landed after the last build"):
        do_export_consents.rows_for(database, "crm_eu")


@pytest.mark.parametrize(
    "change, reason",
    [
        ("status = 'refused', is_allowed = false", "Consent for clienteling is refused."),
        ("reconfirm_due_at = timestamp '2020-01-01'", "ran out on 2020-01-01"),
        ("status = 'unknown', is_allowed = true", "is not given"),
        ("customer_key = 'another'", "Nothing is on record"),
    ],
)
def test_a_brief_asks_for_consent_again(
    brief_database: Path,
    raw: Path,
    tmp_path: Path,
    change: str,
    reason: str,
) -> None:
    copied = tmp_path / "copy.duckdb"
    copied.write_bytes(brief_database.read_bytes())
    assert "watches in steel" in brief.read_brief(copied, "A2")
    with duckdb.connect(str(copied)) as connection:
        connection.execute(f"update marts.consent_states set {change}")
    text = brief.read_brief(copied, "A2")
    assert reason in text
    assert "watches in steel" not in text
    assert "Argo" not in text


def test_a_brief_is_refused_while_a_withdrawal_may_have_landed(
    brief_database: Path,
    raw: Path,
    tmp_path: Path,
) -> None:
    copied = tmp_path / "copy.duckdb"
    copied.write_bytes(brief_database.read_bytes())
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            "create schema staging; create table staging.run_ledger as select 'build' as command,"
            " 'completed' as status, '2024-01-01 00:00:00+00:00' as started_at"
        )
    (raw / "consent" / "consent_events.csv").write_text("consent_event_id\n")
    with pytest.raises(HouseError, match="may hold a withdrawal"):
        brief.read_brief(copied, "A2")


def test_a_replay_has_the_clock_of_its_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDEZVOUS_AS_OF", "2024-05-30T12:00:00+02:00")
    assert recheck.clock() == datetime(2024, 5, 30, 10)


def test_the_request_due_first_is_answered_first() -> None:
    """A Korean request of today comes before a French one of last week; one without a day before both."""
    listed = [("FR-1", "2024-05-01", "2024-06-01"), ("KR-1", "2024-05-08", "2024-05-18"), ("NO-1", None, None)]
    with duckdb.connect() as connection:
        connection.execute("create schema staging; create schema vault")
        requests.open_log(connection)
        connection.execute(
            "create table staging.stg_privacy__requests (request_id text, kind text, subject_type text,"
            " subject_id text, received_at timestamp, identity_verified_at timestamp, status text)"
        )
        connection.execute("create table vault.privacy_request_deadlines (request_id text, due_on date, status text)")
        for number, received, due in [*listed, ("DONE", "2024-01-01", "2024-02-01"), ("LOGGED", None, None)]:
            status = "done" if number == "DONE" else "received"
            connection.execute(
                "insert into staging.stg_privacy__requests values (?, 'erasure', 'email', 'x', ?, now(), ?)",
                [number, received, status],
            )
            connection.execute("insert into vault.privacy_request_deadlines values (?, ?, 'open')", [number, due])
        connection.execute("insert into vault.privacy_log (request_id) values ('LOGGED')")
        found = [request.request_id for request in requests.due(connection, ("erasure",))]
    assert found == ["NO-1", "KR-1", "FR-1"]
