"""Checks of options: dimensions, choices, class indices, windows."""


def check_dim(operation: str, dim: int, ndim: int) -> None:
    """Raise ValueError unless `dim` is a dimension of an array that has `ndim` of them."""
    reach = max(ndim, 1)  # a number is taken for a vector of length one, as in PyTorch
    if not -reach <= dim < reach:
        expected = f"in [{-reach}, {reach}) for an input of {ndim} dimensions"
        raise ValueError(f"{operation}: dim must be {expected}; got {dim}")


def check_classes(operation: str, lowest: int, highest: int, classes: int) -> None:
    """Raise ValueError unless class indices from `lowest` to `highest` lie in [0, classes)."""
    if lowest < 0 or highest >= classes:
        wrong = lowest if lowest < 0 else highest
        raise ValueError(f"{operation}: target must hold class indices in [0, C) with C = {classes}; got {wrong}")


def check_choice(operation: str, name: str, given: str, choices: tuple[str, ...]) -> None:
    """Raise ValueError unless `given` is one of `choices`."""
    if given not in choices:
        raise ValueError(f"{operation}: {name} must be one of {', '.join(choices)}; got {given!r}")


def pair(operation: str, name: str, given: int | tuple[int, int], least: int) -> tuple[int, int]:
    """Return an int, or a pair of ints, as a pair; raise ValueError for anything else or for less than `least`."""
    both = tuple(given) if isinstance(given, tuple | list) else (given, given)
    if len(both) != 2 or not all(isinstance(one, int) and one >= least for one in both):
        raise ValueError(f"{operation}: {name} must be an int or a pair of ints, at least {least}; got {given!r}")
    return both[0], both[1]


def span(operation: str, size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return how many places a `kernel` has along `size` at `stride`, and the distance they cover, ends included."""
    if kernel > size:
        raise ValueError(f"{operation}: the window must fit into the padded input; got {kernel} > {size}")
    places = (size - kernel) // stride + 1
    return places, (places - 1) * stride + 1
