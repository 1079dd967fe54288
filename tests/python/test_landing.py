"""The landing folder as tables: every contract table, from whatever files there are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from rendezvous import HouseError, landing
from rendezvous.contract import TABLES

# Rights do not bind root unless it lays these down.
BOUND = () if os.geteuid() else (
    "setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"
)  # fmt: skip


def opened(raw: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    landing.open_landing(connection, landing.read_folder(raw))
    return connection


def put(raw: Path, path: str, text: str) -> None:
    (raw / path).parent.mkdir(parents=True, exist_ok=True)
    (raw / path).write_text(text)


def test_an_empty_folder_gives_every_table_empty_with_its_columns(tmp_path: Path) -> None:
    with opened(tmp_path) as connection:
        for system, tables in TABLES.items():
            for table, columns in tables.items():
                shown = connection.execute(f"from landing_{system}.{table}")
                assert [column[0] for column in shown.description] == [*columns, "_file", "_line"]
                assert shown.fetchall() == []
        for table in landing.GA360_TABLES:
            assert connection.execute(f"from landing_ga360.{table}").fetchall() == []


def test_shards_in_any_format_and_column_order_are_one_table(tmp_path: Path) -> None:
    put(tmp_path, "catalog/stores.csv", "\ufeffstore_id,city\n01,Paris\n")
    put(tmp_path, "catalog/stores_late.csv", "city,store_id,mood\n\"Lon\ndon\",02,calm\nBath,03,\n")
    duckdb.sql(f"copy (select 4 as store_id, 'Lyon' as city) to '{tmp_path}/catalog/stores_old.parquet'")
    put(tmp_path, "catalog/store_devices.csv", "property,client_id\np,c\n")
    with opened(tmp_path) as connection:
        shown = connection.execute("select store_id, city, _file, _line from landing_catalog.stores order by 1")
        assert shown.fetchall() == [
            ("01", "Paris", "catalog/stores.csv", 2),
            ("02", "Lon\ndon", "catalog/stores_late.csv", 2),
            ("03", "Bath", "catalog/stores_late.csv", 4),
            ("4", "Lyon", "catalog/stores_old.parquet", 1),
        ]
        assert connection.execute("select count(*) from landing_catalog.store_devices").fetchone() == (1,)


def test_web_exports_carry_property_and_day_and_their_version_changes_with_the_file(tmp_path: Path) -> None:
    put(tmp_path, "ga360/fr/ga_sessions_20240501.json", '{"visitId": "1", "unknown": {"a": [1]}}\n')
    put(tmp_path, "ga360/fr/ga_sessions_intraday_20240502.json", '{"visitId": "2"}\n')
    put(tmp_path, "ga360/fr/ga_sessions_20249901.json", '{"visitId": "3"}\n')
    put(tmp_path, "ga360/ga_sessions_20240503.json", '{"visitId": "4"}\n')
    unknown = ["ga360/fr/ga_sessions_20249901.json", "ga360/ga_sessions_20240503.json"]
    assert landing.read_folder(tmp_path).unknown == unknown
    with opened(tmp_path) as connection:
        assert connection.execute("select visitId, property, table_date from landing_ga360.ga_sessions").fetchall() == [
            ("1", "fr", date(2024, 5, 1))
        ]
        days = dict(connection.execute("select table_kind, version from landing.export_days").fetchall())
        assert set(days) == {"daily", "intraday"}
    put(tmp_path, "ga360/fr/ga_sessions_20240501.json", '{"visitId": "5"}\n')
    with opened(tmp_path) as connection:
        later = dict(connection.execute("select table_kind, version from landing.export_days").fetchall())
    assert later["daily"] != days["daily"] and later["intraday"] == days["intraday"]


def test_an_edited_macro_changes_the_version_of_every_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "raw/ga360/fr/ga_sessions_20240501.json", '{"visitId": "1"}\n')
    put(tmp_path, "macros/rules/scrub.sql", "{% macro scrub() %}1{% endmacro %}")
    monkeypatch.setattr(landing, "MACROS", tmp_path / "macros")
    versions = []
    for text in ("{% macro scrub() %}1{% endmacro %}", "{% macro scrub() %}2{% endmacro %}"):
        put(tmp_path, "macros/rules/scrub.sql", text)
        with opened(tmp_path / "raw") as connection:
            versions += connection.execute("select version from landing.export_days").fetchall()
    assert len(set(versions)) == 2


def test_a_predicate_on_the_day_opens_only_the_files_of_that_day(tmp_path: Path) -> None:
    for day in range(1, 10):
        put(tmp_path, f"ga360/fr/ga_sessions_2024050{day}.json", '{"visitId": "1"}\n')
    with opened(tmp_path) as connection:
        plan = connection.execute(
            "explain analyze select visitId from landing_ga360.ga_sessions where table_date = date '2024-05-03'"
        ).fetchone()[1]
    assert "Total Files Read: 1" in plan or "Scanning Files: 1/9" in plan, plan


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "no header row"), ("a,a\n", "column a stands there twice"), ("a,b\xff\n", "the header cannot be read")],
)
def test_a_header_that_cannot_be_read_names_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "stores.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(HouseError, match=words) as caught:
        opened(tmp_path)
    assert "stores.csv: line 1" in str(caught.value)


def test_a_folder_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDEZVOUS_RAW", "/nowhere/at/all")
    with pytest.raises(HouseError, match="RENDEZVOUS_RAW is '/nowhere/at/all', which is not a folder"):
        landing.landing_folder()


def read_without(raw: Path, locked: str) -> subprocess.CompletedProcess:
    """Reads a landing folder, one folder of which may not be opened, and prints what belongs to no table."""
    if BOUND and not shutil.which(BOUND[0]):
        pytest.skip("rights do not bind this user")
    read = f"print(landing.read_folder(Path({str(raw)!r})).unknown)"
    program = f"from pathlib import Path; from rendezvous import landing; {read}"
    (raw / locked).chmod(0)
    done = subprocess.run([*BOUND, sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    (raw / locked).chmod(0o700)
    return done


@pytest.mark.parametrize("locked", ["ga360/fr", "crm", "."])
def test_a_folder_that_cannot_be_read_stops_the_run_and_is_named(tmp_path: Path, locked: str) -> None:
    put(tmp_path, "ga360/fr/ga_sessions_20240501.json", '{"visitId": "1"}\n')
    put(tmp_path, "crm/advisors.csv", "advisor_id\na\n")
    done = read_without(tmp_path, locked)
    assert f"HouseError: {tmp_path / locked}: this folder cannot be read (Permission denied)" in done.stderr


def test_a_folder_that_cannot_be_read_and_may_hold_no_table_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "lost+found/x", "")
    assert read_without(tmp_path, "lost+found").stdout == "['lost+found']\n"


def test_a_link_to_a_file_in_the_place_of_a_folder_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "ga360/a.json", "")
    (tmp_path / "ga360/b.json").symlink_to("a.json")
    assert landing.read_folder(tmp_path).unknown == ["ga360/a.json", "ga360/b.json"]


@pytest.mark.parametrize("name", ["crm", "ga360", "ga360/fr"])
def test_a_link_to_a_folder_that_is_gone_stops_the_run_and_is_named(tmp_path: Path, name: str) -> None:
    put(tmp_path, "ga360.txt", "")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to("/nowhere/at/all")
    with pytest.raises(HouseError, match=f"{tmp_path / name}: this folder cannot be read .No such file or directory"):
        landing.read_folder(tmp_path)


def test_decisions_that_cannot_be_listed_stop_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "beside", "a file where a folder belongs")
    monkeypatch.setenv("RENDEZVOUS_DECISIONS", str(tmp_path / "beside"))
    with pytest.raises(HouseError, match="beside: this folder cannot be read"):
        landing.read_folder(tmp_path)
    monkeypatch.setenv("RENDEZVOUS_DECISIONS", str(tmp_path / "not yet"))
    assert landing.read_folder(tmp_path).files == []


def test_a_link_back_to_a_folder_that_it_lies_in_is_left_out_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "raw/ga360/fr/ga_sessions_20240501.json", '{"visitId": "1"}\n')
    put(tmp_path, "parts/it/ga_sessions_20240501.json", '{"visitId": "2"}\n')
    for link, target in [("raw/ga360/loop", ".."), ("raw/ga360/it", "../../parts/it"), ("parts/it/back", "../../raw")]:
        (tmp_path / link).symlink_to(target)
    found = landing.read_folder(tmp_path / "raw")
    assert [file.web_property for file in found.files] == ["fr", "it"], "a link elsewhere is followed"
    assert found.unknown == ["ga360/it/back", "ga360/loop"]
