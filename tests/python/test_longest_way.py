"""dbt builds first what the longest chain waits for, no more at a time than it has threads; all of it, once."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import SimpleNamespace

import networkx
import pytest
from dbt.graph.queue import GraphQueue
from dbt.task.build import BuildTask
from dbt.task.runnable import GraphRunnableTask
from hypothesis import given
from hypothesis import strategies as st

from rendezvous import ONE_THREAD_EACH, affected, longest_way
from rendezvous.commands import build
from rendezvous.duckdb_plugin import Plugin

BY_ITSELF = GraphRunnableTask.execute_nodes

# early is ready at once, as is late; but only late has something behind it.
GRAPH = [("late", "middle"), ("middle", "last"), ("late", "test of late"), ("early", "test of early")]

# Graphs without a circle: an edge leads from a smaller number to a greater one.
EDGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40).map(
    lambda pairs: [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
)


class Nodes:
    """A manifest in which everything asked for is there."""

    def expect(self, unique_id: str) -> SimpleNamespace:
        return SimpleNamespace(unique_id=unique_id)


def queue_of(edges: list[tuple], threads: int, unit_tests: dict | None = None) -> GraphQueue:
    graph = networkx.DiGraph(edges)
    queue = GraphQueue(graph, Nodes(), set(graph))
    longest_way.go_the_longest_way(queue, threads, unit_tests or {})
    return queue


def order_of(queue: GraphQueue) -> list[str]:
    order = []
    while not queue.empty():
        order.append(queue.get(timeout=5).unique_id)
        queue.mark_done(order[-1])
    return order


def test_what_the_longest_chain_waits_for_comes_first() -> None:
    assert order_of(queue_of(GRAPH, 1)) == ["late", "early", "middle", "last", "test of early", "test of late"]


def test_the_unit_tests_of_a_model_are_on_its_way() -> None:
    ways = longest_way.longest_ways(networkx.DiGraph(GRAPH), {"early": ["one", "two"], "last": ["three"]})
    assert ways == {"early": 4, "test of early": 1, "late": 4, "middle": 3, "last": 2, "test of late": 1}


def test_no_more_is_taken_than_there_are_threads() -> None:
    queue = queue_of([(f"model {number}", "last") for number in range(5)], threads=2)
    first, second = queue.get(), queue.get()
    taken = threading.Thread(target=lambda: queue.mark_done(queue.get().unique_id))
    taken.start()
    taken.join(0.2)
    assert taken.is_alive() and queue.in_progress == {first.unique_id, second.unique_id}
    queue.mark_done(first.unique_id)
    taken.join(5)
    assert not taken.is_alive()


@given(EDGES, st.integers(1, 4))
def test_every_node_is_taken_once_and_after_all_before_it(edges: list[tuple[int, int]], threads: int) -> None:
    queue, taken, done = queue_of(edges, threads), [], []
    while len(done) < len(taken) or not queue.empty():
        while queue.queued and len(queue.in_progress) < threads:
            taken.append(queue.get(timeout=5).unique_id)
            assert all(before in done for before, after in edges if after == taken[-1])
        done.append(taken[len(done)])
        queue.mark_done(done[-1])
    assert sorted(taken) == sorted({node for edge in edges for node in edge})


@given(EDGES, st.dictionaries(st.integers(0, 12), st.lists(st.just("a unit test"), max_size=3)))
def test_a_way_is_the_longest_of_all_paths(edges: list[tuple[int, int]], unit_tests: dict[int, list[str]]) -> None:
    graph = networkx.DiGraph(edges)

    def longest(node: int) -> int:
        return 1 + len(unit_tests.get(node, [])) + max((longest(child) for child in graph.successors(node)), default=0)

    assert longest_way.longest_ways(graph, unit_tests) == {node: longest(node) for node in graph}


def test_a_command_of_dbt_is_ordered_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GraphRunnableTask, "execute_nodes", lambda self: order_of(self.job_queue))
    longest_way.order()
    once = GraphRunnableTask.execute_nodes
    longest_way.order()
    assert BuildTask.execute_nodes is once
    task = BuildTask.__new__(BuildTask)
    graph = networkx.DiGraph(GRAPH)
    task.job_queue, task.config = GraphQueue(graph, Nodes(), set(graph)), SimpleNamespace(threads=1)
    task.model_to_unit_test_map = {"early": ["one", "two", "three"]}
    assert task.execute_nodes()[:2] == ["early", "late"], "early's unit tests are on its way"


def test_the_plugin_orders_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where dbt-duckdb has loaded it, as each of its commands does."""
    monkeypatch.setattr(GraphRunnableTask, "execute_nodes", BY_ITSELF)
    monkeypatch.setattr(os, "umask", lambda mask: 0)
    Plugin("rendezvous.duckdb_plugin", {})
    assert GraphRunnableTask.execute_nodes is not BY_ITSELF


@pytest.mark.parametrize(
    ("environment", "threads"),
    [
        ({}, "2"),
        ({ONE_THREAD_EACH: "1"}, 1),
        ({ONE_THREAD_EACH: "1", "RENDEZVOUS_DUCKDB_THREADS": ""}, 1),
        ({ONE_THREAD_EACH: "1", "RENDEZVOUS_DUCKDB_THREADS": "4"}, "2"),
    ],
)
def test_a_command_has_one_thread_where_the_build_asks_for_it_and_the_user_has_said_nothing(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], threads: object
) -> None:
    for name in (ONE_THREAD_EACH, "RENDEZVOUS_DUCKDB_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "umask", lambda mask: 0)
    assert Plugin("rendezvous.duckdb_plugin", {"settings": {"threads": "2"}})._settings == {"threads": threads}


@pytest.mark.parametrize(("models", "asked"), [(["customers"], ["1"]), (None, [None])])
def test_the_build_of_a_part_asks_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, models: list[str] | None, asked: list[str | None]
) -> None:
    told: list[str | None] = []

    def run(command: list, env: dict[str, str], **_: object) -> SimpleNamespace:
        told.append(env.get(ONE_THREAD_EACH))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(affected, "plan", lambda *_: affected.Plan(models, ["the clock"]))
    monkeypatch.setattr(affected, "remember", lambda *_: None)
    monkeypatch.setattr(build, "subprocess", SimpleNamespace(run=run))
    build._build_what_changed(tmp_path, tmp_path / "r.duckdb", {}, everything=False)
    assert told == asked
