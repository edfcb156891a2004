"""dlref: the deep-learning reference in which nothing is taken on trust.

`dlref.numpy` and `dlref.torch` hold the same operations under the same names, arguments and shapes, which follow
`torch.nn.functional` and `torch.optim`. Importing `dlref.numpy` needs NumPy only.
"""

__version__ = "0.1.0"
