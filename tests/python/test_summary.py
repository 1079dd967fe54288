"""What a build says of requests that wait, of grants without proof and of what was left out; the rest is looked at in
test_build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from rendezvous import summary


@pytest.fixture
def found() -> Iterator[summary._Found]:
    """A house of three requests and two grants, one of them without the proof that Germany wants."""
    with duckdb.connect() as connection:
        connection.execute("""
            create schema vault; create schema intermediate;
            create table vault.privacy_log (request_id text);
            create table vault.privacy_request_deadlines (
                request_id text, kind text, jurisdiction text, due_on date, status text);
            insert into vault.privacy_request_deadlines values
                ('R1', 'access', 'KR', '2024-05-20', 'overdue'), ('R2', 'erasure', 'FR', '2024-06-01', 'due_soon'),
                ('R3', 'access', 'FR', null, 'overdue'), ('R4', 'access', 'FR', '2024-08-01', 'open'),
                ('R5', 'access', 'FR', '2024-01-01', 'answered');
            create table intermediate.int_consent__events (
                customer_key text, purpose text, is_denial boolean, is_proven boolean);
            insert into intermediate.int_consent__events values
                ('anna', 'email_marketing', false, false), ('anna', 'email_marketing', false, true),
                ('anna', 'email_marketing', true, false), ('ben', 'email_marketing', false, false);
            create table intermediate.int_consent__jurisdictions (customer_key text, jurisdiction text);
            insert into intermediate.int_consent__jurisdictions values ('anna', 'DE'), ('ben', 'GB');
            create table intermediate.int_consent__policies (jurisdiction text, purpose text, proof_required boolean);
            insert into intermediate.int_consent__policies values
                ('DE', 'email_marketing', true), ('GB', 'email_marketing', false);
        """)
        yield summary._Found(connection, Path("."))


def test_requests_that_are_due_are_named_the_most_pressing_first(found: summary._Found) -> None:
    first, *named = summary._requests(found)
    assert first.endswith("2 overdue, 1 due soon, 1 with time left")
    assert [line.split()[0] for line in named] == ["R3", "R1", "R2"]
    found.connection.execute("insert into vault.privacy_log select request_id from vault.privacy_request_deadlines")
    assert summary._requests(found) == ["nothing that people asked about their data waits for an answer"]


def test_visits_of_exports_that_are_dated_later_are_counted(found: summary._Found) -> None:
    found.connection.execute("""
        create schema staging;
        create table staging.stg_ga360__sessions as
        select date '2024-05-29' as report_date, timestamp '2024-05-30 10:00:00' as arrived_at
    """)
    as_of = "2024-05-30 10:00:00.000000"
    assert summary._later(found, as_of) == []
    found.connection.execute("insert into staging.stg_ga360__sessions values ('2099-01-01', '2099-01-02 00:00:00')")
    assert "1 of the sessions, 2099-01-01 to 2099-01-01" in summary._later(found, as_of)[0]


def test_amounts_without_a_rate_are_counted_by_currency(found: summary._Found) -> None:
    found.connection.execute("""
        create schema marts;
        create table marts.touchpoints (
            currency_code text, amount decimal(18, 2), amount_eur decimal(18, 2), occurred_at timestamp);
        insert into marts.touchpoints values
            ('CNY', 10, null, '2024-03-02'), ('CNY', 10, null, '2024-03-03'), (null, 5, null, '2024-03-01'),
            ('a@b.example', 5, null, '2024-03-01'),
            ('EUR', 10, 10, '2024-03-02'), (null, null, null, '2024-03-02')
    """)
    assert summary._without_rate(found) == [
        "CNY: 2 amounts without a rate, so without EUR, 2024-03-02 to 2024-03-03",
        "no currency: 2 amounts without a rate, so without EUR, 2024-03-01 to 2024-03-01",
    ]


def test_grants_without_the_proof_that_the_law_wants_are_counted(found: summary._Found) -> None:
    assert summary._proofs(found)[0].startswith("1 grant of 1 person left aside")
    found.connection.execute("update intermediate.int_consent__policies set proof_required = false")
    assert summary._proofs(found) == []


@pytest.fixture
def left_out() -> Iterator[summary._Found]:
    """A delivery with two malformed lines among its rejected rows, and unreadable fields of two files."""
    with duckdb.connect() as connection:
        connection.execute("""
            create schema landing; create schema quarantine;
            create table landing.refused_files (path text, reason text);
            create table landing.malformed_lines (path text, line bigint, reason text);
            insert into landing.malformed_lines values ('pos/a.csv', 7, '9 columns'), ('pos/a.csv', 9, '2 columns');
            create table quarantine.rejected_rows (table_name text, file text, line bigint, reason text);
            insert into quarantine.rejected_rows values
                ('a', 'pos/a.csv', 7, 'malformed_line: 9 columns'), ('a', 'pos/a.csv', 9, 'malformed_line: 2 columns'),
                ('a', 'pos/a.csv', 3, 'unusable_sold_at');
            create table quarantine.unreadable_fields (
                table_name text, file text, line bigint, column_name text, reason text);
            insert into quarantine.unreadable_fields values
                ('a', 'pos/a.csv', 12, 'currency_code', 'unknown_currency'),
                ('a', 'pos/a.csv', 4, 'currency_code', 'unknown_currency'),
                ('a', 'pos/a.csv', 5, 'is_return', 'not_true_or_false'),
                ('ga_sessions', 'ga360/b.parquet', null, 'visitNumber', 'not_a_possible_number');
        """)
        yield summary._Found(connection, Path("."))


def test_a_malformed_line_is_counted_and_listed_once(left_out: summary._Found) -> None:
    first, *listed = summary._left_out(left_out)
    assert first.startswith("0 files refused, 2 malformed lines, 1 other row quarantined,")
    assert [text.strip() for text in listed if "pos/a.csv" in text][:3] == [
        "pos/a.csv:7: 9 columns", "pos/a.csv:9: 2 columns", "pos/a.csv:3: unusable_sold_at",
    ]  # fmt: skip
    assert "malformed_line:" not in " ".join(listed)


def test_unreadable_fields_are_named_by_file_line_column_and_reason(left_out: summary._Found) -> None:
    first, *listed = summary._left_out(left_out)
    assert first.endswith(" 4 unreadable fields")
    assert [text.strip() for text in listed][3:] == [
        "pos/a.csv:4: currency_code: unknown_currency; 1 more like it",
        "ga360/b.parquet: visitNumber: not_a_possible_number",
        "pos/a.csv:5: is_return: not_true_or_false",
    ]


def test_what_is_not_listed_is_counted_and_its_table_named(left_out: summary._Found) -> None:
    left_out.connection.execute("""
        insert into quarantine.rejected_rows select 'a', 'pos/c.csv', range, 'unusable_key' from range(20);
        insert into quarantine.unreadable_fields select 'c', 'pos/c.csv', range, 'x' || range % 12, 'y' from range(36)
    """)
    listed = [text.strip() for text in summary._left_out(left_out)]
    assert "… and 13 more in landing.refused_files and quarantine.rejected_rows" in listed
    # Seven of the twelve columns of the new file are shown, with three lines each, and all of the other two files.
    assert listed[-1] == "… and 15 more in quarantine.unreadable_fields"
    assert sum("2 more like it" in text for text in listed) == 7


def test_a_share_of_purchases_says_of_which(left_out: summary._Found) -> None:
    left_out.connection.execute("""
        create schema marts;
        create table marts.customer_journeys (
            is_open boolean, purchase_channel text, is_ropo boolean, is_reverse_ropo boolean);
        insert into marts.customer_journeys values
            (true, null, false, false), (false, 'boutique', true, false), (false, 'boutique', false, false),
            (false, 'online', false, true), (false, 'marketplace', false, false)
    """)
    assert summary._journeys(left_out) == [
        "5, of which 1 open and 4 that ended in a purchase",
        "of all purchases, researched online and bought in the boutique: 1 of 4 (25.0%); the reverse: 1 of 4 (25.0%)",
        "of boutique purchases alone, researched online: 1 of 2 (50.0%)",
    ]


def test_files_of_no_table_are_counted_apart_from_those_refused_and_all_are_named(found: summary._Found) -> None:
    found.connection.execute("""
        create schema landing; create schema quarantine;
        create table landing.refused_files as
            select 'ga360/fr/day_' || range as path, 'belongs to no table of the landing contract: left out' as reason
            from range(11);
        insert into landing.refused_files values ('pos/transactions.csv', 'zero bytes');
        create table landing.malformed_lines (path text, line bigint, reason text);
        create table quarantine.rejected_rows (file text, table_name text, line bigint, reason text);
        create table quarantine.unreadable_fields (
            file text, table_name text, line bigint, column_name text, reason text);
    """)
    first, second, *named = summary._left_out(found)
    assert first.startswith("1 file refused, 0 malformed lines, 0 other rows quarantined, 0 unreadable fields")
    assert second == "11 files left out: of no table of the landing contract"
    assert named[0] == "  pos/transactions.csv: zero bytes" and named[1].startswith("  ga360/fr/day_0: belongs to")
    assert named[-1].startswith("  … and 2 more in landing.refused_files")


def test_a_folder_without_a_file_of_the_contract_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none of the contract")
    with duckdb.connect() as connection:
        found = summary._Found(connection, tmp_path)
        assert summary._landed(found) == [f"NO file of the landing contract in {tmp_path}: what is built is empty"]
        (tmp_path / "crm").mkdir()
        (tmp_path / "crm" / "customers.csv").write_text("")
        assert summary._landed(found) == []
