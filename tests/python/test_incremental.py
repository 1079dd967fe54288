"""A run that builds only the days that changed ends in the same tables as a full build of the same files."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from conftest import House, house_of

NEWEST, RESTATED, VANISHED, FINAL = "20240529", "20240526", "20240524", "20240525"
PROPERTY = "maison_fr"


def web(raw: Path, table: str, day: str, web_property: str = PROPERTY) -> Path:
    return raw / "ga360" / web_property / f"{table}_{day}.json.gz"


def restate(path: Path) -> None:
    """The same day delivered again: one session gone, another one with a new visitor."""
    sessions = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    sessions[0]["fullVisitorId"] = "77000000000000000001"
    path.write_bytes(gzip.compress("".join(json.dumps(session) + "\n" for session in sessions[:-1]).encode()))


class Days:
    """A house that is built day by day, with what each run did."""

    def __init__(self, folder: Path, raw: Path) -> None:
        self.house = house_of(folder / "by_day", raw)
        self.landed = self.house.raw
        self.folder = folder
        self.rebuilt: dict[str, list[str]] = {}
        self.filed: dict[str, int] = {}

    def run(self, name: str) -> None:
        self.house.build_tables()
        days = self.house.query("select cast(report_date as varchar) from staging.days_to_build order by 1")
        self.rebuilt[name] = [day.replace("-", "") for (day,) in days]
        ((self.filed[name],),) = self.house.query("select count(*) from intermediate.int_identity__key_ledger")

    def in_full(self, name: str) -> dict[str, tuple[int, int]]:
        fresh = House(self.folder / name, as_of=self.house.as_of)
        shutil.copytree(self.landed, fresh.raw, dirs_exist_ok=True)
        shutil.copy2(self.house.key, fresh.key)
        fresh.build_tables()
        return fresh.contents()


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory, simulated: Path) -> Days:
    """Four runs: all but the newest day; nothing new; one more day; a restated, a vanished and a finalised day."""
    days = Days(tmp_path_factory.mktemp("incremental"), simulated)
    aside = days.folder / "aside"
    aside.mkdir()
    newest = sorted(days.landed.glob(f"ga360/*/*_{NEWEST}*"))
    for path in newest:
        shutil.move(path, aside / f"{path.parent.name}.{path.name}")
    intraday = web(days.landed, "ga_sessions_intraday", FINAL)
    shutil.move(web(days.landed, "ga_sessions", FINAL), intraday)
    days.run("first")
    days.first = days.house.contents()
    days.run("again")
    days.again = days.house.contents()
    for path in newest:
        shutil.move(aside / f"{path.parent.name}.{path.name}", path)
    days.run("one more day")
    days.one_more = days.house.contents()
    days.one_more_full = days.in_full("one_more_full")
    restate(web(days.landed, "ga_sessions", RESTATED))
    web(days.landed, "ga_sessions", VANISHED).unlink()
    shutil.move(intraday, web(days.landed, "ga_sessions", FINAL))
    days.run("changed")
    return days


def differences(left: dict, right: dict) -> dict:
    return {name: (left.get(name), right.get(name)) for name in left | right if left.get(name) != right.get(name)}


def test_the_same_build_twice_builds_no_day_and_changes_nothing(days: Days) -> None:
    assert days.rebuilt["again"] == []
    assert differences(days.first, days.again) == {}
    assert days.filed["again"] == days.filed["first"] < days.filed["one more day"], "the ledger grows with what is new"


def test_one_more_day_is_the_only_day_built_and_equals_a_full_build(days: Days) -> None:
    assert days.rebuilt["one more day"] == [NEWEST]
    assert differences(days.one_more, days.again), "the new day must change something"
    assert differences(days.one_more, days.one_more_full) == {}


def test_each_change_rebuilds_its_day_alone(days: Days) -> None:
    assert days.rebuilt["changed"] == [VANISHED, FINAL, RESTATED]


def test_after_restated_vanished_and_finalised_days_all_tables_equal_a_full_build(days: Days) -> None:
    assert differences(days.house.contents(), days.in_full("final_full")) == {}


def test_days_are_done_only_when_every_by_day_model_was_built(days: Days) -> None:
    """After the other tests: a selective run and an empty one mark nothing; the next whole run takes the day up."""
    restate(web(days.landed, "ga_sessions", RESTATED))
    done = "select count(*) from staging.days_done where version = 'open'"
    days.house.dbt("build", "-s", "web_properties")
    assert days.house.query(done) != [(0,)]
    days.house.dbt("run", "-s", "tag:by_day", "--empty")
    assert days.house.query(done) != [(0,)]
    days.run("after the empty run")
    assert RESTATED in days.rebuilt["after the empty run"]
    assert days.house.query(done) == [(0,)]
    commands = days.house.query("select distinct status from staging.run_ledger")
    assert commands == [("completed",)]


def test_a_build_tests_the_days_it_built_and_dbt_test_all_of_them(days: Days) -> None:
    """After the other tests, on the day they left: a key doubled in an older day, then a day built anew."""
    with duckdb.connect(str(days.house.database)) as connection:
        connection.execute(
            "insert into staging.base_ga360__sessions select * from staging.base_ga360__sessions"
            f" where report_date = strptime('{VANISHED}', '%Y%m%d') + interval 1 day limit 1"
        )
    name = "primary_key_base_ga360__sessions_row_id"
    restate(web(days.landed, "ga_sessions", RESTATED))
    built = days.house.dbt("build", "-s", "base_ga360__exported_sessions", "base_ga360__sessions",
                           "--exclude-resource-type", "unit_test")
    assert f"PASS {name}" in built.stdout
    tested = days.house.dbt("test", "-s", "base_ga360__sessions,test_name:primary_key", check=False)
    assert f"FAIL 1 {name}" in tested.stdout
