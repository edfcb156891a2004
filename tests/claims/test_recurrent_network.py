"""The claims of the page recurrent."""

import pytest
import torch

from dlref.experiments.registry import measure


@pytest.mark.claim("C-rnn-time")
def test_the_state_carries_the_past():
    found = measure("C-rnn-time")
    assert found["seeds"] >= 5
    for backend in ("numpy", "torch"):
        assert found[f"{backend}_worst"] >= 0.95
        # The same rows in another order are another input: in every seed most answers change.
        assert found[f"{backend}_changed_least"] > 0.5
        assert found[f"{backend}_backwards_best"] < found[f"{backend}_worst"] - 0.5
    assert len(found["gradients"]) == 8
    assert min(found["gradients"]) > 0  # even the first row, seven steps back, acts on the loss


@pytest.mark.claim("C-rnn-time")
def test_a_carried_state_that_keeps_its_graph_fails_at_the_second_backward():
    net, text = torch.nn.RNN(2, 4), torch.zeros(2, 3, 1, 2)
    for stop in (True, False):
        _, state = net(text[0])
        state.sum().backward()
        _, state = net(text[1], state.detach() if stop else state)
        if stop:
            state.sum().backward()
        else:
            with pytest.raises(RuntimeError, match="second time"):
                state.sum().backward()


@pytest.mark.claim("C-rnn-vanishing")
def test_gradients_shrink_or_grow_geometrically():
    found = measure("C-rnn-vanishing")
    # At rest tanh' is 1, and an orthogonal matrix times ρ multiplies every length by ρ.
    assert found["rates_at_rest"] == pytest.approx(found["radii"], rel=1e-9)
    for rest, driven in zip(found["rates_at_rest"], found["rates_driven"], strict=True):
        assert driven < rest  # tanh' below 1 shrinks it further
    assert found["left_at_rest"][0] < 1e-12
    assert found["left_at_rest"][-1] > 1e6
