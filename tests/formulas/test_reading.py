"""What the evaluator of formulas must see, planted; and what it must refuse, by name and place."""

import re

import numpy as np
import pytest
from latex.formula import Formula
from latex.values import At, of

A, B = np.array([[1.0, 2], [3, 5]]), np.array([[2.0, -1], [4, 7]])
v, w = np.array([1.0, 2]), np.array([3.0, -4])

TRUE = {
    r"y_i = \sum_{k=1}^{n} A_{ik} v_k": {"y": A @ v, "A": A, "v": v, "n": 2, "i": range(1, 3)},
    r"C = A B^\top": {"C": A @ B.T, "A": A, "B": B},
    r"C = A \odot B": {"C": A * B, "A": A, "B": B},
    r"a = v^{\mathsf{T}} w = v \cdot w": {"a": v @ w, "v": v, "w": w},
    r"y = a - (b - c)": {"y": 6.0, "a": 2.0, "b": 1.0, "c": 5.0},
    r"y = e^{-a / 2 b}": {"y": np.exp(-0.25), "a": 1.0, "b": 2.0},
    r"\frac{d}{da} a^3 = 3 a^2": {"a": 0.7},
    r"\frac{\partial p}{\partial x_i} = 2 x_i": {"p": of("x")(lambda x: x @ x), "x": v, "i": range(1, 3)},
    r"x_i = \max(x_i, 0) - \max(-x_i, 0)": {"x": w, "i": range(1, 3)},
    r"w \leftarrow 2 w, \qquad w + v = a": {"w": v, "v": w, "a": 2 * v + w},
}

FALSE = {  # each is one of the true ones with one thing changed
    "a sign": (r"y = a - (b + c)", {"y": 6.0, "a": 2.0, "b": 1.0, "c": 5.0}),
    "an index": (r"y_i = \sum_{k=1}^{n} A_{ki} v_k", {"y": A @ v, "A": A, "v": v, "n": 2, "i": range(1, 3)}),
    "a bound": (r"y_i = \sum_{k=2}^{n} A_{ik} v_k", {"y": A @ v, "A": A, "v": v, "n": 2, "i": range(1, 3)}),
    "a transpose": (r"C = A B", {"C": A @ B.T, "A": A, "B": B}),
    "an operation": (r"C = A B", {"C": A * B, "A": A, "B": B}),
    "a relation": (r"a \le b", {"a": 2.0, "b": 1.0}),
    "a slope": (r"\frac{d}{da} a^3 = 2 a^2", {"a": 0.7}),
    "a remark": (r"y = 2 a \quad (a = 3)", {"y": 4.0, "a": 2.0}),
}

REFUSED = {
    r"y = \foo x": ({"y": 1.0, "x": 1.0}, r"1:5: `\foo` is not understood"),
    r"y = \widehat{x}": ({"y": 1.0, "x": 1.0}, r"1:5: `\widehat{x}` is not understood"),
    r"y = x + z": ({"y": 1.0, "x": 1.0}, "1:9: `z` is not declared"),
    r"y = \hat{x}": ({"y": 1.0, "x": 1.0}, r"`\hat{x}` is not declared"),
    r"y = x^*": ({"y": 1.0, "x": 1.0}, "`x^*` is not declared"),
    r"y = v w": ({"y": 1.0, "v": v, "w": w}, "which of their products is meant"),
    r"y = v \odot a": ({"y": v, "v": v, "a": 2.0}, r"\odot between arrays of shapes (2,) and ()"),
    r"y = v + u": ({"y": v, "v": v, "u": np.ones(3)}, "+ between arrays of shapes (2,) and (3,)"),
    r"y = A^2": ({"y": A, "A": A}, "a power of a matrix"),
    r"y = v_3": ({"y": 1.0, "v": v}, "index (3,) is outside"),
    r"y = v_0": ({"y": 1.0, "v": v}, "index (0,) is outside"),
    r"y = \ln a b": ({"y": 1.0, "a": 1.0, "b": 2.0}, "how far does the function's argument reach"),
    r"y = \overline{x}": ({"y": 1.0, "x": 1.0}, "what a bar is a mean over is not declared"),
    r"y = \lVert A \rVert": ({"y": 1.0, "A": A}, "the norm of an array of shape (2, 2) is not declared"),
    r"y = \sum_k v_k": ({"y": 1.0, "v": v}, "what k runs through is not declared"),
    r"y = x": ({"y": 1.0, "x": 1.0, "z": 2.0}, "nothing asked for z"),
    r"y = x, \quad z = 2 x": ({"y": 1.0, "x": 1.0}, "nothing asked for z (defined)"),
    r"x y": ({"y": 1.0, "x": 1.0}, "states nothing"),
    r"y \approx x": ({"y": 1.0, "x": 1.0}, r"\approx"),
    r"y = |x": ({"y": 1.0, "x": 1.0}, "a bar | has no counterpart"),
}


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true_holds(text):
    Formula(text).holds(TRUE[text])


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_does_not(name):
    text, names = FALSE[name]
    with pytest.raises(AssertionError):
        Formula(text).holds(names)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_known_is_refused(text):
    names, words = REFUSED[text]
    with pytest.raises(ValueError, match=re.escape(words)):
        Formula(text).holds(names)


def test_outside_an_array_there_may_be_zeros():
    formula = r"y_i = x_{i - 1} + x_{i + 1}"
    names = {"y": At(0, np.array([2.0, 4.0, 2.0])), "x": At(0, np.array([1.0, 2, 3]), zero_outside=True)}
    Formula(formula).holds({**names, "i": range(3)})
