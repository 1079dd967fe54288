"""`rendezvous review`: what of a steward's sheet is taken over, what is refused and why, and what it would change."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from rendezvous import HouseError, access_log, landing
from rendezvous.review import queue, simulate
from rendezvous.review.decisions import (
    COLUMNS,
    Decision,
    decisions_folder,
    read_sheet,
    standing_decisions,
    write_decisions,
)

RECORDS = {("crm_eu", number) for number in "12345"} | {("crm_cn", "7")}
HEADER = "left_source_system,left_customer_id,right_source_system,right_customer_id,decision,reason"


def sheet_of(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "sheet.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def pair(one: str, other: str) -> tuple:
    return (("crm_eu", one), ("crm_eu", other))


def test_a_verdict_is_taken_over_and_a_line_without_one_is_left(tmp_path):
    sheet = read_sheet(
        sheet_of(tmp_path, "crm_eu,2,crm_eu,1,Same ,passport seen", "crm_eu,3,crm_eu,4,,"), RECORDS, {}
    )
    assert [(each.pair, each.verdict, each.reason) for each in sheet.accepted] == [
        (pair("1", "2"), "same", "passport seen")
    ]
    assert (sheet.undecided, sheet.refused) == (1, [])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("crm_eu,1,crm_eu,99,same,seen", "no client record crm_eu:99"),
        ("crm_eu,1,crm_eu,2,maybe,seen", "'maybe' is none of same, different, withdrawn"),
        ("crm_eu,1,crm_eu,1,same,seen", "crm_eu:1 twice"),
        ("crm_eu,1,crm_eu,2,same, ", "no reason given"),
    ],
)
def test_a_line_that_cannot_be_followed_is_refused_by_number(tmp_path, line, why):
    sheet = read_sheet(sheet_of(tmp_path, "crm_eu,3,crm_cn,7,different,met both", line), RECORDS, {})
    assert len(sheet.accepted) == 1
    assert [number for number, _ in sheet.refused] == [3]
    assert why in sheet.refused[0][1]


def test_two_verdicts_on_one_pair_refuse_each_other(tmp_path):
    sheet = read_sheet(
        sheet_of(tmp_path, "crm_eu,1,crm_eu,2,same,a", "crm_eu,2,crm_eu,1,different,b", "crm_eu,3,crm_eu,4,same,c"),
        RECORDS,
        {},
    )
    assert [number for number, _ in sheet.refused] == [2, 3]
    assert [each.pair for each in sheet.accepted] == [pair("3", "4")]


def test_the_verdict_that_stands_already_is_not_repeated(tmp_path):
    sheet = read_sheet(sheet_of(tmp_path, "crm_eu,1,crm_eu,2,same,again"), RECORDS, {pair("1", "2"): "same"})
    assert (sheet.accepted, sheet.repeated, sheet.refused) == ([], 1, [])


def test_a_chain_of_same_cannot_join_what_is_different(tmp_path):
    """1 = 2 stands; the sheet says 2 = 3 and 1 ≠ 3: both new lines are refused, the other pair is not."""
    sheet = read_sheet(
        sheet_of(tmp_path, "crm_eu,2,crm_eu,3,same,a", "crm_eu,1,crm_eu,3,different,b", "crm_eu,4,crm_eu,5,same,c"),
        RECORDS,
        {pair("1", "2"): "same"},
    )
    assert [number for number, _ in sheet.refused] == [2, 3]
    assert "crm_eu:1 = crm_eu:2 = crm_eu:3 by 'same', crm_eu:1 ≠ crm_eu:3 by 'different'" in sheet.refused[0][1]
    assert [each.pair for each in sheet.accepted] == [pair("4", "5")]


def test_a_withdrawn_verdict_no_longer_contradicts(tmp_path):
    sheet = read_sheet(
        sheet_of(tmp_path, "crm_eu,1,crm_eu,2,withdrawn,wrong passport", "crm_eu,1,crm_eu,3,different,b"),
        RECORDS,
        {pair("1", "2"): "same", pair("2", "3"): "same"},
    )
    assert sheet.refused == []
    assert len(sheet.accepted) == 2


def test_a_sheet_without_its_columns_or_not_utf8_is_refused_whole(tmp_path):
    with pytest.raises(HouseError, match="line 1: no column reason"):
        read_sheet(sheet_of(tmp_path, header=HEADER.removesuffix(",reason")), RECORDS, {})
    (tmp_path / "latin.csv").write_bytes(f"{HEADER}\ncrm_eu,1,crm_eu,2,same,vérifié\n".encode("latin-1"))
    with pytest.raises(HouseError, match="not UTF-8"):
        read_sheet(tmp_path / "latin.csv", RECORDS, {})
    with pytest.raises(HouseError, match="No such file"):
        read_sheet(tmp_path / "none.csv", RECORDS, {})


def test_written_verdicts_are_read_back_and_the_last_one_stands(tmp_path, monkeypatch):
    """What is written is a file of the landing contract; a later verdict takes the place of an earlier one."""
    raw = tmp_path / "raw"
    monkeypatch.delenv("RENDEZVOUS_DECISIONS", raising=False)
    folder = decisions_folder(raw)
    for day, verdict in ((1, "same"), (3, "withdrawn"), (2, "different")):
        instant = datetime(2024, 5, day, tzinfo=UTC)
        decision = Decision(pair("1", "2"), verdict, 'a, "quoted" reason', 2)
        path = write_decisions(folder, [decision], "steward.1", instant)
    with open(path, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == COLUMNS
    assert rows[0]["reason"] == 'a, "quoted" reason'
    assert standing_decisions(raw) == {pair("1", "2"): "withdrawn"}


def test_the_demo_house_keeps_its_files_and_takes_verdicts_from_a_folder_beside(tmp_path, monkeypatch):
    monkeypatch.delenv("RENDEZVOUS_DECISIONS", raising=False)
    with pytest.raises(HouseError, match="RENDEZVOUS_DECISIONS"):
        decisions_folder(landing.DEMO_FOLDER)
    before = standing_decisions(landing.DEMO_FOLDER)
    monkeypatch.setenv("RENDEZVOUS_DECISIONS", str(tmp_path))
    assert decisions_folder(landing.DEMO_FOLDER) == tmp_path
    write_decisions(tmp_path, [Decision(pair("1", "2"), "different", "seen", 2)], "steward.1", datetime.now(UTC))
    assert standing_decisions(landing.DEMO_FOLDER) == before | {pair("1", "2"): "different"}


def marts_of(path: Path, people: dict[str, str], allowed: dict[str, bool | None], items: int) -> Path:
    """The four marts that a simulation compares: records by customer, consents (None: nothing was said), pieces."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.customer_identifiers as select unnest($1) as customer_key,"
            " 'crm_customer' as identifier_type, 'crm_eu' as identifier_system, unnest($2) as identifier_value",
            [list(people.values()), list(people)],
        )
        said = {key: word for key, word in allowed.items() if word is not None}
        connection.execute(
            "create table marts.consent_states as select unnest($1::varchar[]) as customer_key,"
            " 'clienteling' as purpose, 'house' as recipient, unnest($2::boolean[]) as is_allowed,"
            " unnest($3::varchar[]) as status",
            [list(said), list(said.values()), ["granted" if word else "refused" for word in said.values()]],
        )
        connection.execute(
            "create table marts.appointment_profiles as select 'AP1' as appointment_id, 'PAR01' as store_id,"
            " timestamp '2024-06-01 10:00:00' as starts_at, $1 as customer_key",
            [people["1"]],
        )
        connection.execute(
            "create table marts.appointment_profile_items as select 'AP1' as appointment_id, unnest(range($1)) as rank",
            [items],
        )
    return path


def effect_of(folder: Path, before: tuple, after: tuple) -> simulate.Effect:
    one, other = marts_of(folder / "before.duckdb", *before), marts_of(folder / "after.duckdb", *after)
    with simulate._both(one, other) as connection:
        return simulate._effect(connection)


TWO, ONE = {"1": "a", "2": "b", "3": "c"}, {"1": "a", "2": "a", "3": "c"}


@pytest.mark.parametrize(
    ("said", "then", "narrowed", "extended", "widened"),
    [
        ({"a": True, "b": True}, {"a": True}, 0, 0, 0),
        ({"a": True, "b": False}, {"a": False}, 1, 0, 0),
        ({"a": True, "b": None}, {"a": True}, 0, 1, 0),
        ({"a": True, "b": False}, {"a": True}, 0, 0, 1),
        ({"a": False, "b": False}, {"a": False}, 0, 0, 0),
    ],
)
def test_consents_are_told_narrowed_extended_or_widened(tmp_path, said, then, narrowed, extended, widened):
    effect = effect_of(tmp_path, (TWO, said, 4), (ONE, then, 2))
    assert (effect.merged, effect.split) == ([("a", ["a", "b"])], [])
    assert [(row[0], row[3], row[4]) for row in effect.appointments] == [("AP1", 4, 2)]
    assert (effect.narrowed, effect.extended, len(effect.widened)) == (narrowed, extended, widened)


def test_who_falls_apart_is_told_and_who_stays_is_not(tmp_path):
    effect = effect_of(tmp_path, (ONE, {"a": True}, 1), (TWO, {"a": True, "b": True}, 1))
    assert (effect.merged, effect.split) == ([], [("a", ["a", "b"])])
    assert (effect.narrowed, effect.extended, effect.widened) == (0, 0, [])


@pytest.fixture
def queued(tmp_path: Path) -> Path:
    """A database with one pair to look at."""
    path = tmp_path / "rendezvous.duckdb"
    names = ", ".join(f"'{name}' as {name}" for name in queue._NAMES)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema vault")
        connection.execute(
            "create table marts.identity_review_queue as select 'a' as left_source_system, '1' as left_customer_id,"
            " 'b' as right_source_system, '2' as right_customer_id, 'name' as agrees_in, '' as is_close_in,"
            " '' as differs_in, 1 as review_rank"
        )
        connection.execute(
            f"create table vault.customer_contacts as select 'a' as source_system, '1' as customer_id, {names}"
        )
    return path


def test_a_sheet_with_names_is_logged_and_one_without_is_not(queued, tmp_path):
    assert queue.export(queued, tmp_path / "blind.csv", 10) == 1
    assert list(access_log.read(queued)) == []
    assert queue.export(queued, tmp_path / "named.csv", 10, with_names=True) == 1
    assert [(each.purpose, each.outcome) for each in access_log.read(queued)] == [("review", "1 pairs with names")]


def test_a_sheet_with_names_that_cannot_be_logged_is_not_written(queued, tmp_path):
    access_log.path_of(queued).mkdir(parents=True)
    with pytest.raises(HouseError, match="without a log nothing is shown"):
        queue.export(queued, tmp_path / "named.csv", 10, with_names=True)
    assert not (tmp_path / "named.csv").exists()
