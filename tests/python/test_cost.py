"""`rendezvous cost`: sizes as BigQuery counts them, what a day reads, what is billed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import duckdb
import pytest
from click.testing import CliRunner

from rendezvous.column_sizes import table_size
from rendezvous.commands import cost
from rendezvous.costs import LEAST_PER_TABLE, TIB, House, billed, dry_runs, price

MIB = 2**20


@pytest.mark.parametrize(
    ("kind", "value", "size"),
    [
        ("bigint", "7", 8), ("integer", "7", 8), ("double", "7.5", 8), ("boolean", "true", 1),
        ("decimal(38, 9)", "7", 16), ("date", "date '2024-01-01'", 8), ("timestamp", "timestamp '2024-01-01'", 8),
        ("varchar", "'abc'", 5), ("varchar", "'é'", 4), ("varchar", "''", 2), ("varchar", "null", 0),
        ("bigint", "null", 0), ("bigint[]", "[1, 2, null]", 16), ("varchar[]", "['a', 'bc']", 7),
        ("bigint[]", "null", 0),
        ("struct(a bigint, b varchar)", "{'a': 1, 'b': 'x'}", 11), ("struct(a bigint, b varchar)", "null", 0),
        ("struct(a bigint, b varchar)[]", "[{'a': 1, 'b': null}, {'a': 2, 'b': 'x'}]", 19),
        ("struct(h struct(t bigint)[])[]", "[{'h': [{'t': 1}, {'t': 2}]}]", 16),
    ],
)  # fmt: skip
def test_a_value_has_the_size_that_bigquery_counts(kind: str, value: str, size: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create schema s; create table s.t as select cast({value} as {kind}) as x from range(3)")
        assert table_size(connection, "s.t").columns == {"x": 3 * size}


def test_an_average_day_is_the_whole_by_its_days(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema s; create table s.t as"
            " select date '2024-01-01' + (range // 10)::int as report_date, range as x from range(40)"
        )
        size = table_size(connection, "s.t", "report_date")
    assert size.of() == 40 * 16
    assert size.of(frozenset(["x"])) == 40 * 8
    assert size.of(frozenset(["X"]), one_day=True) == 10 * 8


def test_every_table_is_billed_for_its_least() -> None:
    assert billed([]) == 0
    assert billed([1]) == LEAST_PER_TABLE
    assert billed([1, 30 * MIB + 1]) == LEAST_PER_TABLE + 31 * MIB
    assert price(TIB // 2, usd_per_tib=5) == 2.5


def node(name: str, sql: str, kind: str = "model", materialized: str = "table", tags: tuple[str, ...] = ()) -> dict:
    return {
        "resource_type": kind, "name": name, "alias": name, "schema": "s", "compiled_code": sql, "tags": list(tags),
        "config": {"materialized": materialized},
    }  # fmt: skip


DAYS = "report_date in (date '2024-01-01')"
NODES = [
    node("facts", f"select report_date, x, y from house.landing_ga360.ga_sessions where {DAYS}", tags=("by_day",)),
    node("whole_facts", "select x from house.s.facts", tags=("by_day",)),
    node("open_view", "select x, report_date from house.s.facts", materialized="view"),
    node("through_the_view", f"select x from house.s.open_view where {DAYS}"),
    node("twice", "select a.x from house.s.facts as a inner join house.s.facts as b on a.x = b.x"),
    node("x_is_there", "select * from house.s.facts where x is null", kind="test", materialized="test"),
    node("not_sql", "select from where"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of ten days of 1,000 rows, and the manifest of a project of seven nodes."""
    path = tmp_path_factory.mktemp("cost")
    ten_days = "date '2024-01-01' + (range % 10)::int"
    with duckdb.connect(str(path / "rendezvous.duckdb")) as connection:
        connection.execute(
            f"""
            create schema s; create schema landing_ga360; create schema marts;
            create table s.facts as select {ten_days} as report_date, range as x, 'abc' as y from range(10000);
            create table s.whole_facts as select {ten_days} as report_date, range as x from range(10000);
            create table landing_ga360.ga_sessions as
            select report_date as table_date, report_date, x, y, 'never read' as z from s.facts;
            create view s.open_view as select x, report_date from s.facts;
            create table s.through_the_view as select 1 as x; create table s.twice as select 1 as x;
            create table marts.appointment_profiles as select 'a' as appointment_id, 'c' as customer_key;
            create table marts.customers as select 'c' as customer_key, 'gold' as client_tier, 's' as home_store_id;
            create table marts.appointment_profile_items as select 'a' as appointment_id, 1 as rank, 'k' as sku,
            'n' as product_name, 'm' as material, 'c' as colour, 's' as size, 1 as score, 'r' as reason,
            true as is_available_in_store;
            """
        )
    sources = {"a": {"schema": "landing_ga360", "name": "ga_sessions", "source_name": "ga360"}}
    manifest = {"nodes": {entry["name"]: entry for entry in NODES}, "sources": sources}
    (path / "manifest.json").write_text(json.dumps(manifest))
    return path


def estimates(folder: Path, later_day: bool) -> dict[str, int]:
    with duckdb.connect(str(folder / "rendezvous.duckdb"), read_only=True) as connection:
        found = House(connection, json.loads((folder / "manifest.json").read_text())).estimate(later_day)
    assert [line.split(":")[0] for line in found.not_told] == ["not_sql"]
    return {entry.name: entry.processed for entry in found.costs}


def test_a_first_build_reads_the_columns_it_names_whole(folder: Path) -> None:
    found = estimates(folder, later_day=False)
    assert found["facts"] == 10000 * (8 + 8 + 5)
    assert found["through_the_view"] == 10000 * (8 + 8)
    assert found["twice"] == 10000 * 8  # one column, named twice
    assert found["x_is_there"] == 10000 * (8 + 8 + 5)
    assert "open_view" not in found


def test_a_later_day_reads_one_day_where_it_is_bounded(folder: Path) -> None:
    found = estimates(folder, later_day=True)
    # table_date is not bounded here, so the exports are read whole; the day itself is read back twice.
    assert found["facts"] == 10000 * 21 + 2 * 1000 * 21
    assert found["whole_facts"] == 10000 * 8 + 2 * 1000 * 16
    assert found["through_the_view"] == 1000 * 16
    assert found["x_is_there"] == 10000 * 21


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str):
    monkeypatch.setenv("RENDEZVOUS_DUCKDB", str(folder / "rendezvous.duckdb"))
    return CliRunner().invoke(cost.command, ["--compiled", str(folder), *arguments])


def test_the_command_prints_every_occasion_and_the_dearest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(folder, monkeypatch, "--usd-per-tib", "10")
    assert done.exit_code == 0, done.output
    occasions = ["first build, models", "one changed day, models", "one changed day, tests", "one brief"]
    for words in [*occasions, "whole_facts"]:
        assert words in done.output
    assert "Not told of 1:\n  not_sql" in done.output
    # A brief reads three small tables: the least that is billed, at ten dollars.
    assert f"30.0 MiB{30 * MIB / TIB * 10:>12.6f}" in done.output


def test_a_house_that_is_not_built_is_named(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDEZVOUS_DUCKDB", str(tmp_path / "rendezvous.duckdb"))
    done = CliRunner().invoke(cost.command, ["--compiled", str(folder)])
    assert "run `rendezvous build` first" in str(done.exception)


class DryClient:
    """Answers a dry run as BigQuery does, and refuses one."""

    def query(self, sql: str, job_config):
        assert job_config == "dry"
        if "from where" in sql:
            raise ValueError("Syntax error")
        tables = [object()] * sql.count(" house.")
        return SimpleNamespace(total_bytes_processed=25 * MIB, referenced_tables=tables)


def test_bigquery_is_asked_by_dry_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Client(DryClient):
        def query(self, sql: str, job_config):
            asked.append(job_config.dry_run and not job_config.use_query_cache)
            return super().query(sql, "dry")

    connection = ModuleType("rendezvous.bigquery.connection")
    connection.connect = lambda target: Client()
    monkeypatch.setitem(sys.modules, "rendezvous.bigquery.connection", connection)
    monkeypatch.setitem(sys.modules, "rendezvous.bigquery", ModuleType("rendezvous.bigquery"))
    done = run(folder, monkeypatch, "--target", "bigquery")
    assert done.exit_code == 0, done.output
    assert asked and all(asked)
    assert "By dry run" in done.output and "not_sql: Syntax error" in done.output


def test_without_the_client_of_bigquery_the_command_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rendezvous.bigquery.connection", None)
    assert "BigQuery's client" in str(run(folder, monkeypatch, "--target", "bigquery").exception)


def test_a_dry_run_is_taken_at_its_word() -> None:
    answers = {getattr(answer, "name", answer): answer for answer in dry_runs(DryClient(), NODES, "dry")}
    assert answers["facts"].processed == answers["facts"].billed == 25 * MIB
    assert "open_view" not in answers
    assert "not_sql: Syntax error" in answers
