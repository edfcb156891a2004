"""How far counting gets on the text of the language model when it counts longer stretches. The page lstm.

order k    p_k(x | last k − 1 characters) = (count + s·p_{k−1}) / (total + s)      s = 5 made-up sightings
"""

import numpy as np

from dlref.experiments.lstm_text import text, tokens
from dlref.experiments.registry import Result, claim
from dlref.experiments.training import Array

STRENGTH = 5.0


@claim("C-lstm-counts")
def counts() -> Result:
    """Held-out perplexity of counting stretches of one to six characters, beside the network's."""
    perplexities = [perplexity(order) for order in range(1, 7)]
    return {"perplexities": perplexities, "best": min(perplexities), "network": text()["numpy_mean"]}


def perplexity(order: int) -> float:
    """The held-out perplexity when stretches of up to `order` characters are counted."""
    train, held_out, characters = tokens()
    tables = [_table(train, k, len(characters)) for k in range(1, order + 1)]
    logs = []
    for t in range(1, len(held_out)):
        chances = np.full(len(characters), 1 / len(characters))
        for k, table in enumerate(tables[: t + 1]):
            seen = table.get(tuple(held_out[t - k : t]))
            if seen is not None:
                chances = (seen + STRENGTH * chances) / (seen.sum() + STRENGTH)
        logs.append(np.log(chances[held_out[t]]))
    return float(np.exp(-np.mean(logs)))


def _table(train: Array, order: int, size: int) -> dict[tuple[int, ...], Array]:
    """How often each character followed each stretch of order − 1."""
    table: dict[tuple[int, ...], Array] = {}
    for t in range(order - 1, len(train)):
        table.setdefault(tuple(train[t - order + 1 : t]), np.zeros(size))[train[t]] += 1
    return table
