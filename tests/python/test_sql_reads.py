"""What a statement reads: each way to read a partitioned table whole is found, and no column is missed."""

from __future__ import annotations

import pytest

from rendezvous.sql_reads import Warehouse, reads, unbounded_reads

PARTITIONS = {"web.hits": "report_date", "web.parts": "report_date"}
COLUMNS = {
    "web.hits": ["hit_key", "part_key", "report_date"],
    "web.parts": ["part_key", "report_date"],
    "web.bounded_view": ["hit_key", "report_date"],
    "web.numbered_view": ["hit_key", "report_date", "place"],
    "reference.rules": ["rule", "report_date"],
}
VIEWS = {
    "web.bounded_view": "with h as (select * from `house`.`web`.`hits`) select h.hit_key, h.report_date from h",
    "web.numbered_view": "select hit_key, report_date, row_number() over (partition by part_key order by hit_key) as"
    " place from `house`.`web`.`hits`",
}
DAYS = "report_date in (date '2024-05-28', date '2024-05-29')"


HOUSE = Warehouse("bigquery", COLUMNS, VIEWS, PARTITIONS)


def found(sql: str) -> list[str]:
    return unbounded_reads(sql, HOUSE)


@pytest.mark.parametrize(
    "sql",
    [
        f"select hit_key from `house`.`web`.`hits` where {DAYS}",
        f"select hit_key from `house`.`web`.`hits` as h where h.{DAYS} and hit_key is not null",
        "select hit_key from web.hits where report_date between date '2024-05-28' and date '2024-05-29'",
        "select hit_key from web.hits where date '2024-05-28' <= report_date",
        "select hit_key from web.hits where false",
        f"with h as (select * from web.hits) select hit_key from h where {DAYS}",
        f"select hit_key from web.bounded_view where {DAYS}",
        "with h as (select hit_key, report_date as d from web.hits union all select part_key, report_date from"
        " web.parts) select * from h where d in (date '2024-05-28')",
        f"select * from web.hits as h inner join web.parts as p on h.part_key = p.part_key where h.{DAYS} and p.{DAYS}",
        "select * from reference.rules",
        "create or replace table web.t as (select hit_key from web.hits where report_date = date '2024-05-28')",
        f"merge into web.hits as t using (select * from web.t) as s on false when not matched by source and t.{DAYS}"
        " then delete when not matched then insert (hit_key) values (hit_key)",
        "drop table if exists web.hits",
    ],
)
def test_a_bound_is_seen(sql: str) -> None:
    assert found(sql) == []


@pytest.mark.parametrize(
    "sql",
    [
        "select hit_key from `house`.`web`.`hits`",
        "select hit_key from web.hits where hit_key = 'a'",
        "select hit_key from web.hits where report_date in (select report_date from staging.days_to_build)",
        "select hit_key from web.hits where report_date >= (select max(report_date) from reference.rules)",
        "select hit_key from web.hits where date_add(report_date, interval 1 day) = date '2024-05-28'",
        f"select hit_key from web.hits where {DAYS} or hit_key is null",
        "select hit_key from web.hits where report_date = hit_key",
        f"with h as (select * from web.hits) select hit_key from h where {DAYS} union all select hit_key from h",
        "with h as (select max(report_date) as report_date from web.hits group by hit_key) select * from h where"
        f" {DAYS}",
        f"select * from (select * from web.hits limit 3) where {DAYS}",
        f"select hit_key, place from web.numbered_view where {DAYS}",
        f"select * from web.hits as h inner join web.parts as p on h.part_key = p.part_key where h.{DAYS}",
        "with m as (select p.report_date from reference.rules as r left join web.parts as p on r.rule = p.part_key)"
        f" select * from m where {DAYS}",
        f"select rule from reference.rules where {DAYS} and exists (select 1 from web.hits)",
        "create or replace table web.t as (select hit_key from web.hits)",
        "merge into web.hits as t using (select * from web.t) as s on t.hit_key = s.hit_key when matched then delete",
        "merge into web.hits as t using (select * from web.t) as s on false when not matched by source and"
        " t.report_date in unnest(days) then delete",
        "merge into web.hits as t using (select * from web.t) as s on false when not matched by source then delete",
    ],
)
def test_a_read_without_a_bound_is_found(sql: str) -> None:
    assert len(found(sql)) == 1, found(sql)


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("select hit_key from web.hits", {"hit_key"}),
        ("select * from web.hits", {"hit_key", "part_key", "report_date"}),
        ("with h as (select * from web.hits) select h.hit_key from h where h.part_key = 'a'", {"hit_key", "part_key"}),
        ("select count(*) from web.hits", set()),
        ("select hit_key from web.bounded_view", {"hit_key"}),
        ("create table web.t as (select hit_key from web.hits)", {"hit_key"}),
        ("select r.rule from reference.rules as r where exists (select 1 from web.hits as h where h.hit_key = r.rule)",
         {"hit_key"}),
    ],
)  # fmt: skip
def test_the_columns_are_those_that_are_asked_for(sql: str, columns: set[str]) -> None:
    of_hits = [read.columns for read in reads(sql, HOUSE) if read.table == "web.hits"]
    assert of_hits == [frozenset(columns)]
