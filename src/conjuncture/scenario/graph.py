"""The order of stages: what can follow what, and what every history must pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

END = "end"


def cycles(edges: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Yield the cycles that a walk in depth closes, each as the path of its nodes.

    Examples
    --------
    >>> list(cycles({"a": ["b"], "b": ["c", "a"], "c": []}))
    [('a', 'b')]
    """
    finished: set[str] = set()
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


def reachable_from(edges: Mapping[str, Iterable[str]], start: str) -> frozenset[str]:
    """Return all nodes that can be reached from one, itself included.

    Examples
    --------
    >>> sorted(reachable_from({"a": ["b"], "b": [], "c": ["a"]}, "a"))
    ['a', 'b']
    """
    found, waiting = {start}, [start]
    while waiting:
        for step in edges.get(waiting.pop(), ()):
            if step not in found:
                found.add(step)
                waiting.append(step)
    return frozenset(found)


def dominators_of(edges: Mapping[str, Iterable[str]], first: str) -> dict[str, frozenset[str]]:
    """Return for each stage that can be reached the stages that lie on every way to it.

    Examples
    --------
    >>> way = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}
    >>> sorted(dominators_of(way, "a")["d"])
    ['a', 'd']
    """
    found = {stage: {stage} for stage in reachable_from(edges, first)}
    for without in found:
        shut = {stage: following for stage, following in edges.items() if stage != without}
        open_ways = reachable_from(shut, first) if without != first else frozenset()
        for stage, before in found.items():
            if stage not in open_ways:
                before.add(without)
    return {stage: frozenset(before) for stage, before in found.items()}


def forced_stages(edges: Mapping[str, Mapping[str, str]], first: str) -> tuple[str, ...]:
    """Return the stages that every history reaches: the first, and what alone can follow it.

    Parameters
    ----------
    edges : mapping
        Stage to (outcome to the stage that follows, or ``end``), every outcome included.
    first : str
        Where the crisis starts.

    Examples
    --------
    >>> forced_stages({"a": {"x": "b", "y": "b"}, "b": {"x": "end", "y": "c"}, "c": {}}, "a")
    ('a', 'b')
    """
    found = [first]
    while True:
        following = set(edges.get(found[-1], {}).values())
        if len(following) != 1 or (step := following.pop()) == END or step in found:
            return tuple(found)
        found.append(step)


def impossible_observation(
    edges: Mapping[str, Mapping[str, str]],
    first: str,
    observed: Mapping[str, str],
    repeated: Iterable[str],
) -> str | None:
    """Return a stage whose observation no path from the first stage can contain, or None.

    A stage with several visits may have ended otherwise before, so its observation does not
    narrow the way onwards.

    Examples
    --------
    >>> edges = {"a": {"x": "b", "y": "end"}, "b": {"x": "end"}}
    >>> impossible_observation(edges, "a", {"a": "y", "b": "x"}, ())
    'b'
    """
    loose = set(repeated)
    narrowed = {
        stage: [
            step
            for outcome, step in following.items()
            if stage not in observed or stage in loose or observed[stage] == outcome
        ]
        for stage, following in edges.items()
    }
    from_here = {stage: reachable_from(narrowed, stage) for stage in {first, *observed}}
    passed: list[str] = []
    for stage in observed:
        if stage not in from_here[first]:
            return stage
        if any(stage not in from_here[one] and one not in from_here[stage] for one in passed):
            return stage
        passed.append(stage)
    return None
