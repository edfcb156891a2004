"""Work in portions that stay in the processor's cache: memory is slower than arithmetic."""

from collections.abc import Iterator

IN_CACHE = 2**18  # numbers: 1 or 2 MiB, which processors of today keep near


def portions(count: int, size: int) -> Iterator[slice]:
    """Slices of 0 … `count`, each of as many things of `size` numbers as stay in the cache together, at least one."""
    few = max(1, IN_CACHE // max(1, size))
    return (slice(start, start + few) for start in range(0, count, few))
