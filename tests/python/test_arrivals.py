"""The arrival checks: what is refused, by which words, and that good rows are neither lost nor invented."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import random
from pathlib import Path

import duckdb
import pytest

from rendezvous import HouseError, arrivals, landing
from rendezvous.contract import KEYS, TABLES

STORES = "store_id,store_name,store_type,city,country_code,timezone,region,opened_on,closed_on\n"
ROW = "{},Maison {},boutique,Paris,FR,Europe/Paris,EMEA,,\n"
SESSION = {"fullVisitorId": "1", "visitId": "2", "visitStartTime": "3", "hits": [{"hitNumber": "1", "time": "0"}]}


class Landed:
    """A landing folder, its checks and what the landing views then show."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.database = folder / "raw", folder / "r.duckdb"
        self.raw.mkdir()

    def write(self, path: str, content: bytes | str) -> Path:
        target = self.raw / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        target.write_bytes(gzip.compress(data) if path.endswith(".gz") else data)
        return target

    def session_file(self, path: str, *lines: str) -> Path:
        return self.write(path, "".join(line + "\n" for line in lines))

    def check(self, max_share: float = 0.1) -> arrivals.Ledger:
        return arrivals.check_landing(self.database, landing.read_folder(self.raw), max_share)

    def read(self, sql: str) -> list[tuple]:
        """What dbt would see now, through the ledger that the last check wrote."""
        found = landing.read_folder(self.raw)
        ledger = arrivals.read_ledger(self.database, found)
        with duckdb.connect() as connection:
            landing.open_landing(connection, ledger.accepted(found), ledger.replacements)
            arrivals.write_tables(connection, ledger)
            return connection.execute(sql).fetchall()

    def manifest(self, rows: dict[str, int], **changes: dict) -> None:
        lines = ["path,bytes,sha256,row_count"]
        for path, count in rows.items():
            data = (self.raw / path).read_bytes()
            facts = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "row_count": count}
            facts |= changes.get(path.split("/")[-1].split(".")[0], {})
            lines.append(f"{path},{facts['bytes']},{facts['sha256']},{facts['row_count']}")
        (self.raw / "manifest.csv").write_text("\n".join(lines) + "\n")


@pytest.fixture
def landed(tmp_path: Path) -> Landed:
    return Landed(tmp_path)


def stores(count: int) -> str:
    return STORES + "".join(ROW.format(f"s{n}", n) for n in range(count))


DAY = "ga360/maison/ga_sessions_20240501.json"


def day(count: int) -> list[str]:
    return [json.dumps(SESSION | {"visitId": str(n)}) for n in range(count)]


def test_clean_files_pass_and_are_not_checked_twice(landed: Landed) -> None:
    landed.write("catalog/stores.csv.gz", stores(3))
    landed.session_file(DAY, *day(4))
    first, second = landed.check(), landed.check()
    assert (first.refused, first.malformed, first.replacements, first.rows) == ({}, [], {}, 7)
    assert (first.checked, second.checked, second.rows) == (2, 0, 7)


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("catalog/stores.csv", b"", "zero bytes"),
        ("catalog/stores.csv.gz", None, "truncated: the gzip stream ends"),
        (
            "catalog/stores.csv",
            stores(2).encode() + "s9,Bout\u00e9,,,,,,,\n".encode("latin-1"),
            "line 4, byte 192: not UTF-8, probably Latin-1",
        ),
        ("catalog/stores.csv", stores(1).encode() + "s9,\u738b\u4f1f,,,,,,,\n".encode("gb18030"), "probably GB18030"),
        ("catalog/stores.csv", stores(1).encode("utf-16"), "UTF-16"),
        ("catalog/stores.csv", "store_name,city\nMaison,Paris\n", "line 1: no column store_id, which is the key"),
        ("catalog/stores.csv", STORES.replace(",", ";"), "no column store_id, which is the key of stores: its columns"),
        ("catalog/stores.csv", '"store_name"\t"city"\n', "separated by tabs, where the contract has commas"),
        ("catalog/stores.csv", "store_name;city\n", "separated by semicolons, where the contract has commas"),
        ("catalog/stores.csv", "store_id,city,City\ns1,Paris,Paris\n", "line 1: column city stands there twice"),
        ("catalog/stores.csv.gz", b"", "line 1: no header row"),
        ("catalog/stores.parquet", b"PAR1 half of a file", "not a whole, readable Parquet file"),
        (DAY, "", "zero bytes"),
        (DAY, '{"a": 1}\n'.encode("utf-16-le"), "UTF-16"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_cause(
    landed: Landed, path: str, content: bytes | str | None, words: str
) -> None:
    landed.write("finance/exchange_rates.csv", "rate_on,currency_code,rate_to_eur\n2024-05-01,GBP,1.17\n")
    if content is None:
        whole = gzip.compress(stores(500).encode())
        content = whole[: len(whole) // 2]
        (landed.raw / "catalog").mkdir()
        (landed.raw / path).write_bytes(content)
    else:
        landed.write(path, content)
    ledger = landed.check()
    assert list(ledger.refused) == [path]
    assert words in ledger.refused[path]
    assert ledger.rows == 1, "the good file goes on"
    assert landed.read("select path from landing.refused_files") == [(path,)]
    assert landed.read("select count(*) from landing_finance.exchange_rates") == [(1,)]


def test_a_wrong_checksum_inside_a_gzip_stream_is_refused(landed: Landed) -> None:
    path = landed.write("catalog/stores.csv.gz", stores(50))
    data = bytearray(path.read_bytes())
    data[-6] ^= 0xFF
    path.write_bytes(data)
    assert "damaged gzip" in landed.check().refused["catalog/stores.csv.gz"]
    assert len(duckdb.sql(f"from read_csv('{path}')").fetchall()) == 50, "DuckDB alone would not have seen it"


def test_a_gzip_stream_without_its_trailer_is_refused(landed: Landed) -> None:
    path = landed.write("catalog/stores.csv.gz", stores(50))
    path.write_bytes(path.read_bytes()[:-8])
    words = f"truncated: the gzip stream ends after byte {path.stat().st_size} "
    assert landed.check().refused["catalog/stores.csv.gz"].startswith(words)


def test_several_gzip_members_in_one_file_are_read(landed: Landed) -> None:
    path = landed.write("catalog/stores.csv.gz", stores(2))
    path.write_bytes(path.read_bytes() + gzip.compress(ROW.format("s7", 7).encode()))
    assert landed.check().rows == 3


def test_an_empty_day_is_an_empty_stream_or_a_manifest_that_says_so(landed: Landed) -> None:
    landed.write("ga360/maison/ga_sessions_20240501.json.gz", b"")
    landed.write("ga360/maison/ga_sessions_20240502.json.gz", b"")
    (landed.raw / "ga360/maison/ga_sessions_20240503.json.gz").write_bytes(b"")
    landed.manifest({"ga360/maison/ga_sessions_20240503.json.gz": 0})
    ledger = landed.check()
    assert ledger.refused == {}
    assert landed.read("select count(*) from landing_ga360.ga_sessions") == [(0,)]
    assert landed.read("select count(*) from landing.export_days") == [(3,)]
    (landed.raw / "manifest.csv").unlink()
    assert "zero bytes" in landed.check().refused["ga360/maison/ga_sessions_20240503.json.gz"]


def test_the_same_content_twice_is_refused_once(landed: Landed) -> None:
    landed.session_file("ga360/maison/ga_sessions_20240501.json", *day(2))
    landed.session_file("ga360/maison/ga_sessions_20240501_again.json", *day(2))
    landed.session_file("ga360/other/ga_sessions_20240501.json", *day(2))
    ledger = landed.check()
    again = "ga360/maison/ga_sessions_20240501_again.json"
    assert list(ledger.refused) == [again]
    assert ledger.refused[again].startswith("duplicate delivery of ga360/maison/ga_sessions_20240501.json")
    (landed.raw / "ga360/maison/ga_sessions_20240501.json").unlink()
    assert landed.read("select count(*) from landing_ga360.ga_sessions") == [(4,)], "the first is gone: nothing is lost"


def test_the_manifest_is_kept_to(landed: Landed) -> None:
    for number in range(1, 5):
        landed.session_file(f"ga360/maison/ga_sessions_2024050{number}.json", *day(number))
    landed.manifest(
        {f"ga360/maison/ga_sessions_2024050{number}.json": number for number in range(1, 5)},
        ga_sessions_20240501={"bytes": 7},
        ga_sessions_20240502={"sha256": "0" * 64},
        ga_sessions_20240503={"row_count": 99},
    )
    with open(landed.raw / "manifest.csv", "a") as stream:
        stream.write("crm/customers.csv,10,,1\n")
    landed.write("catalog/stores.csv", stores(1))
    ledger = landed.check()
    reasons = {path.rsplit("/")[-1]: reason for path, reason in ledger.refused.items()}
    assert reasons == {
        "ga_sessions_20240501.json": reasons["ga_sessions_20240501.json"],
        "ga_sessions_20240502.json": "its sha256 is not the one in manifest.csv",
        "ga_sessions_20240503.json": "3 rows, manifest.csv says 99",
        "customers.csv": "listed in manifest.csv, but not there",
    }
    assert "manifest.csv says 7" in reasons["ga_sessions_20240501.json"]
    assert ("catalog/stores.csv", "not listed in manifest.csv: taken as it is") in ledger.notes


@pytest.mark.parametrize(
    ("text", "words"),
    [("path,bytes\na,1\n", "line 1: no column sha256"), ("path,bytes,sha256,row_count\na,many,,\n", "line 2")],
)
def test_a_manifest_that_cannot_be_read_stops_the_run(landed: Landed, text: str, words: str) -> None:
    (landed.raw / "manifest.csv").write_text(text)
    with pytest.raises(HouseError, match=words):
        landed.check()


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_a_manifest_that_is_no_file_is_not_passed_over(landed: Landed, kind: str) -> None:
    path = landed.raw / "manifest.csv"
    path.symlink_to("nowhere.csv") if kind == "link" else path.mkdir()
    with pytest.raises(HouseError, match="manifest.csv: cannot be read .* Nothing was built"):
        landed.check()


BAD_CSV = {
    "s_short,only two\n": "2 columns instead of 9",
    "s_long,a,b,c,d,e,f,g,h,i,j\n": "11 columns instead of 9",
    's_open,"never closed,boutique,,,,,,\n': "a quote that never closes",
    's_after,"closed"then text,,,,,,,\n': "text after a closing quote",
    "  \n": "1 column instead of 9",
}


@pytest.mark.parametrize("suffix", ["csv", "csv.gz"])
@pytest.mark.parametrize(("bad", "words"), BAD_CSV.items())
def test_a_malformed_csv_line_is_set_aside_and_the_others_keep_their_numbers(
    landed: Landed, bad: str, words: str, suffix: str
) -> None:
    path = f"catalog/stores.{suffix}"
    good = [ROW.format(f"s{n}", n) for n in range(20)]
    good[3] = 's3,"two\nlines",boutique,,,,,,\n'
    landed.write(path, STORES + "".join(good[:5]) + bad + "\n" + "".join(good[5:]))
    ledger = landed.check()
    assert ledger.malformed == [(path, 8, words)]
    assert (ledger.rows, ledger.refused) == (20, {})
    lines = landed.read("select store_id, _line, _file from landing_catalog.stores order by _line")
    assert [row[0] for row in lines] == [f"s{n}" for n in range(20)]
    # s4 stands behind the two-line record; s5 behind the malformed line and a blank one.
    assert [row[1] for row in lines][3:7] == [5, 7, 10, 11]
    assert {row[2] for row in lines} == {path}
    assert landed.read("select path, line from landing.malformed_lines") == [(path, 8)]


BAD_JSON = {
    '{"visitId": "9", "hits": [': "not valid JSON at character",
    '{"visitId": "9", "hits": {"hitNumber": "1"}}': "hits is not an array",
    '{"visitId": "9", "hits": [7]}': "hits is not an object",
    '{"visitId": "9", "totals": "many"}': "totals is not an object",
    '{"visitId": "\\ud83d"}': "half of a surrogate pair",
    '{"visitId": "9", "visitId": "10"}': "same name twice",
    "[1, 2]": "the row is not an object",
    '{"visitId": "9"}{"visitId": "10"}': "not valid JSON",
    # DuckDB quotes so many bytes of a line and no more: of these two it cuts one in the midst of a character.
    '{"visitId": "9", "hits": "%s"}' % ("é" * 3000): "hits is not an array",
    '{"visitId": "10", "hits": "%s"}' % ("é" * 3000): "hits is not an array",
}


@pytest.mark.parametrize("suffix", ["json", "json.gz"])
@pytest.mark.parametrize(("bad", "words"), BAD_JSON.items())
def test_a_malformed_json_line_is_set_aside(landed: Landed, bad: str, words: str, suffix: str) -> None:
    path = f"ga360/maison/ga_sessions_20240501.{suffix}"
    lines = day(6)
    landed.session_file(path, *lines[:2], "", bad, *lines[2:])
    ledger = landed.check()
    [(where, line, reason)] = ledger.malformed
    assert (where, line) == (path, 4)
    assert words in reason
    read = landed.read("select visitId, property, table_date, _file from landing_ga360.ga_sessions order by 1")
    assert [row[0] for row in read] == [str(n) for n in range(6)]
    assert {str(row[1:]) for row in read} == {f"('maison', datetime.date(2024, 5, 1), '{path}')"}


def test_a_null_among_the_lines_is_a_row_with_or_without_a_malformed_line_beside_it(landed: Landed) -> None:
    """DuckDB reads `null` as a row of nothing, which staging quarantines."""
    landed.session_file(DAY, *day(2), " null ")
    assert (landed.check().rows, landed.read("select count(*) from landing_ga360.ga_sessions")) == (3, [(3,)])
    landed.session_file(DAY, *day(2), " null ", "oops")
    ledger = landed.check()
    assert (ledger.refused, ledger.malformed) == ({}, [(DAY, 4, "not valid JSON at character 1")])
    rows = landed.read("select visitId, _line from landing_ga360.ga_sessions order by _line")
    assert rows == [("0", 1), ("1", 2), (None, 3)]


def test_a_scalar_of_the_wrong_type_is_left_to_staging(landed: Landed) -> None:
    landed.session_file(DAY, *day(1), '{"visitId": true, "visitStartTime": 1.5, "fullVisitorId": [1], "hits": null}')
    ledger = landed.check()
    assert (ledger.malformed, ledger.replacements, ledger.rows) == ([], {}, 2)
    assert landed.read("select visitId from landing_ga360.ga_sessions order by 1") == [("0",), ("true",)]


def test_more_malformed_lines_than_the_share_refuse_the_file_and_one_never_does(landed: Landed) -> None:
    landed.session_file(DAY, *day(2), "{")
    assert landed.check().rows == 2
    landed.session_file(DAY, *day(2), "{", "{")
    assert "more than 10% of its lines are malformed; the first is line 3" in landed.check().refused[DAY]
    assert landed.check(max_share=0.5).rows == 2, "another share is another check"


def test_no_message_quotes_a_cell(landed: Landed) -> None:
    secret = "ana.fictional@example.com"
    landed.write("catalog/stores.csv", stores(30) + f'{secret},"{secret}\n{secret},{secret}\n')
    landed.write("crm/advisors.csv", f"advisor_id,store_id\na1,{secret}\xe9\n".encode("latin-1"))
    landed.session_file(DAY, *day(30), f'{{"visitId": "{secret}', f'{{"hits": "{secret}"}}')
    ledger = landed.check()
    assert len(ledger.malformed) == 4 and len(ledger.refused) == 1
    assert secret not in str(ledger)
    stored = (arrivals.arrivals_folder(landed.database) / "ledger.json").read_text()
    assert secret not in stored


def test_ledger_and_copies_are_the_owners_and_go_when_no_longer_needed(landed: Landed) -> None:
    landed.session_file(DAY, *day(2), "{")
    landed.check()
    folder = arrivals.arrivals_folder(landed.database)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert [path.name for path in files] == ["ga_sessions_20240501.json", "ledger.json"]
    assert [path for path in [folder, *files] if path.stat().st_mode & 0o077] == []
    landed.session_file(DAY, *day(3))
    assert landed.read("select count(*) from landing_ga360.ga_sessions") == [(3,)], "changed: the old entry is void"
    landed.check()
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["ledger.json"]


def test_a_torn_ledger_is_no_ledger(landed: Landed) -> None:
    landed.session_file(DAY, *day(2))
    landed.check()
    ledger = arrivals.arrivals_folder(landed.database) / "ledger.json"
    ledger.write_text(ledger.read_text()[:40])
    assert landed.check().checked == 1


def test_unknown_and_missing_columns_are_noted_and_unreadable_files_named(landed: Landed) -> None:
    landed.write("catalog/stores.csv", "store_id,mood\ns1,calm\n")
    landed.write("catalog/products.csv", ",".join(["sku", *TABLES["catalog"]["products"][1:], *"abcdefg"]) + "\n")
    landed.write("catalog/shoes.csv", "a,b\n")
    ledger = landed.check()
    notes = dict(ledger.notes)
    assert ledger.left_out == ["catalog/shoes.csv"]
    assert notes["catalog/stores.csv"] == "column mood, which the contract does not know, is left out"
    assert notes["catalog/products.csv"].startswith("columns a, b, c, d, e and 2 more, which the contract does not")
    assert landed.read("select store_id, city from landing_catalog.stores") == [("s1", None)]


def test_every_table_has_a_key_of_its_own_columns() -> None:
    assert {(s, t) for s in TABLES for t in TABLES[s]} == {(s, t) for s in KEYS for t in KEYS[s]}
    assert all(set(KEYS[s][t]) <= set(TABLES[s][t]) for s in KEYS for t in KEYS[s])


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_broken_rows_in_are_rows_read_plus_malformed(landed: Landed, seed: int) -> None:
    """Random good records (quotes, breaks, commas, blanks) with random broken lines between them."""
    draw = random.Random(seed)
    good, broken, parts = [], 0, []
    for number in range(60):
        cells = [f"s{number}", draw.choice(["plain", 'a "q"', "x,y", "two\nlines", "", "\u738b\u4f1f", "5\" w"])]
        text = io.StringIO()
        csv.writer(text, lineterminator=draw.choice(["\n", "\n", "\r\n"])).writerow(cells + [""] * 7)
        parts.append(text.getvalue())
        good.append((cells[0], cells[1] or None))
        if draw.random() < 0.1:
            parts.append(draw.choice([*BAD_CSV, "\n"]))
            broken += parts[-1] != "\n"
    landed.write("catalog/stores.csv", STORES + "".join(parts))
    ledger = landed.check(max_share=0.5)
    assert ledger.refused == {}
    assert (ledger.rows, len(ledger.malformed)) == (60, broken)
    assert landed.read("select store_id, store_name from landing_catalog.stores order by _line") == good
    physical = (landed.raw / "catalog/stores.csv").read_bytes().split(b"\n")
    for store, line in landed.read("select store_id, _line from landing_catalog.stores"):
        assert physical[line - 1].startswith(store.encode()), "the line is where the record starts"


def test_a_file_without_rights_is_refused_not_a_crash(landed: Landed) -> None:
    path = landed.session_file(DAY, *day(1))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("rights do not bind this user")
    assert "cannot be read" in landed.check().refused[DAY]


@pytest.mark.parametrize("target", ["nowhere.csv", "stores.csv"])
def test_a_link_that_leads_to_no_file_is_refused_with_or_without_the_checks(landed: Landed, target: str) -> None:
    landed.write("finance/exchange_rates.csv", "rate_on,currency_code,rate_to_eur\n2024-05-01,GBP,1.17\n")
    (landed.raw / "catalog").mkdir()
    (landed.raw / "catalog/stores.csv").symlink_to(target)
    (landed.raw / "manifest.csv").write_text("path,bytes,sha256,row_count\ncatalog/stores.csv,,,\n")
    refused = [("catalog/stores.csv", landed.read("select reason from landing.refused_files")[0][0])]
    assert refused[0][1].startswith(f"a link to {target}, which cannot be opened: ")
    ledger = landed.check()
    assert (ledger.refused, ledger.rows) == (dict(refused), 1)
    assert landed.read("select * from landing.refused_files") == refused
    assert landed.read("select count(*) from landing_finance.exchange_rates") == [(1,)]


def test_what_has_the_name_of_a_file_and_is_none_is_refused(landed: Landed) -> None:
    os.makedirs(landed.raw / "catalog")
    os.mkfifo(landed.raw / "catalog/stores.csv")
    assert landed.check().refused == {"catalog/stores.csv": "no file but a folder, a pipe or a device"}


def test_a_link_to_no_file_among_the_decisions_is_refused(landed: Landed, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = landed.raw.parent / "beside"
    beside.mkdir()
    (beside / "decisions_may.csv").symlink_to("nowhere.csv")
    monkeypatch.setenv("RENDEZVOUS_DECISIONS", str(beside))
    assert list(landed.check().refused) == ["RENDEZVOUS_DECISIONS/decisions_may.csv"]


def test_a_file_of_no_table_is_listed_in_the_table_of_files_that_were_not_read(landed: Landed) -> None:
    path = landed.session_file("ga360/maison/ga_sessions_20241399.json", *day(1))
    left_out = [("ga360/maison/ga_sessions_20241399.json", "belongs to no table of the landing contract: left out")]
    assert landed.read("from landing.refused_files") == left_out, "without the checks, too"
    ledger = landed.check()
    assert (ledger.refused, ledger.unread()) == ({}, dict(left_out))
    assert landed.read("from landing.refused_files") == left_out
    path.unlink()
    assert landed.read("from landing.refused_files") == []


@pytest.mark.parametrize("inside", [None, "catalog/stores.csv/part-0.csv"])
def test_a_folder_with_the_name_of_a_file_is_refused(landed: Landed, inside: str | None) -> None:
    os.makedirs(landed.raw / "catalog/stores.csv")
    if inside:
        landed.write(inside, stores(1))
    ledger = landed.check()
    assert ledger.refused == {"catalog/stores.csv": "no file but a folder, a pipe or a device"}
    assert ledger.left_out == ([inside] if inside else [])
