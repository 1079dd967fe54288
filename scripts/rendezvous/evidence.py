"""The evidence behind one person as a graph: the strongest chain between two identifiers, and what holds it together.

All of it is linear in the person's evidence (three searches in breadth, one in depth), and every answer is the same
whatever the order of the pieces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise

import networkx

Node = tuple[str, ...]
"""An identifier: type, system, value. With a fourth part it is one that is nobody's, which some records agree over."""

RANKS = (1, 2, 3)
"""Strong, medium, presumed: as in marts.customer_evidence."""

# A purchase or an installed app names one person and joins nobody: a part of nothing else is no person.
_NAME_ONE_PERSON = {"ecommerce_order", "pos_transaction", "marketplace_order", "app_instance"}


@dataclass(frozen=True)
class Piece:
    """One piece of evidence that two identifiers are one person's: a row of marts.customer_evidence."""

    left: Node
    right: Node
    linked_by: str
    rank: int
    is_joining: bool = True
    shared: Node | None = None
    signal_count: int = 1
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None

    def order(self) -> tuple[int, int, str, Node]:
        """Sorts the best evidence first: by strength, by how often it was seen, then by name."""
        return self.rank, -self.signal_count, self.linked_by, self.shared or ()


class Evidence:
    """The pieces of one person by the two identifiers they tie."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        between: dict[frozenset[Node], list[Piece]] = defaultdict(list)
        for piece in pieces:
            between[frozenset((piece.left, piece.right))].append(piece)
        self.between = {pair: sorted(found, key=Piece.order) for pair, found in between.items()}
        # Devices and numbers hang on the person; no chain leads through them.
        self.listed = {piece.left for piece in self.pieces() if not piece.is_joining}

    def pieces(self) -> Iterator[Piece]:
        """All pieces, those between the same two identifiers together."""
        return chain.from_iterable(self.between.values())

    def best(self, one: Node, other: Node) -> Piece:
        """The best evidence between two identifiers that some ties directly."""
        return self.between[frozenset((one, other))][0]

    def chains(self, source: Node) -> Chains:
        """The strongest chains from one identifier to all others."""
        return Chains(self, source)


class Chains:
    """From one identifier to each other: the chain whose weakest link is strongest; of those the one with fewest links,
    then the first by the keys along it."""

    def __init__(self, evidence: Evidence, source: Node) -> None:
        self.source = source
        self.weakest: dict[Node, int] = {source: 0}
        self._before: dict[int, dict[Node, Node]] = {}
        for rank in RANKS:
            self._before[rank] = _searched(evidence, source, rank)
            for node in self._before[rank]:
                self.weakest.setdefault(node, rank)

    def to(self, target: Node) -> list[Node] | None:
        """The chain with both its ends; None if none leads there."""
        if target not in self.weakest:
            return None
        found = [target]
        while found[-1] != self.source:
            found.append(self._before[self.weakest[target]][found[-1]])
        return found[::-1]


def _searched(evidence: Evidence, source: Node, rank: int) -> dict[Node, Node]:
    """Who comes before each identifier on its shortest chain of evidence of this rank or better.

    Neighbours are visited in their order, so the chain found first is also the first by its keys.
    """
    graph = networkx.Graph()
    graph.add_node(source)
    graph.add_edges_from(tuple(pair) for pair, found in evidence.between.items() if found[0].rank <= rank)

    def neighbours(node: Node) -> Iterator[Node]:
        return iter(sorted(graph[node]) if node == source or node not in evidence.listed else ())

    return {node: before for before, node in networkx.generic_bfs_edges(graph, source, neighbours)}


@dataclass(frozen=True)
class WeakPoint:
    """One identifier, or one link (two of them), without which the person falls into parts.

    `sizes` counts in each part what could be a person: client records, memberships and addresses. The greatest first.
    """

    nodes: tuple[Node, ...]
    sizes: tuple[int, ...]

    @property
    def lost(self) -> int:
        """How much would part from the greatest part."""
        return sum(self.sizes[1:])

    def order(self) -> tuple[int, tuple[Node, ...]]:
        """Sorts what parts most first."""
        return -self.lost, self.nodes


class Cohesion:
    """What holds a person together: the tree of blocks (no one identifier parts a block) and the cuts between them.

    Records that agree over an address or number are tied through it: without it they would not agree. Numbers and
    devices are left out but for `ends`, whose ties with the others are asked for.
    """

    def __init__(self, evidence: Evidence, ends: tuple[Node, ...] = ()) -> None:
        self.graph = _joined(evidence, ends)
        self._blocks = [frozenset(block) for block in networkx.biconnected_components(self.graph)]
        of_node: dict[Node, list[int]] = defaultdict(list)
        for number, block in enumerate(self._blocks):
            for node in block:
                of_node[node].append(number)
        self._block_of = {node: numbers[0] for node, numbers in of_node.items()}
        self._cuts = {node for node, numbers in of_node.items() if len(numbers) > 1}
        self._tree = networkx.Graph((node, number) for node in self._cuts for number in of_node[node])
        self._tree.add_nodes_from(range(len(self._blocks)))
        self._sizes, self._parents = self._weighed()

    def _weighed(self) -> tuple[dict[Node | int, int], dict[Node | int, Node | int]]:
        """The size of each branch of the tree, hung up at the first block, and what each branch hangs on."""
        sizes: dict[Node | int, int] = {node: _size(node) for node in self._cuts}
        for number, block in enumerate(self._blocks):
            sizes[number] = sum(_size(node) for node in block - self._cuts)
        edges = list(networkx.bfs_edges(self._tree, 0)) if self._blocks else []
        for parent, child in reversed(edges):
            sizes[parent] += sizes[child]
        return sizes, {child: parent for parent, child in edges}

    def records(self) -> list[WeakPoint]:
        """Identifiers that alone hold the person together (articulation points), those that part most first."""
        return sorted((self._record(node) for node in self._cuts), key=WeakPoint.order)

    def links(self) -> list[WeakPoint]:
        """Links that alone hold the person together (bridges), those that part most first."""
        bridges = (number for number, block in enumerate(self._blocks) if len(block) == 2)
        return sorted((self._link(number) for number in bridges), key=WeakPoint.order)

    def between(self, one: Node, other: Node) -> tuple[list[Node], list[tuple[Node, ...]]]:
        """The identifiers, and the links, that lie on every way from one identifier to another, in that order."""
        ends = [node if node in self._cuts else self._block_of.get(node) for node in (one, other)]
        if one == other or None in ends:
            return [], []
        path = networkx.shortest_path(self._tree, *ends)
        links = [tuple(sorted(self._blocks[step])) for step in path if isinstance(step, int)]
        return (
            [step for step in path if not isinstance(step, int) and step not in (one, other)],
            [link for link in links if len(link) == 2],
        )

    def parts(self, point: WeakPoint) -> list[list[Node]]:
        """The identifiers of each part into which the person falls without this point, the greatest part first."""
        graph = self.graph.copy()
        if len(point.nodes) == 1:
            graph.remove_node(point.nodes[0])
        else:
            graph.remove_edge(*point.nodes)
        parts = (
            sorted((node for node in part if len(node) == 3), key=lambda node: (-_size(node), node))
            for part in networkx.connected_components(graph)
        )
        return sorted(parts, key=lambda part: (-sum(map(_size, part)), -len(part), part))

    def _total(self) -> int:
        return self._sizes[0]

    def _record(self, node: Node) -> WeakPoint:
        branches = [self._sizes[block] for block in self._tree[node] if block != self._parents[node]]
        return WeakPoint((node,), _descending([*branches, self._total() - self._sizes[node]]))

    def _link(self, number: int) -> WeakPoint:
        one, other = sorted(self._blocks[number])
        below = self._sizes[number] if number else self._sizes[one] if one in self._cuts else _size(one)
        return WeakPoint((one, other), _descending([below, self._total() - below]))


def _joined(evidence: Evidence, ends: tuple[Node, ...]) -> networkx.Graph:
    """The graph that makes the person, agreements tied through what they share."""
    graph = networkx.Graph()
    agreeing: dict[Node, list[tuple[Node, Node]]] = defaultdict(list)
    for piece in evidence.pieces():
        if piece.shared is not None:
            agreeing[piece.shared].append((piece.left, piece.right))
        elif piece.is_joining or piece.left in ends:
            graph.add_edge(piece.left, piece.right)
    own = set(graph) - evidence.listed
    for shared, pairs in agreeing.items():
        # Over what is nobody's (a couple's mailbox, a number) only those meet who agree: one hub for each group.
        groups = networkx.connected_components(networkx.Graph(pairs))
        for number, group in enumerate(sorted(groups, key=min)):
            hub = shared if shared in own else (*shared, str(number))
            graph.add_edges_from((node, hub) for node in group)
    return graph


def _size(node: Node) -> int:
    return int(len(node) == 3 and node[0] not in _NAME_ONE_PERSON)


def _descending(sizes: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(sizes, reverse=True))


def steps(found: list[Node]) -> list[tuple[Node, Node]]:
    """The links of a chain."""
    return list(pairwise(found))
