"""The order in which dbt builds: what the longest chain waits for first, no more at a time than dbt has threads.

By itself dbt gives all that is ready to its threads at once, in the order in which it became ready, so a model that
a dozen others wait for stands behind tests that nothing waits for, and at the end one thread has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from queue import PriorityQueue

import networkx
from dbt.graph.queue import GraphQueue
from dbt.task.runnable import GraphRunnableTask


def order() -> None:
    """From here on, every dbt command of this process goes the longest way first; twice is as good as once."""
    if not hasattr(GraphRunnableTask.execute_nodes, "__wrapped__"):
        GraphRunnableTask.execute_nodes = _ordered(GraphRunnableTask.execute_nodes)


def _ordered(execute: Callable) -> Callable:
    @wraps(execute)
    def execute_nodes(self: GraphRunnableTask) -> list:
        go_the_longest_way(self.job_queue, self.config.threads, getattr(self, "model_to_unit_test_map", {}))
        return execute(self)

    return execute_nodes


def go_the_longest_way(queue: GraphQueue, threads: int, unit_tests: dict[str, list[str]]) -> None:
    """Sorts a queue that nothing was taken from yet, and lets it give out no more than `threads` nodes at a time.

    unit_tests: those that run before a model, by the model's id.
    """
    queue._scores = {node: -length for node, length in longest_ways(queue.graph, unit_tests).items()}
    queue.inner, ready = PriorityQueue(), queue.queued
    queue.queued = set()
    queue._find_new_additions(ready)
    take = queue.get

    @wraps(take)
    def get(block: bool = True, timeout: float | None = None):
        with queue.some_task_done:
            queue.some_task_done.wait_for(lambda: len(queue.in_progress) < threads)
        return take(block, timeout)

    queue.get = get


def longest_ways(graph: networkx.DiGraph, unit_tests: dict[str, list[str]]) -> dict[str, int]:
    """For each node, the commands of the longest chain from it to an end of the graph, its own and unit tests included.

    What a command takes is not known before; how many wait is, and as good: by measured times a day was no faster.
    """
    ways: dict[str, int] = {}
    for node in reversed(list(networkx.topological_sort(graph))):
        behind = max((ways[child] for child in graph.successors(node)), default=0)
        ways[node] = 1 + len(unit_tests.get(node, ())) + behind
    return ways
