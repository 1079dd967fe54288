"""Components of ten million records, part of `make bench`: our materialization beside scipy, in the same minutes.

Records stand in five tables (CRM, orders, loyalty, web, store) with an e-mail, a phone and a loyalty id each, or some
of them. A record is linked to its identifiers, as written alike; a component is all that hangs together. The work is:
read the records, normalise their identifiers, find the components, write every record and identifier under its own.
Then 1 % more records arrive, named to the materialization (`links_are_changes`) by a model that knows what is new. Both
results must be those of a run over everything, and of scipy.

Seconds are the model's own execution time: reading and normalising records, finding, checking, writing, committing.
What dbt takes before and after it, the same whatever the records, has a column of its own and is in the CPU seconds.
The state that a later run needs is written by our full run and not by the baseline.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from rendezvous import PROJECT
from timing import Run, timed

BIN = Path(sys.executable).parent
TABLES = ("crm", "orders", "loyalty", "web", "store")
IDENTIFIERS = (
    ("email", "'email:' || lower(trim(email))"),
    ("phone", "'phone:' || replace(phone, ' ', '')"),
    ("loyalty_id", "'loyalty:' || loyalty_id"),
)
DRAWN = """
create table {table} as
with drawn as (
    select i as number, hash(i * 5 + {salt}) as one, hash(i * 5 + {salt} + 1000000007) as two from range({rows}) as t(i)
),
people as (select number, two, cast(one % {people} as bigint) as person from drawn)
select
    number >= {first} as is_late, '{table}-' || number as record_id,
    case when two % 100 < 70
        then 'Client.' || (person + case when two // 256 % 3 = 0 then {people} else 0 end) || '@Post.example '
    end as email,
    case when two // 65536 % 100 < 50
        then '+33 ' || (600000000 + person + case when two // 16777216 % 4 = 0 then {people} else 0 end) end as phone,
    case when two // 4294967296 % 100 < 40 then 'L' || person end as loyalty_id
from people
"""
PROFILE = """
bench: {{target: t, outputs: {{t: {{type: duckdb, path: '{folder}/bench.duckdb', threads: 1,
    settings: {{threads: 2, memory_limit: 5GB}}, attach: [{{path: '{folder}/records.duckdb', alias: records,
    read_only: true}}]}}}}}}
"""
MODEL = """
{{{{ config(materialized='connected_components', links_are_changes=true) }}}}
select left_node, right_node, false as is_removed
from ({links}) as links
where is_late in ({{{{ 'true' if components_are_kept() else 'true, false' if var('late', '') else 'false' }}}})
"""
BASELINE = """
import sys, duckdb, numpy, pyarrow, scipy.sparse
folder, links = sys.argv[1:]
connection = duckdb.connect(f"{folder}/scipy.duckdb")
connection.execute("set threads = 2; set memory_limit = '5GB'")
connection.execute(f"attach '{folder}/records.duckdb' as records (read_only)")
read = connection.execute(f"select left_node, right_node from ({links}) as links where not is_late").to_arrow_table()
ends = pyarrow.chunked_array(read["left_node"].chunks + read["right_node"].chunks).combine_chunks().dictionary_encode()
numbers, half = ends.indices.to_numpy(), len(ends) // 2
size, ones = len(ends.dictionary), numpy.ones(half, dtype=numpy.int8)
graph = scipy.sparse.coo_matrix((ones, (numbers[:half], numbers[half:])), shape=(size, size))
_, labels = scipy.sparse.csgraph.connected_components(graph, directed=False)
found = pyarrow.table({"node_key": ends.dictionary, "label": labels})
connection.execute("create table components as from found")
"""


def links_sql() -> str:
    """Every record and each of its identifiers; a record without any is linked to itself."""
    parts = [
        f"select is_late, record_id as left_node, {written} as right_node from records.{table}"
        f" where {column} is not null"
        for table in TABLES
        for column, written in IDENTIFIERS
    ]
    none = " and ".join(f"{column} is null" for column, _ in IDENTIFIERS)
    parts += [f"select is_late, record_id, record_id from records.{table} where {none}" for table in TABLES]
    return " union all ".join(parts)


def draw_records(folder: Path, records: int) -> None:
    """Five tables of equal length, 1 % of each marked as late; half of a person's records share what they have."""
    first = records // len(TABLES)
    with duckdb.connect(str(folder / "records.duckdb")) as connection:
        connection.execute("set threads = 2; set memory_limit = '5GB'; set preserve_insertion_order = false")
        for salt, table in enumerate(TABLES):
            rows = first + first // 100
            connection.execute(DRAWN.format(table=table, salt=salt, rows=rows, first=first, people=max(1, first)))


def lay_out_project(folder: Path) -> None:
    """A dbt project of one model with the macros of this one."""
    (folder / "models").mkdir()
    macros = PROJECT / "macros"
    (folder / "dbt_project.yml").write_text(
        f'name: rendezvous\nprofile: bench\nmacro-paths: ["{macros}/materializations", "{macros}/portable"]\n'
    )
    (folder / "profiles.yml").write_text(PROFILE.format(folder=folder))
    (folder / "models" / "components.sql").write_text(MODEL.format(links=links_sql()))


def dbt_run(folder: Path, *arguments: str) -> Run:
    """Runs the model; the seconds are the model's own, without dbt's start and without writing what came before."""
    os.sync()
    run = timed([str(BIN / "dbt"), "run", "--profiles-dir", str(folder), *arguments], folder=folder)
    (result,) = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return Run(result["execution_time"], run.processor, run.memory, run.seconds - result["execution_time"])


def ask(folder: Path, sql: str) -> tuple:
    """The first row of a query over what our run wrote."""
    with duckdb.connect(str(folder / "bench.duckdb"), read_only=True) as connection:
        connection.execute("set threads = 2; set memory_limit = '5GB'")
        connection.execute(f"attach '{folder}/scipy.duckdb' as scipy (read_only)")
        return connection.execute(sql).fetchone()


def read_all(folder: Path) -> tuple[float, float]:
    """Seconds to read all rows of the components, of which so many are a view, and of a table with the same rows; the
    second reading of each, for the first one fetches the file."""
    took = []
    with duckdb.connect(str(folder / "bench.duckdb")) as connection:
        connection.execute("set threads = 2; set memory_limit = '5GB'; create table as_a_table as from components")
        for relation in ("components", "as_a_table"):
            for _ in range(2):
                begun = time.perf_counter()
                connection.execute(f"select count(*), sum(hash(node_key, component_key)) from {relation}").fetchone()
            took.append(time.perf_counter() - begun)
    return took[0], took[1]


def main() -> None:
    """Prints what each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000, help="records in all five tables")
    records = parser.parse_args().records
    everything = "select count(*), sum(hash(node_key, component_key)) from components"
    with tempfile.TemporaryDirectory(prefix="rendezvous-bench-") as name:
        folder = Path(name)
        draw_records(folder, records)
        lay_out_project(folder)
        full = dbt_run(folder)
        os.sync()
        scipy = timed([sys.executable, "-c", BASELINE, str(folder), links_sql()], folder=folder)
        pairs = ask(folder, """
            select count(*), count(distinct ours.component_key), count(distinct theirs.label),
                count(distinct (ours.component_key, theirs.label))
            from components as ours full join scipy.components as theirs using (node_key)
        """)  # fmt: skip
        part = dbt_run(folder, "--vars", "late: 'yes'")
        in_part = ask(folder, everything)
        again = dbt_run(folder, "--vars", "late: 'yes'", "--full-refresh")
        in_full = ask(folder, everything)
        view, table = read_all(folder)
    alike = "the same components" if len(set(pairs[1:])) == 1 else f"OTHER COMPONENTS: {pairs[1:]}"
    print(f"{records:,} records in {len(TABLES)} tables: {pairs[0]:,} nodes, {pairs[1]:,} components")
    print(f"{'work':<40}{'seconds':>9}{'dbt':>7}{'CPU s':>8}{'peak MB':>9}  {'measured':<34}{'to reach'}")
    ratio = f"{full.seconds / scipy.seconds:.2f} x scipy, {alike}"
    share = f"{part.seconds / again.seconds:.3f} x full, " + ("identical" if in_part == in_full else "NOT IDENTICAL")
    for work, run, measured, reach in [
        ("read, scipy connected_components, write", scipy, "baseline", ""),
        ("identifiers to membership, all", full, ratio, "20 s, 8 GB, 3 x scipy"),
        ("1 % more records", part, share, "0.05 x full"),
        ("all again with --full-refresh", again, "", ""),
    ]:
        took = f"{run.seconds:>9.1f}{run.around:>7.1f}{run.processor:>8.1f}{run.memory / 1e6:>9,.0f}"
        print(f"{work:<40}{took}  {measured:<34}{reach}")
    print(f"{'reading all rows':<40}{view:>9.1f}{'':>24}  {view / table:.1f} x a table with the same rows")


if __name__ == "__main__":
    main()
