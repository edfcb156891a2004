"""One operation, no libraries: it has to be quick to run."""


def double(number):
    """Return twice `number`."""
    return 2 * number


def triple(number):
    """Return three times `number`; nothing tests it."""
    return 3 * number
