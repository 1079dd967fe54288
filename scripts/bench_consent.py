"""What the consent state of a big house costs: the models' own compiled SQL over generated people and statements.

Usage: python scripts/bench_consent.py <database of a built house> <its target/compiled folder> [people] [events]
Only the inputs are invented, in a copy of the database; `make bench` prints the reading.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import yaml
from jinja2 import Template

from rendezvous import PROJECT

# In the order of their references; a view costs when it is read.
MODELS = (
    ("view", "int_consent__ledger"), ("view", "int_consent__identifiers"), ("table", "int_consent__parts"),
    ("table", "int_consent__subjects"), ("table", "int_consent__jurisdictions"),
    ("table", "int_consent__policies"), ("view", "int_consent__events"),
    ("view", "int_consent__proven_events"), ("view", "int_consent__last_words"),
    ("table", "int_consent__answers"), ("view", "int_consent__states"), ("table", "consent_states"),
)  # fmt: skip
PURPOSES = (
    "email_marketing", "sms_marketing", "phone_marketing", "messaging_app", "analytics", "profiling", "clienteling",
    "ad_sharing", "cross_border_transfer",
)  # fmt: skip
# Every person has a client record; one statement in three is a no, one in eighteen names a recipient. Each draw hashes
# a number of its own: the hashes of two columns share their last bits.
INPUTS = {
    "intermediate.int_identity__customer_map": """
        select md5('customer' || i) as customer_key, md5('node' || i) as node_key, 'crm_customer' as identifier_type,
            'crm_eu' as identifier_system, i::text as identifier_value
        from range($people) as numbered(i)""",
    "intermediate.int_identity__strong_components": """
        select md5('node' || i) as node_key, md5('node' || i) as component_key from range($people) as numbered(i)""",
    "staging.stg_crm__customers": """
        select 'crm_eu' as source_system, i::text as customer_id, ['FR', 'GB', 'KR', 'US', null][(i % 5)::int + 1]
            as country_code
        from range($people) as numbered(i)""",
    "staging.stg_consent__consent_events": f"""
        select 'c' || i as consent_event_id, 'crm_eu' as source_system, 'crm_customer' as subject_type,
            (hash(i * 5 + 1) % $people)::text as subject_key,
            {list(PURPOSES)}[(hash(i * 5 + 2) % 9)::int + 1] as purpose,
            case when hash(i * 5 + 2) % 9 = 7 and hash(i * 5 + 3) % 2 = 0 then 'network' end as recipient,
            case when hash(i * 5 + 4) % 3 = 0 then 'refused' else 'granted' end as status,
            timestamp '2020-01-01' + to_seconds((hash(i * 5 + 5) % 100000000)::int) as occurred_at,
            timestamp '2020-01-01' + to_seconds((hash(i * 5 + 5) % 100000000)::int) as received_at, 'FR' as country_code
        from range($events) as numbered(i)""",
}


def consent_states(database: Path, compiled: Path, people: int, events: int) -> tuple[float, float]:
    """Seconds for all models above, and for one plain GROUP BY over the statements, on two threads."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / database.name
        shutil.copyfile(database, copy)
        with duckdb.connect(str(copy)) as connection:
            for name, value in settings().items():
                connection.execute(f"set {name} = '{value}'")
            connection.execute("set preserve_insertion_order = false")
            for name, sql in INPUTS.items():
                _replace(connection, name, re.sub(r"\$people", str(people), sql).replace("$events", str(events)))
            started = time.perf_counter()
            for kind, model in MODELS:
                # A unit test's stand-in lies under the name of its .yml.
                found = (path for path in compiled.rglob(f"{model}.sql") if path.parent.suffix != ".yml")
                sql = next(found).read_text(encoding="utf-8")
                schema = "marts" if model == "consent_states" else "intermediate"
                connection.execute(f"create or replace {kind} {schema}.{model} as {sql}")
            seconds = time.perf_counter() - started
            started = time.perf_counter()
            connection.execute(
                "create or replace table plain as select subject_key, purpose, max(occurred_at) as at"
                " from staging.stg_consent__consent_events group by all"
            )
            return seconds, time.perf_counter() - started


def settings() -> dict[str, str]:
    """DuckDB's settings of a build, from profiles.yml, rendered as dbt does."""
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    (plugin,) = profile["rendezvous"]["outputs"]["local"]["plugins"]
    found = plugin["config"]["settings"]
    return {name: Template(str(value)).render(env_var=os.environ.get) for name, value in found.items()}


def _replace(connection: duckdb.DuckDBPyConnection, name: str, select: str) -> None:
    """Puts generated rows in the place of a model's; columns they do not have are NULL."""
    connection.execute(f"create or replace temp table shape as select * from {name} limit 0")
    schema, table = name.split(".")
    kind = connection.execute(
        "select table_type from information_schema.tables where table_schema = ? and table_name = ?", [schema, table]
    ).fetchone()
    connection.execute(f"drop {'view' if kind and kind[0] == 'VIEW' else 'table'} {name}")
    connection.execute(f"create table {name} as select * from shape")
    connection.execute(f"insert into {name} by name {select}")


def main() -> None:
    """Prints one reading."""
    people, events = (int(given) for given in (sys.argv[3:5] or ("1000000", "10000000")))
    seconds, plain = consent_states(Path(sys.argv[1]), Path(sys.argv[2]), people, events)
    print(f"consent state of {people:,} people, {events:,} statements: {seconds:.1f} s ({plain:.1f} s plain GROUP BY)")


if __name__ == "__main__":
    main()
