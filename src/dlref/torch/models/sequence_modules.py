"""The models of sequences once more, as `torch.nn.Module`s built from PyTorch's own layers.

Each has the `state_dict` names of the function of the same name.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from dlref.checks import check_choice
from dlref.torch.attention import sinusoidal_positions

_CELLS: dict[str, Any] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class RecurrentClassifier(nn.Module):
    """Classify sequences by the last state of a recurrent layer, as `recurrent_classifier`.

    Parameters
    ----------
    inner, hidden, classes
        features of an input and of a state; outputs
    cell
        "rnn", "lstm" or "gru"
    layers, bidirectional
        how many layers, and whether each reads in both directions

    Examples
    --------
    >>> print(tuple(RecurrentClassifier(8, 4, 3)(torch.ones(5, 7, 8)).shape))
    (5, 3)
    """

    def __init__(
        self,
        inner: int,
        hidden: int,
        classes: int,
        *,
        cell: str = "lstm",
        layers: int = 1,
        bidirectional: bool = False,
    ) -> None:
        check_choice("RecurrentClassifier", "cell", cell, tuple(_CELLS))
        super().__init__()
        self.recurrent = _CELLS[cell](inner, hidden, layers, bidirectional=bidirectional, batch_first=True)
        self.directions = 1 + bidirectional
        self.output = nn.Linear(hidden * self.directions, classes)

    def forward(self, input: Tensor) -> Tensor:
        """Map sequences (N, T, in) to logits (N, classes)."""
        _, state = self.recurrent(input)
        hidden = state[0] if isinstance(state, tuple) else state  # (layers · directions, N, hidden)
        logits: Tensor = self.output(hidden[-self.directions :].transpose(0, 1).flatten(1))
        return logits


class RecurrentLanguageModel(nn.Module):
    """Score, at every place of a text, what comes next, as `recurrent_language_model`.

    Parameters
    ----------
    tokens, features, hidden
        size of the vocabulary; features of a token's vector and of a state
    cell
        "rnn", "lstm" or "gru"
    layers
        how many recurrent layers

    Examples
    --------
    >>> print(tuple(RecurrentLanguageModel(20, 4, 6)(torch.ones(5, 7, dtype=torch.int64))[0].shape))
    (5, 7, 20)
    """

    def __init__(self, tokens: int, features: int, hidden: int, *, cell: str = "lstm", layers: int = 1) -> None:
        check_choice("RecurrentLanguageModel", "cell", cell, tuple(_CELLS))
        super().__init__()
        self.embedding = nn.Embedding(tokens, features)
        self.recurrent = _CELLS[cell](features, hidden, layers, batch_first=True)
        self.output = nn.Linear(hidden, tokens)

    def forward(self, input: Tensor, hx: Any = None) -> tuple[Tensor, Any]:
        """Map tokens (N, T) to logits (N, T, V) and the last state."""
        output, state = self.recurrent(self.embedding(input), hx)
        return self.output(output), state


class Transformer(nn.Module):
    """An encoder and a decoder, as `transformer`.

    Parameters
    ----------
    src_tokens, tgt_tokens
        sizes of the two vocabularies
    features, num_heads
        of each token's vector, and how many heads share them
    layers
        of the encoder, and of the decoder
    feedforward
        features in the middle of each feed-forward part; 4 · features where it is not given
    norm_first
        normalise before each part instead of after it

    Examples
    --------
    >>> tokens = torch.ones(3, 5, dtype=torch.int64)
    >>> print(tuple(Transformer(9, 11, 8, 2)(tokens, tokens[:, :4]).shape))
    (3, 4, 11)
    """

    def __init__(
        self,
        src_tokens: int,
        tgt_tokens: int,
        features: int,
        num_heads: int,
        *,
        layers: int = 2,
        feedforward: int | None = None,
        norm_first: bool = False,
    ) -> None:
        super().__init__()
        options: dict[str, Any] = {"dropout": 0.0, "batch_first": True, "norm_first": norm_first}
        wide = feedforward or 4 * features
        self.src_embedding = nn.Embedding(src_tokens, features)
        self.tgt_embedding = nn.Embedding(tgt_tokens, features)
        encoder_layer = nn.TransformerEncoderLayer(features, num_heads, wide, **options)
        self.encoder = nn.TransformerEncoder(encoder_layer, layers, enable_nested_tensor=False)
        self.decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(features, num_heads, wide, **options), layers)
        self.output = nn.Linear(features, tgt_tokens)

    def forward(self, src: Tensor, tgt: Tensor) -> Tensor:
        """Map tokens (N, S) and (N, T) to logits (N, T, V)."""
        future = torch.ones(tgt.shape[1], tgt.shape[1], dtype=torch.bool, device=tgt.device).triu(1)
        memory = self.encoder(_embedded(src, self.src_embedding))
        hidden = self.decoder(_embedded(tgt, self.tgt_embedding), memory, tgt_mask=future)
        logits: Tensor = self.output(hidden)
        return logits


def _embedded(tokens: Tensor, table: nn.Embedding) -> Tensor:
    positions = sinusoidal_positions(tokens.shape[1], table.embedding_dim, dtype=table.weight.dtype)
    vectors: Tensor = table(tokens)
    return vectors * math.sqrt(table.embedding_dim) + positions.to(vectors.device)
