"""Recurrent layers: one step, repeated along a sequence, with a state that remembers."""

from dlref.torch.recurrent.elman import rnn
from dlref.torch.recurrent.gated import gru
from dlref.torch.recurrent.long_short_term import lstm

__all__ = [
    "gru",
    "lstm",
    "rnn",
]
