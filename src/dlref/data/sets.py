"""Real data that needs no download: tables and images that come with scikit-learn, and a chapter of a book."""

from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def load_digits(dtype: npt.DTypeLike = np.float32) -> tuple[Array, Array]:
    """Handwritten digits, 1,797 images of 8 × 8 pixels (Alpaydin and Kaynak, UCI repository, 1998).

    Parameters
    ----------
    dtype
        of the images

    Returns
    -------
    images : (1797, 8, 8)
        ink in [0, 1]
    labels : (1797,) int64
        the digit, 0 to 9

    Raises
    ------
    ImportError
        where scikit-learn is missing

    Examples
    --------
    >>> images, labels = load_digits()
    >>> print(images.shape, images.dtype, labels[:5])
    (1797, 8, 8) float32 [0 1 2 3 4]
    """
    digits = _sklearn_datasets().load_digits()
    return (digits.images / 16).astype(dtype), digits.target.astype(np.int64)


def load_diabetes_column(name: str) -> tuple[Array, Array]:
    """One measurement of 442 diabetes patients, and how far the disease went in a year (Efron et al., 2004).

    Parameters
    ----------
    name
        age, sex, bmi, bp, or one of the blood values s1 to s6

    Returns
    -------
    feature : (442,) float64
        in its own unit, not scaled
    target : (442,) float64
        disease progression after one year, 25 to 346

    Raises
    ------
    ValueError
        for an unknown name
    ImportError
        where scikit-learn is missing

    Examples
    --------
    >>> bmi, progression = load_diabetes_column("bmi")
    >>> print(bmi.shape, f"{bmi.mean():.1f} {progression.mean():.1f}")
    (442,) 26.4 152.1
    """
    diabetes = _sklearn_datasets().load_diabetes(scaled=False)
    if name not in diabetes.feature_names:
        raise ValueError(f"load_diabetes_column: name must be one of {', '.join(diabetes.feature_names)}; got {name!r}")
    return diabetes.data[:, diabetes.feature_names.index(name)].copy(), diabetes.target


def load_breast_cancer() -> tuple[Array, Array]:
    """Measurements of cell nuclei from 569 breast tumours (Wolberg, Street and Mangasarian, UCI repository, 1995).

    Returns
    -------
    features : (569, 30) float64
        each in its own unit, not scaled
    labels : (569,) int64
        0 malignant, 1 benign

    Raises
    ------
    ImportError
        where scikit-learn is missing

    Examples
    --------
    >>> features, labels = load_breast_cancer()
    >>> print(features.shape, f"{labels.mean():.3f} benign")
    (569, 30) 0.627 benign
    """
    cancer = _sklearn_datasets().load_breast_cancer()
    return cancer.data.copy(), cancer.target.astype(np.int64)


def load_alice() -> str:
    """The first chapter of Lewis Carroll's Alice's Adventures in Wonderland (1865), which is in the public domain.

    Returns
    -------
    text
        11,230 characters, 59 different ones; paragraphs are parted by an empty line

    Examples
    --------
    >>> text = load_alice()
    >>> print(text[:36], len(text))
    Alice was beginning to get very tire 11230
    """
    return files("dlref.data").joinpath("alice.txt").read_text("utf-8")


def _sklearn_datasets() -> Any:
    try:
        from sklearn import datasets
    except ImportError as missing:
        raise ImportError('dlref.data reads data sets of scikit-learn: pip install "dlref[figures]"') from missing
    return datasets
