"""Nested arguments and values: a dict of parameters, a tuple of states, or a single array.

A gradient has the structure of what it is the gradient of. `leaves` and `mapped` walk through such a structure, so that
operations, the tape and the optimisers need to know nothing of it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

_SEQUENCES = (tuple, list)
_BRANCHES = (dict, *_SEQUENCES)  # asked before going on, because a call for every leaf takes its time


def leaves(tree: Any) -> Iterator[Any]:
    """Yield what stands at the ends of nested dicts, tuples and lists, in order.

    Examples
    --------
    >>> list(leaves({"a": 1, "b": (2, [3])}))
    [1, 2, 3]
    """
    found: list[Any] = []  # a generator in a generator would take three times as long, at every operation
    _gather((tree,), found)
    return iter(found)


def _gather(branches: Iterable[Any], found: list[Any]) -> None:
    for branch in branches:
        if isinstance(branch, _BRANCHES):
            _gather(branch.values() if isinstance(branch, dict) else branch, found)
        else:
            found.append(branch)


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
    if others:
        return _matched(function, (tree, *others))
    return _mapped(function, tree) if isinstance(tree, _BRANCHES) else function(tree)


def _mapped(function: Callable[..., Any], tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _mapped(function, of) if isinstance(of, _BRANCHES) else function(of) for key, of in tree.items()}
    return type(tree)([_mapped(function, of) if isinstance(of, _BRANCHES) else function(of) for of in tree])


def _matched(function: Callable[..., Any], trees: tuple[Any, ...]) -> Any:
    """Apply `function` to the leaves in the same places of several trees."""
    tree = trees[0]
    if isinstance(tree, dict):
        for other in trees[1:]:
            if other is not None and not (isinstance(other, dict) and other.keys() == tree.keys()):
                raise ValueError(f"structures differ: expected {sorted(tree)}; got {_outline(other)}")
        return {key: _matched(function, tuple([t and t[key] for t in trees])) for key in tree}
    if isinstance(tree, _SEQUENCES):
        for other in trees[1:]:
            if other is not None and not (isinstance(other, _SEQUENCES) and len(other) == len(tree)):
                raise ValueError(f"structures differ: expected {len(tree)}; got {_outline(other)}")
        return type(tree)([_matched(function, tuple([t and t[i] for t in trees])) for i in range(len(tree))])
    return function(*trees)


def _outline(tree: Any) -> Any:
    if isinstance(tree, dict):
        return sorted(tree)
    return len(tree) if isinstance(tree, _SEQUENCES) else type(tree).__name__
