"""What small Transformers learn, beside recurrent networks: sequences, a text, and digits. The page transformer."""

import numpy as np

from dlref.experiments.lstm_text import text as lstm_text
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array
from dlref.experiments.transformer_generation import lengths
from dlref.experiments.transformer_reading import image_start, images_trained, text_start, text_trained
from dlref.experiments.transformer_tasks import LENGTH, start, start_recurrent, trained_numpy, trained_torch

SEEDS = range(5)
TASKS = ("reverse", "sort")


@experiment
def tasks_numpy() -> Result:
    """Shares of faultless sequences, NumPy."""
    return {"reverse": lengths()["held_out"], "sort": [trained_numpy("sort", seed)[1] for seed in SEEDS]}


@experiment
def tasks_torch() -> Result:
    """Shares of faultless sequences, of the Transformer and of recurrent networks, PyTorch."""
    return {
        network: {task: [trained_torch(task, seed, network) for seed in SEEDS] for task in TASKS}
        for network in ("transformer", "rnn")
    } | {"lstm": {"reverse": [trained_torch("reverse", seed, "lstm") for seed in SEEDS]}}


@experiment
def reading() -> Result:
    """Perplexities of the text and shares of right digits, both backends."""
    return {
        backend: {
            "text": [text_trained(backend, seed) for seed in SEEDS],
            "images": [images_trained(backend, seed) for seed in SEEDS],
        }
        for backend in ("numpy", "torch")
    }


@claim("C-transformer-learns")
def learns() -> Result:
    """The worst of all seeds for each task, and the best of the recurrent networks."""
    in_numpy, in_torch, read = tasks_numpy(), tasks_torch(), reading()
    result: Result = {"seeds": len(SEEDS), "length": LENGTH, "params": _count(start(0))}
    for task in TASKS:
        result[f"{task}_numpy_worst"] = min(in_numpy[task])
        result[f"{task}_torch_worst"] = min(in_torch["transformer"][task])
        result[f"{task}_rnn_best"] = max(in_torch["rnn"][task])
    result["reverse_lstm_best"] = max(in_torch["lstm"]["reverse"])
    for backend in ("numpy", "torch"):
        result[f"text_{backend}_mean"] = float(np.mean(read[backend]["text"]))
        result[f"text_{backend}_worst"] = max(read[backend]["text"])
        result[f"images_{backend}_mean"] = float(np.mean(read[backend]["images"]))
        result[f"images_{backend}_worst"] = min(read[backend]["images"])
    result |= {"text_params": _count(text_start(0)), "image_params": _count(image_start(0))}
    result |= {f"{cell}_params": _count(start_recurrent(cell, 0)) for cell in ("rnn", "lstm")}
    beside = ("alone", "numpy_mean", "torch_mean", "params")  # counting, and the LSTM
    return result | {f"lstm_text_{name}": lstm_text()[name] for name in beside}


def _count(params: dict[str, Array]) -> int:
    return sum(param.size for param in params.values())
