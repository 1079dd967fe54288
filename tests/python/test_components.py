"""The materialization connected_components against networkx: many graphs in one table, one dbt run."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import duckdb
import networkx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

MACROS = Path(__file__).resolve().parents[2] / "macros" / "materializations"
PROJECT = """
name: rendezvous
profile: small
macro-paths: ["{macros}"]
models: {{rendezvous: {{+materialized: connected_components}}}}
"""
PROFILE = "small: {{target: t, outputs: {{t: {{type: duckdb, path: '{path}', threads: 1}}}}}}"
MODEL = """
select left_node, right_node
from read_csv('{edges}', header = true, all_varchar = true)
where graph {which}
"""

Edge = tuple[str, str]


def shapes() -> dict[str, list[Edge]]:
    """Graphs with a name: each is prone to one mistake."""
    line = [f"{number:04d}" for number in range(1000)]
    mixed = random.Random(3).sample(line, len(line))
    clique = [(a, b) for a in line[:12] for b in line[:12]]
    return {
        "chain": list(zip(line, line[1:])),
        "mixed_chain": list(zip(mixed, mixed[1:])),
        "ring": list(zip(mixed[:300], mixed[1:300] + mixed[:1])),
        "star_of_smallest": [(line[0], leaf) for leaf in line[1:]],
        "star_of_greatest": [(line[-1], leaf) for leaf in line[:-1]],
        "alone": [("x", "x")],
        "repeated": [("b", "a"), ("a", "b"), ("a", "b"), ("b", "b")],
        "bridge": [(f"l{a}", f"l{b}") for a, b in clique] + [(f"r{a}", f"r{b}") for a, b in clique]
        + [("l0003", "r0007")],
        "tree": [(line[number], line[(number - 1) // 2]) for number in range(1, 1000)],
        "comb": list(zip(mixed[:200], mixed[1:200])) + list(zip(mixed[:200], mixed[200:400])),
        "letters": [("é", "e"), ("王", "Z"), ("Z", "z"), ("", "é")],
    }  # fmt: skip


def random_graphs() -> dict[str, list[Edge]]:
    """What hypothesis thinks of, from no edges but loops to one dense lump."""
    found: list[list[Edge]] = []
    node = st.integers(0, 14).map(str)

    @settings(max_examples=150, database=None, deadline=None, derandomize=True,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.lists(st.tuples(node, node), min_size=1, max_size=24))
    def collect(edges: list[Edge]) -> None:
        found.append(edges)

    collect()
    return {f"random_{number}": edges for number, edges in enumerate(found)}


def dbt(
    folder: Path, models: dict[str, str], graphs: dict[str, list[Edge]], shuffle: int
) -> subprocess.CompletedProcess:
    """Builds the models over all graphs; the graph's name is part of each node's."""
    rows = [
        (name, f"{name}/{left}", f"{name}/{right}") for name, edges in graphs.items() for left, right in edges
    ]
    random.Random(shuffle).shuffle(rows)
    (folder / "models").mkdir(parents=True, exist_ok=True)
    with (folder / "edges.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("graph", "left_node", "right_node"))
        writer.writerows(rows)
    (folder / "dbt_project.yml").write_text(PROJECT.format(macros=MACROS))
    (folder / "profiles.yml").write_text(PROFILE.format(path=folder / "graphs.duckdb"))
    for name, text in models.items():
        (folder / "models" / f"{name}.sql").write_text(text.replace("{edges}", str(folder / "edges.csv")))
    command = [str(Path(sys.executable).parent / "dbt"), "run", "--profiles-dir", str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def graphs() -> dict[str, list[Edge]]:
    return shapes() | random_graphs()


@pytest.fixture(scope="module")
def built(graphs: dict[str, list[Edge]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graphs")
    models = {
        "components": MODEL.replace("{which}", "is not null"),
        "empty": MODEL.replace("{which}", "= 'no such graph'"),
    }
    done = dbt(folder, models, graphs, shuffle=1)
    assert done.returncode == 0, done.stdout
    return folder


def read(folder: Path, table: str) -> dict[str, str]:
    with duckdb.connect(str(folder / "graphs.duckdb"), read_only=True) as connection:
        rows = connection.execute(f"select node_key, component_key from {table}").fetchall()
    assert len(rows) == len({node for node, _ in rows}), "a node stands in two components"
    return dict(rows)


def test_components_equal_networkx_in_every_graph(built: Path, graphs: dict[str, list[Edge]]) -> None:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for node, component in read(built, "components").items():
        found[node.split("/")[0]][node.partition("/")[2]] = component.partition("/")[2]
    assert set(found) == set(graphs)
    for name, edges in graphs.items():
        parts = networkx.connected_components(networkx.Graph(edges))
        expected = {node: min(part) for part in parts for node in part}
        assert found[name] == expected, name


def test_a_chain_of_a_thousand_nodes_is_one_component(built: Path) -> None:
    found = {component for node, component in read(built, "components").items() if node.startswith("mixed_chain/")}
    assert found == {"mixed_chain/0000"}


def test_order_of_rows_and_a_second_run_change_nothing(built: Path, graphs: dict[str, list[Edge]]) -> None:
    first = read(built, "components")
    done = dbt(built, {}, graphs, shuffle=2)
    assert done.returncode == 0, done.stdout
    assert read(built, "components") == first


def test_no_edges_give_an_empty_table(built: Path) -> None:
    assert read(built, "empty") == {}


def test_nothing_is_left_behind(built: Path) -> None:
    with duckdb.connect(str(built / "graphs.duckdb"), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert tables == {"components", "empty"}


def test_a_graph_that_does_not_come_to_rest_fails_the_run(tmp_path: Path) -> None:
    model = "{{ config(max_rounds=2) }}" + MODEL.replace("{which}", "is not null")
    done = dbt(tmp_path, {"components": model}, {"chain": shapes()["mixed_chain"]}, shuffle=1)
    assert done.returncode == 1
    assert "not come to rest after 2 rounds" in done.stdout
    assert not (tmp_path / "graphs.duckdb").exists() or "components" not in _tables(tmp_path)


def _tables(folder: Path) -> set[str]:
    with duckdb.connect(str(folder / "graphs.duckdb"), read_only=True) as connection:
        return {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
