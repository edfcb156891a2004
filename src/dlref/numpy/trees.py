"""Nested arguments and values: a dict of parameters, a tuple of states, or a single array.

A gradient has the structure of what it is the gradient of. `leaves` and `mapped` walk through such a structure, so that
operations, the tape and the optimisers need to know nothing of it.
"""

from collections.abc import Callable, Iterator
from typing import Any

_SEQUENCES = (tuple, list)


def leaves(tree: Any) -> Iterator[Any]:
    """Yield what stands at the ends of nested dicts, tuples and lists, in order.

    Examples
    --------
    >>> list(leaves({"a": 1, "b": (2, [3])}))
    [1, 2, 3]
    """
    found: list[Any] = []  # a generator in a generator would take three times as long, at every operation
    _gather(tree, found)
    return iter(found)


def _gather(tree: Any, found: list[Any]) -> None:
    if isinstance(tree, dict):
        tree = tree.values()
    elif not isinstance(tree, _SEQUENCES):
        found.append(tree)
        return
    for branch in tree:
        _gather(branch, found)


def mapped(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Apply `function` to every leaf and keep the structure.

    Parameters
    ----------
    function
        takes a leaf of `tree`, and of each of `others` the leaf in the same place
    tree
        decides the structure
    others
        have the same structure; None in place of a branch stands for None at each of its leaves

    Returns
    -------
    the structure of `tree`, with results for leaves

    Raises
    ------
    ValueError
        where one of `others` has another structure

    Examples
    --------
    >>> mapped(lambda a, b: (a, b), {"x": 1, "y": [2, 3]}, {"x": 10, "y": None})
    {'x': (1, 10), 'y': [(2, None), (3, None)]}
    """
    if isinstance(tree, dict):
        for other in others:
            if other is not None and other.keys() != tree.keys():
                raise ValueError(f"structures differ: expected {sorted(tree)}; got {sorted(other)}")
        return {key: mapped(function, tree[key], *(_branch(other, key) for other in others)) for key in tree}
    if isinstance(tree, _SEQUENCES):
        for other in others:
            if other is not None and len(other) != len(tree):
                raise ValueError(f"structures differ: expected {len(tree)}; got {len(other)}")
        places = range(len(tree))
        return type(tree)(mapped(function, tree[i], *(_branch(other, i) for other in others)) for i in places)
    return function(tree, *others)


def _branch(tree: Any, key: Any) -> Any:
    return None if tree is None else tree[key]
