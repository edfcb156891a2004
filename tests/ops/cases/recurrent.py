"""Recurrent layers."""

import torch
from hypothesis import strategies as st

from cases import BATCH, WRONG, Case, case, f

ROWS = {"rnn": 1, "gru": 3, "lstm": 4}  # blocks of `hidden` rows in a weight


def parameters(array, operation, in_size, hidden, layers=1, bidirectional=False, bias=True) -> dict:
    """Parameters by name, made by `array(*shape)`."""
    rows, params = ROWS[operation] * hidden, {}
    for layer in range(layers):
        inner = hidden * (1 + bidirectional) if layer else in_size
        for suffix in [f"l{layer}", f"l{layer}_reverse"][: 1 + bidirectional]:
            params |= {f"weight_ih_{suffix}": array(rows, inner) / 2, f"weight_hh_{suffix}": array(rows, hidden) / 2}
            if bias:
                params |= {f"bias_ih_{suffix}": array(rows), f"bias_hh_{suffix}": array(rows)}
    return params


def theirs(module: str, input, params, hx=None, **options):
    """The module of torch.nn, of the size that `params` has, applied with `params`."""
    names = [name for name in params if name.startswith("weight_ih")]
    bidirectional = any(name.endswith("reverse") for name in names)
    network = getattr(torch.nn, module)(
        input.shape[-1],
        params["weight_hh_l0"].shape[1],
        num_layers=len(names) // (1 + bidirectional),
        bias="bias_ih_l0" in params,
        bidirectional=bidirectional,
        dtype=input.dtype,
        device=input.device,
        **options,
    )
    with torch.backends.cudnn.flags(enabled=False):  # it asks for all parameters in one piece of memory
        return torch.func.functional_call(network, params, (input, hx))


def sequences(draw, array, operation) -> Case:
    T, N = draw(st.integers(1, 4)), draw(BATCH)
    in_size, hidden = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    layers, bidirectional = draw(st.integers(1, 3)), draw(st.booleans())
    options = {"batch_first": True} if draw(st.booleans()) else {}
    params = parameters(array, operation, in_size, hidden, layers, bidirectional, bias=draw(st.booleans()))
    states = [array(layers * (1 + bidirectional), N, hidden) for _ in range(1 + (operation == "lstm"))]
    hx = (tuple(states) if operation == "lstm" else states[0]) if draw(st.booleans()) else None
    return Case([array(*((N, T) if options else (T, N)), in_size), params, hx], options)


@case(judge=lambda *args, **options: theirs("RNN", *args, **options))
def rnn(draw, array):
    drawn = sequences(draw, array, "rnn")
    if draw(st.booleans()):
        drawn.options["nonlinearity"] = draw(st.sampled_from(["tanh", "relu"]))
    return drawn


@case(judge=lambda *args, **options: theirs("LSTM", *args, **options))
def lstm(draw, array):
    return sequences(draw, array, "lstm")


@case(judge=lambda *args, **options: theirs("GRU", *args, **options))
def gru(draw, array):
    return sequences(draw, array, "gru")


def without(params: dict, *names: str) -> dict:
    return {name: param for name, param in params.items() if name not in names}


RNN, GRU, LSTM = (parameters(f, operation, 3, 4, 2, True) for operation in ("rnn", "gru", "lstm"))
X, H_0 = f(5, 2, 3), f(4, 2, 4)

WRONG += [
    ("rnn", [f(5, 3), RNN], {}, r"rnn: input must be \(T, N, in\); got \(5, 3\)"),
    ("lstm", [f(5, 3), LSTM], {"batch_first": True}, r"lstm: input must be \(N, T, in\); got \(5, 3\)"),
    ("gru", [f(0, 2, 3), GRU], {}, r"gru: input \(T, N, in\) must have at least one time step; got \(0, 2, 3\)"),
    ("rnn", [f(2, 0, 3), RNN], {"batch_first": True}, r"rnn: input \(N, T, in\) must .* time step; got \(2, 0, 3\)"),
    ("rnn", [X, RNN], {"nonlinearity": "sigmoid"}, r"rnn: nonlinearity must be one of tanh, relu; got 'sigmoid'"),
    ("rnn", [X, f(4, 3)], {}, r"rnn: params must be a dict of arrays; got (ndarray|Tensor)"),
    ("rnn", [X, {}], {}, r"rnn: params must have weight_ih_l0 \(hidden, in\); got only none"),
    (
        "lstm",
        [X, without(LSTM, "weight_hh_l1_reverse")],
        {},
        r"lstm: params must have weight_hh_l1_reverse \(4·hidden, hidden\); got only .*, bias_hh_l1_reverse",
    ),
    (
        "lstm",
        [X, without(LSTM, "weight_ih_l1")],
        {},
        r"lstm: params must have weight_ih_l1 \(4·hidden, 2·hidden\); got only",
    ),
    ("gru", [X, without(GRU, "bias_hh_l0")], {}, r"gru: params must have bias_hh_l0 \(3·hidden\); got only"),
    ("gru", [X, without(GRU, "bias_ih_l0")], {}, r"gru: params must have bias_ih_l0 \(3·hidden\); got only"),
    (
        "rnn",
        [X, {**parameters(f, "rnn", 3, 4, bias=False), "weight_hh_l2": f(4, 4)}],
        {},
        r"rnn: params must have weight_ih_l1 \(hidden, hidden\); got only",
    ),
    (
        "lstm",
        [X, {**parameters(f, "lstm", 3, 4, bias=False), "weight_hr_l0": f(2, 4)}],
        {},
        r"lstm: params must be weight_ih_l0, weight_hh_l0; got also weight_hr_l0 \(2, 4\)",
    ),
    ("rnn", [X, {**RNN, "dropout": 0.5}], {}, r"rnn: params must be weight_ih_l0, .*; got also dropout \(\)"),
    ("rnn", [X, {**RNN, "weight_hh_l0": f(4)}], {}, r"rnn: weight_hh_l0 must be \(hidden, hidden\); got \(4,\)"),
    (
        "rnn",
        [X, {**RNN, "weight_hh_l0": f(5, 4)}],
        {},
        r"rnn: weight_hh_l0 must be \(hidden, hidden\) = \(4, 4\); got \(5, 4\)",
    ),
    (
        "gru",
        [f(5, 2, 2), GRU],
        {},
        r"gru: weight_ih_l0 must be \(3·hidden, in\) = \(12, 2\); got \(12, 3\)",
    ),
    (
        "lstm",
        [X, {**LSTM, "weight_ih_l1": f(16, 4)}],
        {},
        r"lstm: weight_ih_l1 must be \(4·hidden, 2·hidden\) = \(16, 8\); got \(16, 4\)",
    ),
    ("lstm", [X, {**LSTM, "bias_hh_l1": f(12)}], {}, r"lstm: bias_hh_l1 must be \(4·hidden\) = \(16,\); got \(12,\)"),
    (
        "gru",
        [X, {**GRU, "bias_ih_l0": f(12, dtype="float32")}],
        {},
        r"gru: bias_ih_l0 must be float64 as input is; got float32",
    ),
    ("gru", [X, {**GRU, "bias_ih_l0": None}], {}, r"gru: bias_ih_l0 must be a (ndarray|Tensor); got NoneType"),
    (
        "rnn",
        [X, RNN, f(2, 2, 4)],
        {},
        r"rnn: hx must be \(layers·directions, N, hidden\) = \(4, 2, 4\); got \(2, 2, 4\)",
    ),
    ("gru", [X, GRU, f(4, 5, 4)], {}, r"gru: hx must be \(.*\) = \(4, 2, 4\); got \(4, 5, 4\)"),
    ("gru", [X, GRU, f(4, 2, 4)], {"batch_first": True}, r"gru: hx must be \(.*\) = \(4, 5, 4\); got \(4, 2, 4\)"),
    ("gru", [X, GRU, f(4, 2, 4, dtype="float32")], {}, r"gru: hx must be float64 as input is; got float32"),
    ("rnn", [X, RNN, (H_0, H_0)], {}, r"rnn: hx must be a (ndarray|Tensor); got tuple"),
    ("lstm", [X, LSTM, H_0], {}, r"lstm: hx must be the two states \(h_0, c_0\); got (ndarray|Tensor)"),
    ("lstm", [X, LSTM, (H_0,)], {}, r"lstm: hx must be the two states \(h_0, c_0\); got 1 of them"),
    ("lstm", [X, LSTM, (H_0, None)], {}, r"lstm: c_0 must be a (ndarray|Tensor); got NoneType"),
    ("lstm", [X, LSTM, (f(4, 2, 3), H_0)], {}, r"lstm: h_0 must be \(.*\) = \(4, 2, 4\); got \(4, 2, 3\)"),
    ("lstm", [X, LSTM, (H_0, f(4, 2, 3))], {}, r"lstm: c_0 must be \(.*\) = \(4, 2, 4\); got \(4, 2, 3\)"),
]
