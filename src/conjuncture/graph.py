"""Graphs of what leads to what: stages of a crisis, numbers and those that they read."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def reachable_from(edges: Mapping[Node, Iterable[Node]], *starts: Node) -> frozenset[Node]:
    """Return all nodes that can be reached from some, these included.

    Examples
    --------
    >>> sorted(reachable_from({"a": ["b"], "b": [], "c": ["a"]}, "a"))
    ['a', 'b']
    """
    found, waiting = set(starts), list(starts)
    while waiting:
        for step in edges.get(waiting.pop(), ()):
            if step not in found:
                found.add(step)
                waiting.append(step)
    return frozenset(found)


def dominators_of(edges: Mapping[Node, Iterable[Node]], first: Node) -> dict[Node, frozenset[Node]]:
    """Return for each node that can be reached those that lie on every way to it, itself included.

    Examples
    --------
    >>> way = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}
    >>> sorted(dominators_of(way, "a")["d"])
    ['a', 'd']
    """
    found = {node: {node} for node in reachable_from(edges, first)}
    for without in found:
        shut = {node: following for node, following in edges.items() if node != without}
        open_ways = reachable_from(shut, first) if without != first else frozenset()
        for node, before in found.items():
            if node not in open_ways:
                before.add(without)
    return {node: frozenset(before) for node, before in found.items()}


def cycles(edges: Mapping[Node, Iterable[Node]]) -> Iterator[tuple[Node, ...]]:
    """Yield the cycles that a walk in depth closes, each as the path of its nodes.

    Examples
    --------
    >>> list(cycles({"a": ["b"], "b": ["c", "a"], "c": []}))
    [('a', 'b')]
    """
    finished: set[Node] = set()
    for start in edges:
        if start in finished:
            continue
        path = [start]
        following = [iter(edges[start])]
        while path:
            step = next(following[-1], None)
            if step is None:
                finished.add(path.pop())
                following.pop()
            elif step in path:
                yield tuple(path[path.index(step) :])
            elif step not in finished and step in edges:
                path.append(step)
                following.append(iter(edges[step]))


def strong_components(edges: Mapping[Node, Iterable[Node]]) -> list[list[Node]]:
    """Return the nodes in groups that lead back to each other, in the order of passing.

    Examples
    --------
    >>> strong_components({0: {1}, 1: {2, 1}, 2: {1, 3}, 3: set()})
    [[0], [1, 2], [3]]
    """
    reach = {node: reachable_from(edges, node) for node in edges}
    groups: dict[frozenset[Node], list[Node]] = {}
    for node in edges:
        same = frozenset(one for one in reach[node] if node in reach[one])
        groups.setdefault(same, []).append(node)
    before = {same: sum(same <= reach[other[0]] for other in groups.values()) for same in groups}
    return [groups[same] for same in sorted(groups, key=lambda same: before[same])]
