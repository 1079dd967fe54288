"""People joined wrongly in simulated houses of any size, part of `make bench`.

    python scripts/bench_false_merges.py --customers 10000 1000000

Who is who comes from the business feeds, so a few days of visits are enough. Each house is written by `rendezvous
simulate`, built by dbt up to `customer_identifiers` and compared with its truth: a person is false who holds records of
two people. Pairs are pairs of records within people; a device that several people used is nobody's in the truth. Till
receipts and marketplace orders are left out, for many name nobody (no card, only a marketplace's relay), which no
matching mends; the summary of `rendezvous build` judges them, too, and so tells a lower recall.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb

from timing import Run, timed

AS_OF = "2024-05-30T10:00:00Z"
KINDS = ("crm_customer", "loyalty", "ecommerce_order", "app_instance", "web_visitor")
JUDGED = f"""
    create temp table judged as
    select truth.kind, truth.person, identifiers.customer_key
    from (
        select record_kind as kind, record_system as system, record_id as id, min(person_id) as person
        from read_csv('{{truth}}', header = true, all_varchar = true)
        where record_kind in {KINDS}
        group by all having count(distinct person_id) = 1
    ) as truth
    left join marts.customer_identifiers as identifiers
        on truth.kind = identifiers.identifier_type
        and truth.system = identifiers.identifier_system
        and truth.id = identifiers.identifier_value
"""
# {which} narrows the records: browsers that nobody signed in on are no fault of the matching.
QUALITY = """
    with counted as (
        select customer_key, person, count(*) as n from judged where {which} group by all
    ),
    found as (
        select customer_key, sum(n) as n, count(*) as people from counted where customer_key is not null group by all
    ),
    true_people as (select person, sum(n) as n, count(*) as parts from counted group by all)
    select
        (select count(*) from found), (select count(*) from found where people > 1),
        (select sum(n * (n - 1) / 2) from found),
        (select sum(n * (n - 1) / 2) from counted where customer_key is not null),
        (select sum(n * (n - 1) / 2) from true_people), (select count(*) from true_people),
        (select count(*) from true_people inner join counted using (person)
            inner join found using (customer_key)
            where parts = 1 and people = 1)
"""


def built(folder: Path, customers: int, days: int, seed: int) -> tuple[Run, Run]:
    """Writes a house and builds who is who of it; what each took."""
    environment = {
        "RENDEZVOUS_RAW": str(folder / "raw"), "RENDEZVOUS_DUCKDB": str(folder / "rendezvous.duckdb"),
        "RENDEZVOUS_AS_OF": AS_OF, "RENDEZVOUS_KEY_FILE": str(folder / "hmac.key"),
    }  # fmt: skip
    rendezvous = [sys.executable, "-c", "from rendezvous.cli import main; main()"]
    house = ["--customers", str(customers), "--days", str(days), "--seed", str(seed), "--out", str(folder / "raw")]
    simulated = timed([*rendezvous, "simulate", *house], environment)
    timed([*rendezvous, "keys", "init"], environment)
    dbt = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build", "-s", "+customer_identifiers"]
    kinds = ["--resource-type", "model", "--resource-type", "seed"]
    paths = ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    return simulated, timed([*dbt, *kinds, *paths], environment)


def judgement(folder: Path) -> dict[str, tuple]:
    """The counts of QUALITY, over the records of KINDS and without browsers."""
    with duckdb.connect(str(folder / "rendezvous.duckdb"), read_only=True) as connection:
        connection.execute("set threads = 2; set memory_limit = '5GB'")
        connection.execute(JUDGED.format(truth=folder / "raw" / "truth" / "people.csv"))
        return {
            name: connection.execute(QUALITY.format(which=which)).fetchone() or ()
            for name, which in (("records", "true"), ("without browsers", "kind <> 'web_visitor'"))
        }


def main() -> None:
    """Prints what was found and what it took, a few lines per house."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, nargs="+", default=[10_000], help="people some CRM knows, per house")
    parser.add_argument("--days", type=int, default=3, help="days of visits")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="keep the last house in this folder")
    options = parser.parse_args()
    for customers in options.customers:
        folder = Path(tempfile.mkdtemp(prefix="rendezvous-bench-"))
        try:
            simulated, build = built(folder, customers, options.days, options.seed)
            print(
                f"{customers:,} clients: simulated in {simulated.seconds:.0f} s; who is who in {build.seconds:.0f} s"
                f" ({build.processor:.0f} CPU s, {build.memory / 1e6:,.0f} MB); records: {', '.join(KINDS)}"
            )
            for name, (people, false, claimed, right, true, persons, whole) in judgement(folder).items():
                precision, recall = right / max(claimed, 1), right / max(true, 1)
                print(
                    f"    {name}: {false} of {people:,} people hold records of two ({10_000 * false / people:.2f} in"
                    f" 10,000, to reach 1); {whole / persons:.4f} of {persons:,} found whole and alone; pairwise"
                    f" precision {precision:.6f}, recall {recall:.4f}, F1 {2 * right / max(claimed + true, 1):.4f}",
                    flush=True,
                )
            if options.keep:
                shutil.rmtree(options.keep, ignore_errors=True)
                shutil.copytree(folder, options.keep)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
