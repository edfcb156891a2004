"""The fully connected layer.

    linear   y = x Wᵀ + b

Reference: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.1.
"""

from torch import Tensor

from dlref.torch.checks import check


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Fully connected layer: every output sees every input.

    Parameters
    ----------
    input : (*, in)
        any number of examples
    weight : (out, in)
        one row per output
    bias : (out,), optional
        added to every output

    Returns
    -------
    output : (*, out)

    Raises
    ------
    ValueError
        where shapes or dtypes do not fit

    Examples
    --------
    >>> import torch
    >>> print(linear(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]]), torch.tensor([5.0])))
    tensor([[16.]])
    """
    check("linear", input=(input, "*, in"), weight=(weight, "out, in"), bias=(bias, "None | out"))
    output = input @ weight.T  # (*, out)
    if bias is not None:
        output = output + bias
    return output
