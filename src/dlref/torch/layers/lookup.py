"""From discrete symbols to vectors.

    embedding   y = E_i

It is the linear layer of a one-hot vector, without the multiplications by zero.
Reference: Bengio, Ducharme, Vincent and Jauvin, A neural probabilistic language model (2003).
"""

from torch import Tensor

from dlref.checks import check_indices, check_padding_idx
from dlref.torch.checks import check


def embedding(input: Tensor, weight: Tensor, padding_idx: int | None = None) -> Tensor:
    """Look up a row of `weight` for every index.

    Parameters
    ----------
    input : (*) integer
        indices of symbols
    weight : (V, D)
        one vector of size D for each of V symbols
    padding_idx
        the row that stands for no symbol and is not learned: it gets no gradient

    Returns
    -------
    output : (*, D)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit, or an index is outside [0, V)

    Examples
    --------
    >>> import torch
    >>> print(embedding(torch.tensor([2, 0]), torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])))
    tensor([[5., 6.],
            [1., 2.]])
    """
    check("embedding", input=(input, "*: integer"), weight=(weight, "V, D"))
    V, D = weight.shape
    if input.numel():
        check_indices(int(input.min()), int(input.max()), V)
    check_padding_idx(padding_idx, V)
    output = weight.index_select(0, input.reshape(-1)).reshape(*input.shape, D)  # (*, D)
    if padding_idx is not None:
        is_padding = (input == padding_idx % V)[..., None]  # (*, 1)
        output = output.detach().where(is_padding, output)
    return output
