"""Checks of recurrent layers, whose number and directions are read off the names of their parameters."""

import re
from collections.abc import Callable
from typing import Any

ROLES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")  # what each layer and direction has; biases may be absent


def check_recurrent(
    check: Callable[..., None],
    operation: str,
    gates: int,
    input: Any,
    params: Any,
    states: dict[str, Any],
    batch_first: bool,
) -> list[list[str]]:
    """Raise ValueError unless names, shapes and dtypes fit; return the suffixes of the names, layer by layer.

    Parameters
    ----------
    check
        the argument check of the backend
    operation
        the name with which the message begins
    gates
        how many blocks of `hidden` rows a weight has
    input : (T, N, in) or (N, T, in)
        sequences
    params
        parameters by name
    states : each (layers·directions, N, hidden)
        initial states by name, none where they are absent
    batch_first
        the batch is the first dimension of `input`

    Returns
    -------
    [["l0"], ["l1"]] for two layers, [["l0", "l0_reverse"], ["l1", "l1_reverse"]] where both have two directions
    """
    layout = "N, T, in" if batch_first else "T, N, in"
    check(operation, input=(input, layout))
    sizes = dict(zip(layout.split(", "), input.shape, strict=True))
    if sizes["T"] == 0:
        raise ValueError(f"{operation}: input ({layout}) must have at least one time step; got {tuple(input.shape)}")
    if not isinstance(params, dict):
        raise ValueError(f"{operation}: params must be a dict of arrays; got {type(params).__name__}")

    layers = _layers(params)
    layouts: dict[str, str] = {}
    for suffixes in layers:
        layouts |= _layouts(params, suffixes, gates)
    _check_names(operation, params, layouts)
    check(operation, weight_hh_l0=(params["weight_hh_l0"], layouts["weight_hh_l0"]))
    hidden = params["weight_hh_l0"].shape[1]
    sizes |= {"hidden": hidden, "2·hidden": 2 * hidden, _rows(gates): gates * hidden}
    sizes["layers·directions"] = sum(len(suffixes) for suffixes in layers)
    layouts |= dict.fromkeys(states, "layers·directions, N, hidden")
    for name, array in {**params, **states}.items():
        check(operation, input=(input, layout), **{name: (array, "*")})
        expected = tuple(sizes[symbol] for symbol in layouts[name].split(", "))
        if tuple(array.shape) != expected:
            raise ValueError(f"{operation}: {name} must be ({layouts[name]}) = {expected}; got {tuple(array.shape)}")
    return layers


def check_state_pair(operation: str, hx: Any) -> None:
    """Raise ValueError unless `hx` is absent or the two states of a long short-term memory."""
    if hx is not None and not (isinstance(hx, tuple | list) and len(hx) == 2):
        given = f"{len(hx)} of them" if isinstance(hx, tuple | list) else type(hx).__name__
        raise ValueError(f"{operation}: hx must be the two states (h_0, c_0); got {given}")


def _layers(params: dict[str, Any]) -> list[list[str]]:
    matches = [re.fullmatch(r"(?:weight|bias)_.._l(\d+)(_reverse)?", name) for name in params]
    found = [match.groups() for match in matches if match]
    endings = ["", "_reverse"] if any(reverse for _, reverse in found) else [""]
    count = max(1, len({number for number, _ in found}))  # where none is found, the first layer is missed
    return [[f"l{number}{ending}" for ending in endings] for number in range(count)]


def _layouts(params: dict[str, Any], suffixes: list[str], gates: int) -> dict[str, str]:
    """The layout of every parameter that a layer must have."""
    rows, later = _rows(gates), "hidden" if len(suffixes) == 1 else "2·hidden"
    inner = "in" if suffixes[0] == "l0" else later
    layouts = dict(zip(ROLES, (f"{rows}, {inner}", f"{rows}, hidden", rows, rows), strict=True))
    has_bias = any(name.startswith("bias") for name in params)
    return {f"{role}_{suffix}": layouts[role] for suffix in suffixes for role in ROLES if has_bias or "weight" in role}


def _rows(gates: int) -> str:
    return "hidden" if gates == 1 else f"{gates}·hidden"


def _check_names(operation: str, params: dict[str, Any], layouts: dict[str, str]) -> None:
    for name, layout in layouts.items():
        if name not in params:
            raise ValueError(f"{operation}: params must have {name} ({layout}); got only {', '.join(params) or 'none'}")
    for name in params:
        if name not in layouts:
            shape = getattr(params[name], "shape", ())
            raise ValueError(f"{operation}: params must be {', '.join(layouts)}; got also {name} {tuple(shape)}")
