"""The landing folder as tables: every contract table, from whatever files there are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from rendezvous import HouseError, landing
from rendezvous.contract import TABLES


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
