"""kill -9 in the middle of a build: the next run completes, equals a clean one, and leaves nothing behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import duckdb

from conftest import PROJECT, House, house_of
from test_incremental import differences, restate, web


def kill_after_models(house: House, models: int, then: float) -> str:
    """Starts a build and kills it a moment after so many models were done; returns what it had printed."""
    command = house.dbt_command("build", "--exclude-resource-type", "test", "unit_test")
    with subprocess.Popen(
        command, cwd=PROJECT, env=house.environ(), stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        printed, done = [], 0
        for line in process.stdout:
            printed.append(line)
            done += " OK created sql " in line
            if done >= models:
                time.sleep(then)
                break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return "".join(printed)


def test_a_killed_build_is_made_good_by_the_next(tmp_path: Path, simulated: Path, simulated_house: House) -> None:
    clean = simulated_house
    total = sum(1 for _ in (PROJECT / "models").rglob("*.sql"))
    house = house_of(tmp_path / "killed", simulated)
    house.key.write_bytes(clean.key.read_bytes())
    draw = random.Random(os.environ.get("CRASH_SEED", "rendezvous"))
    for part in (0.1, 0.4, 0.7):
        printed = kill_after_models(house, max(1, int(total * part)), draw.random() * 0.3)
        assert "Completed successfully" not in printed
        # What a kill between two renames leaves; DuckDB's own log makes it rare, so one is put there by hand.
        with duckdb.connect(str(house.database)) as connection:
            connection.execute("create schema if not exists marts")
            connection.execute("create or replace table marts.customers__dbt_backup as select 1 as erased_person")
            connection.execute("create or replace view staging.old__dbt_tmp as select 1 as one")
    house.build_tables()
    assert differences(clean.contents(), house.contents()) == {}
    left = "select table_name from information_schema.tables where contains(table_name, '__dbt_')"
    assert house.query(left) == []
    statuses = house.query("select status, count(*) from staging.run_ledger group by status order by status")
    assert statuses == [("completed", 1), ("crashed", 3)]
    _a_day_that_came_and_went_while_runs_were_killed(house, clean, total)


def _a_day_that_came_and_went_while_runs_were_killed(house: House, clean: House, total: int) -> None:
    """A killed run had built a restated day; then the old file came back. Its version is that of the last whole
    run again, and still the day must be built once more."""
    path = web(house.raw, "ga_sessions", "20240526")
    before, stat = path.read_bytes(), path.stat()
    restate(path)
    kill_after_models(house, int(total * 0.8), 0)
    path.write_bytes(before)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    house.build_tables()
    assert differences(clean.contents(), house.contents()) == {}
