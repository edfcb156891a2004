"""Examples of a linear regression, with dlref's gradient of some and its step."""

import numpy as np

import dlref.numpy as dn

N, P = 6, 3
THETA = np.array([0.4, -0.7, 1.1])


def slope(examples, chosen, theta=THETA):
    """Dlref's gradient of the mean loss of some examples, which count from 1."""
    x, y = (one[np.array(chosen) - 1] for one in examples)
    value, back = dn.linear.vjp(x, np.asarray(theta)[None])
    return back(dn.mse_loss.vjp(value, y[:, None])[1](np.float64(1))[0])[1][0]


def stepped(theta, gradient, eta):
    params = {"w": np.array(theta)}
    dn.SGD(params, lr=eta).step({"w": gradient})
    return params["w"]
