"""What a build says of requests that wait and of grants without proof; the rest is looked at in test_build."""

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


def test_grants_without_the_proof_that_the_law_wants_are_counted(found: summary._Found) -> None:
    assert summary._proofs(found)[0].startswith("1 grant of 1 person left aside")
    found.connection.execute("update intermediate.int_consent__policies set proof_required = false")
    assert summary._proofs(found) == []


def test_files_of_no_table_are_counted_apart_from_those_refused_and_all_are_named(found: summary._Found) -> None:
    found.connection.execute("""
        create schema landing; create schema quarantine;
        create table landing.refused_files as
            select 'ga360/fr/day_' || range as path, 'belongs to no table of the landing contract: left out' as reason
            from range(11);
        insert into landing.refused_files values ('pos/transactions.csv', 'zero bytes');
        create table landing.malformed_lines (path text, line bigint, reason text);
        create table quarantine.rejected_rows (file text, table_name text, line bigint, reason text);
        create table quarantine.unreadable_fields (file text);
    """)
    first, second, *named = summary._left_out(found)
    assert first.startswith("1 file refused, 0 malformed lines, 0 rows quarantined, 0 unreadable fields")
    assert second == "11 files left out: of no table of the landing contract"
    assert named[0] == "  pos/transactions.csv: zero bytes" and named[1].startswith("  ga360/fr/day_0: belongs to")
    assert named[-1].startswith("  … and 2 more: landing.refused_files")


def test_a_folder_without_a_file_of_the_contract_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none of the contract")
    with duckdb.connect() as connection:
        found = summary._Found(connection, tmp_path)
        assert summary._landed(found) == [f"NO file of the landing contract in {tmp_path}: what is built is empty"]
        (tmp_path / "crm").mkdir()
        (tmp_path / "crm" / "customers.csv").write_text("")
        assert summary._landed(found) == []
