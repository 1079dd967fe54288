"""The materialization connected_components through dbt-bigquery on a local server: a first run, links that came and
went, a run of which nothing has changed; each equal to networkx. Needs bqemulator; no account, no network.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import networkx

from bigquery.emulated import PROJECT_ID, client_of, emulator

MACROS = Path(__file__).resolve().parents[2] / "macros"
PROJECT = f"""
name: rendezvous
profile: small
macro-paths: ["{MACROS}/materializations", "{MACROS}/portable"]
"""
PROFILE = """
small:
  target: t
  outputs:
    t: {{type: bigquery, method: oauth-secrets, token: emulator, api_endpoint: "http://{address}", project: {project},
         dataset: graphs, threads: 1, job_execution_timeout_seconds: 120, job_retries: 0,
         job_retry_deadline_seconds: 60}}
"""
MODEL = """
{{ config(materialized='connected_components', incremental_from=0) }}
select left_node, right_node from graphs.links
"""

Edge = tuple[str, str]


def dbt_run(folder: Path) -> None:
    command = [str(Path(sys.executable).parent / "dbt"), "run", "--profiles-dir", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:]


def expected(links: set[Edge]) -> dict[str, str]:
    parts = [sorted(part) for part in networkx.connected_components(networkx.Graph(links))]
    return {node: part[0] for part in parts for node in part}


def test_components_follow_their_links_on_bigquery(tmp_path: Path) -> None:
    draw = random.Random(11)
    names = [f"n{number:03d}" for number in range(300)]
    links = {(name, name) for name in [*names, "far"]} | {(draw.choice(names), draw.choice(names)) for _ in range(170)}
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "components.sql").write_text(MODEL)
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    with emulator(tmp_path / "emulator") as address:
        (tmp_path / "profiles.yml").write_text(PROFILE.format(address=address, project=PROJECT_ID))
        client = client_of(address)
        client.create_dataset("graphs", exists_ok=True)
        for step in range(3):
            rows = ", ".join(f"('{left}', '{right}')" for left, right in sorted(links))
            client.query_and_wait(
                "create or replace table graphs.links as select row.l as left_node, row.r as right_node"
                f" from unnest([struct<l string, r string>{rows}]) as row"
            )
            dbt_run(tmp_path)
            rows = client.query_and_wait("select node_key, component_key from graphs.components")
            found = {row["node_key"]: row["component_key"] for row in rows}
            if step > 0:
                assert found.pop("far") == "spoilt"  # no later run looked at a component without a change
            assert found == expected({link for link in links if "far" not in link or step == 0})
            if step == 0:
                client.query_and_wait("update graphs.components__names set node_key = 'spoilt' where node_key = 'far'")
                went = set(draw.sample(sorted(links - {("far", "far")}), 25))
                links = (links - went) | {(draw.choice(names), f"new{number}") for number in range(15)}
        tables = {table.table_id for table in client.list_tables("graphs")}
        kept = {f"components__{name}" for name in ("nodes", "names", "merged", "links", "state")}
        assert tables == {"links", "components", *kept}
