"""Recurrent layers: one step, repeated along a sequence, with a state that remembers."""

from dlref.numpy.recurrent.elman import rnn
from dlref.numpy.recurrent.gated import gru
from dlref.numpy.recurrent.long_short_term import lstm

__all__ = [
    "gru",
    "lstm",
    "rnn",
]
