"""`make bench`: what the work costs on this machine, each figure beside a baseline run in the same minute.

Prints a table: work, seconds, peak memory, rate or ratio, and what the project set out to reach. Nothing here is a
test: machines are noisy, so a figure is a reading, not a verdict. `--hits` scales the simulated house.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench_consent import consent_states
from rendezvous import keys, landing
from rendezvous.contract import GA360_COLUMNS, TABLES
from timing import timed

BIN = Path(sys.executable).parent


@dataclass
class Reading:
    """One line of the table. `seconds` is wall time, `memory` the peak resident set of the process in bytes."""

    work: str
    seconds: float
    memory: float | None
    rate: str
    reach: str


def run(command: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Runs a command to its end; returns wall seconds and its peak resident memory in bytes. Raises when it fails."""
    done = timed(command, environment)
    return done.seconds, done.memory


def dbt(folder: Path, environment: dict[str, str], *arguments: str) -> tuple[float, int]:
    """Runs dbt; returns the seconds of its run after parsing (as dbt reports them) and its peak memory."""
    target = folder / "target"
    command = [str(BIN / "dbt"), *arguments, "--target-path", str(target), "--log-path", str(folder / "logs")]
    _, memory = run(command, environment)
    return json.loads((target / "run_results.json").read_text())["elapsed_time"], memory


def rendezvous_build(folder: Path, environment: dict[str, str]) -> tuple[float, int]:
    """Runs `rendezvous build`; returns the seconds of dbt after parsing and the peak memory."""
    target = folder / "target"
    paths = {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(folder / "logs")}
    _, memory = run([str(BIN / "rendezvous"), "build"], environment | paths)
    return json.loads((target / "run_results.json").read_text())["elapsed_time"], memory


def plain_unnest(raw: Path) -> float:
    """Baseline: two plain DuckDB statements that unnest the same files into a hits and a products table."""
    files = [str(file.path) for file in landing.read_folder(raw).files if file.system == "ga360"]
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in GA360_COLUMNS.items())
    options = "format = 'newline_delimited', maximum_object_size = 33554432"
    source = f"read_json({files}, columns = {{{columns}}}, {options})"
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(f"{folder}/plain.duckdb") as connection:
        connection.execute("set threads = 2")
        started = time.perf_counter()
        connection.execute(
            f"create table hits as select fullVisitorId, visitId, visitStartTime, h.* exclude (product, promotion)"
            f" from (select fullVisitorId, visitId, visitStartTime, unnest(hits) as h from {source})"
        )
        connection.execute(
            f"create table products as select fullVisitorId, visitId, hitNumber, p.* from (select fullVisitorId,"
            f" visitId, h.hitNumber as hitNumber, unnest(h.product) as p from (select fullVisitorId, visitId,"
            f" unnest(hits) as h from {source}))"
        )
        return time.perf_counter() - started


def simulate(folder: Path, customers: int, days: int) -> tuple[float, int, int]:
    """Writes a simulated house; returns seconds, peak memory in bytes and hits written."""
    seconds, memory = run(
        [str(BIN / "rendezvous"), "simulate", "--customers", str(customers), "--days", str(days), "--seed", "7",
         "--out", str(folder)],
        {},
    )
    files = [str(file.path) for file in landing.read_folder(folder).files if file.system == "ga360"]
    with duckdb.connect() as connection:
        hits = connection.execute(
            f"select sum(len(hits)) from read_json({files}, format = 'newline_delimited',"
            " columns = {'hits': 'JSON[]'}, maximum_object_size = 33554432)"
        ).fetchone()[0]
    return seconds, memory, hits


def hold_back(raw: Path) -> Callable[[], None]:
    """Takes the newest daily export of every property out of the landing folder; the result puts it back."""
    daily = [file for file in landing.read_folder(raw).files if file.table == "ga_sessions"]
    newest = max(file.day for file in daily)
    moved = [(file.path, raw.parent / "held" / file.relative) for file in daily if file.day == newest]
    for path, held in moved:
        held.parent.mkdir(parents=True, exist_ok=True)
        path.rename(held)

    def put_back() -> None:
        for path, held in moved:
            held.rename(path)

    return put_back


def erase_one(here: Path, raw: Path, environment: dict[str, str]) -> tuple[float, int]:
    """Lands a request of the person with the most visits and erases them; returns seconds and peak memory."""
    with duckdb.connect(environment["RENDEZVOUS_DUCKDB"], read_only=True) as connection:
        (address,) = connection.execute("""
            select min(clients.email) from intermediate.int_identity__session_owners as owners
            inner join marts.customer_identifiers as known
                on owners.customer_key = known.customer_key and known.identifier_type = 'email'
            inner join staging.stg_crm__customers as clients on known.identifier_value = clients.reconciliation_key
            group by owners.customer_key order by count(*) desc, owners.customer_key limit 1
        """).fetchone()
    with open(raw / "privacy" / "requests_bench.csv", "w", encoding="utf-8") as stream:
        stream.write(",".join(TABLES["privacy"]["requests"]) + "\n")
        stream.write(f"BENCH,erasure,email,{address},2024-05-29T00:00:00Z,2024-05-29T00:00:00Z,received\n")
    dbt(here, environment, "run", "-s", "base_privacy__requests", "stg_privacy__requests")
    keys.create(Path(environment["RENDEZVOUS_KEY_FILE"]).with_suffix(".suppression.key"))
    paths = {"DBT_TARGET_PATH": str(here / "target"), "DBT_LOG_PATH": str(here / "logs")}
    return run([str(BIN / "rendezvous"), "privacy", "erase", "--request", "BENCH"], environment | paths)


def readings(folder: Path, hits_wanted: int) -> list[Reading]:
    """Runs everything, smallest first."""
    key = folder / "house.key"
    keys.create_ring(key)
    lines: list[Reading] = []

    demo = folder / "demo"
    demo.mkdir()
    seconds, memory = dbt(demo, {"RENDEZVOUS_DUCKDB": str(demo / "r.duckdb"), "RENDEZVOUS_RAW": ""}, "build")
    lines.append(Reading("dbt build, demo house, after parsing", seconds, memory, "", "60 s, 2 GB"))

    small = simulate(folder / "small", 1_000, 90)
    house = folder / "house" / "raw"
    customers = max(1_000, round(hits_wanted / (small[2] / 1_000)))
    seconds, memory, hits = simulate(house, customers, 90)
    (house / "manifest.csv").unlink()
    rate = f"{hits / seconds:,.0f} hits/s"
    lines.append(Reading(f"rendezvous simulate, {hits:,} hits", seconds, memory, rate, "100,000 hits/s"))
    lines.append(
        Reading(
            f"  memory against {customers // 1_000} times fewer customers", small[0], small[1],
            f"{memory / small[1]:.2f} x", "flat (1 x)",
        )
    )

    environment = {"RENDEZVOUS_RAW": str(house), "RENDEZVOUS_KEY_FILE": str(key)}
    day_before, day_after = ({"RENDEZVOUS_AS_OF": f"2024-05-{day}T10:00:00Z"} for day in (29, 30))
    here = folder / "house"
    put_back = hold_back(house)
    full = {**environment, "RENDEZVOUS_DUCKDB": str(here / "models.duckdb")}
    dbt(here, full | day_before, "seed")
    models, memory_models = dbt(here, full | day_before, "run")
    put_back()
    day, memory_day = dbt(here, full | day_after, "run")
    plain = plain_unnest(house)
    whole = {**environment, "RENDEZVOUS_DUCKDB": str(here / "build.duckdb")}
    put_back = hold_back(house)
    build, memory_build = rendezvous_build(here, whole | day_before)
    put_back()
    build_day, memory_build_day = rendezvous_build(here, whole | day_after)
    erasure, memory_erasure = erase_one(here, house, whole | day_after)
    lines += [
        Reading(f"two plain DuckDB statements, {hits:,} hits", plain, None, "baseline", ""),
        Reading("full build, models alone", models, memory_models, f"{models / plain:.1f} x plain", "6 x plain"),
        Reading("full build with tests", build, memory_build, f"{build / plain:.1f} x plain", "150 s, 6 GB"),
        Reading("one more day, all models alone (dbt run)", day, memory_day, f"{day / models:.2f} x full", ""),
        Reading(
            "one more day with tests (rendezvous build)", build_day, memory_build_day,
            f"{build_day / build:.2f} x full", "0.10 x full",
        ),
        Reading("erasing one person, files and database anew", erasure, memory_erasure, "", "60 s and the rewrite"),
    ]

    # Last: the peak of memory is that of the largest child so far, and this is the largest.
    people, events = hits_wanted, 10 * hits_wanted
    consent, group_by = consent_states(demo / "r.duckdb", demo / "target" / "compiled", people, events)
    lines.append(
        Reading(
            f"consent of {people:,} people, {events:,} statements", consent, None,
            f"{consent / group_by:.1f} x group by", "30 s",
        )
    )
    return lines


def main() -> None:
    """Prints the machine and the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hits", type=int, default=1_000_000, help="hits of the simulated house")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rendezvous-bench-") as folder:
        lines = readings(Path(folder), arguments.hits)
    python = platform.python_version()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {python}, DuckDB {duckdb.__version__}")
    print(f"{'work':<52}{'seconds':>9}{'peak MB':>9}  {'measured':<18}{'to reach'}")
    for line in lines:
        memory = f"{line.memory / 1e6:,.0f}" if line.memory else ""
        print(f"{line.work:<52}{line.seconds:>9.1f}{memory:>9}  {line.rate:<18}{line.reach}")


if __name__ == "__main__":
    main()
