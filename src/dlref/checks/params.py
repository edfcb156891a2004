"""Dicts of parameters under PyTorch's `state_dict` names: which names and shapes an operation expects."""

from typing import Any


def check_layouts(
    operation: str, params: dict[str, Any], layouts: dict[str, str], sizes: dict[str, int], dtype: Any
) -> None:
    """Raise ValueError unless `params` holds what an operation expects, and nothing besides.

    Parameters
    ----------
    operation
        the name with which the message begins
    params
        parameter name = array
    layouts
        parameter name = layout, for example "out, in"; names ending in bias may be absent, all together
    sizes
        symbol in the layouts = its size; any other symbol gets its size from the first parameter that has it
    dtype
        the dtype that all parameters have
    """
    if not isinstance(params, dict):
        raise ValueError(f"{operation}: params must be a dict; got {type(params).__name__}")
    with_biases = any(name.endswith("bias") for name in params)
    expected = [name for name in layouts if with_biases or not name.endswith("bias")]
    for name in [*expected, *params]:
        if name not in params or name not in expected:
            problem = "is missing" if name in expected else "is not one of them"
            raise ValueError(f"{operation}: params must be {', '.join(expected)}; {name} {problem}")
    known = dict(sizes)
    for name in expected:
        _check_param(f"{operation}: {name}", params[name], layouts[name], known, dtype)


def _check_param(where: str, param: Any, axes: str, sizes: dict[str, int], dtype: Any) -> None:
    if not hasattr(param, "shape"):
        raise ValueError(f"{where} must be an array; got {type(param).__name__}")
    if param.dtype is not dtype and str(param.dtype) != str(dtype):  # to spell both out takes its time
        raise ValueError(f"{where} must be {dtype} as the input is; got {param.dtype}")
    symbols, shape = axes.split(", "), tuple(param.shape)
    fits = len(shape) == len(symbols)
    if not fits or any(size != sizes.get(symbol, size) for symbol, size in zip(symbols, shape, strict=True)):
        known = ", ".join(f"{symbol} = {sizes[symbol]}" for symbol in dict.fromkeys(symbols) if symbol in sizes)
        raise ValueError(f"{where} must be ({axes}) with {known}; got {shape}")
    sizes.update(zip(symbols, shape, strict=True))


def scoped(params: dict[str, Any], scope: str) -> dict[str, Any]:
    """Return the parameters of one part of a network, under the names that they have within that part.

    Examples
    --------
    >>> scoped({"linear1.weight": 1, "linear1.bias": 2, "linear2.weight": 3}, "linear1")
    {'weight': 1, 'bias': 2}
    """
    prefix = f"{scope}."
    part = {name.removeprefix(prefix): param for name, param in params.items() if name.startswith(prefix)}
    if not part:
        raise ValueError(f"params must have names that begin with {prefix}; got {', '.join(params)}")
    return part


def check_names(operation: str, params: dict[str, Any], expected: list[str]) -> None:
    """Raise ValueError unless `params` has the expected names, and none besides."""
    if set(params) != set(expected):
        raise ValueError(f"{operation}: params must be {', '.join(expected)}; got {', '.join(params) or 'none'}")


def check_layers(operation: str, params: dict[str, Any]) -> int:
    """Return how many layers `params` has; raise ValueError unless they are numbered from 0, each whole."""
    depth = max(len(params) // 2, 1)
    check_names(operation, params, [f"layers.{i}.{part}" for i in range(depth) for part in ("weight", "bias")])
    return depth
