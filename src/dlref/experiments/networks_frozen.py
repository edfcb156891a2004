"""What prediction and freezing leave alone: parameters, graph, memory; the claim C-frozen-inference."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from dlref.data import minibatches
from dlref.experiments import training_numpy as in_numpy
from dlref.experiments.networks_and_models import SHAPES, trained
from dlref.experiments.networks_in_use import module_of, states_equal
from dlref.experiments.registry import Result, claim, experiment
from dlref.experiments.training import Array, digits
from dlref.experiments.training_torch import as_params, one_thread
from dlref.numpy.models import initial_params, mlp
from dlref.numpy.optim import SGD
from dlref.torch.models import MLP

STEPS = 200


def kept_bytes(module: nn.Module, inputs: Tensor) -> int:
    """Bytes of the tensors that a forward pass keeps for a backward pass, other than parameters and input."""
    known = {tensor.data_ptr() for tensor in (inputs, *module.parameters())}
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        if tensor.data_ptr() not in known:
            kept[tensor.data_ptr()] = tensor.nbytes
        return tensor

    alive = []
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        alive.append(module(inputs))
    return sum(kept.values())


@claim("C-frozen-inference")
def frozen_inference() -> Result:
    """What prediction leaves behind, in parameters, in graph and in memory; and what freezing leaves alone."""
    data = digits(0)
    images, params = data.test_images.reshape(-1, 64), trained(0)
    before = in_numpy.copied(params)
    mlp(images, params)
    module, inputs = module_of(params), torch.from_numpy(images)
    state = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    with one_thread():
        recorded = module(inputs)
        kept = kept_bytes(module, inputs)
        with torch.no_grad():
            plain, kept_without = module(inputs), kept_bytes(module, inputs)
        with torch.inference_mode():
            sealed = module(inputs)
    return {
        "images": len(images),
        "numpy_unchanged": all(np.array_equal(params[name], before[name]) for name in params),
        "torch_unchanged": states_equal(state, module.state_dict()),
        "records_graph": recorded.grad_fn is not None,
        "no_grad_records": plain.grad_fn is not None or plain.requires_grad,
        "inference_mode_records": sealed.grad_fn is not None or sealed.requires_grad,
        "outputs_equal": bool(torch.equal(recorded, plain) and torch.equal(plain, sealed)),
        "kept_bytes": kept,
        "kept_bytes_expected": len(images) * 32 * 4,  # relu's output: its own gradient and the next layer's need it
        "kept_bytes_no_grad": kept_without,
        **_normalised(inputs),
        **_frozen(),
    }


def _normalised(inputs: Tensor) -> Result:
    """A forward pass in training mode, without gradients, on a network with batch normalisation."""
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 10))
    params = {name: param.clone() for name, param in module.named_parameters()}
    result: Result = {}
    for mode in ("evaluation", "training"):
        module.train(mode == "training")
        state = {name: tensor.clone() for name, tensor in module.state_dict().items()}
        with torch.no_grad():
            module(inputs)
        result[f"state_unchanged_in_{mode}"] = states_equal(state, module.state_dict())
    return result | {"batch_norm_params_unchanged": states_equal(params, dict(module.named_parameters()))}


def _frozen() -> Result:
    """Train 200 steps with the hidden layer frozen, in both backends."""
    curves = layers_moved()
    with one_thread():
        tensors = _torch_frozen()
    return {
        "steps": STEPS,
        "numpy_frozen_moved": max(curves["frozen_hidden"]),
        "numpy_output_moved": curves["frozen_output"][-1],
        "free_hidden_moved": curves["free_hidden"][-1],
        "torch_frozen_equal": tensors["hidden_equal"],
        "torch_output_moved": tensors["output_moved"],
        "loss_before": curves["frozen_loss"][0],
        "loss_after": curves["frozen_loss"][-1],
        "loss_after_free": curves["free_loss"][-1],
    }


@experiment
def layers_moved() -> Result:
    """How far each layer is from where it began, after every 10 steps, with the hidden layer free and frozen."""
    data = digits(0)
    images, labels = data.train_images, data.train_labels
    start = initial_params(SHAPES, generator=np.random.default_rng(0))
    result: Result = {"steps": list(range(0, STEPS + 1, 10))}
    for name in ("free", "frozen"):
        params = in_numpy.copied(start)
        learning = {key: param for key, param in params.items() if name == "free" or key.startswith("layers.1.")}
        optimizer = SGD(learning, lr=0.1, momentum=0.9)
        curves: dict[str, list[float]] = {"hidden": [], "output": [], "loss": []}
        for step, batch in enumerate(_batches(len(labels))):
            if step % 10 == 0:
                curves["hidden"].append(_distance(params, start, "layers.0."))
                curves["output"].append(_distance(params, start, "layers.1."))
                curves["loss"].append(in_numpy.loss_and_grads(in_numpy.mlp, params, images, labels)[0])
            if step < STEPS:
                _, grads = in_numpy.loss_and_grads(in_numpy.mlp, params, images[batch], labels[batch])
                optimizer.step({key: grads[key] for key in learning})
        result |= {f"{name}_{key}": values for key, values in curves.items()}
    return result


def _torch_frozen() -> Result:
    data = digits(0)
    images, labels = torch.from_numpy(data.train_images).flatten(1), torch.from_numpy(data.train_labels)
    module = MLP(64, 32, 10)
    start = initial_params(SHAPES, generator=np.random.default_rng(0))
    module.load_state_dict({name: param.detach() for name, param in as_params(start).items()})
    module.layers[0].requires_grad_(False)
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)
    for batch in _batches(len(labels))[:STEPS]:
        optimizer.zero_grad()
        cross_entropy(module(images[batch]), labels[batch]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    after = module.state_dict()
    hidden = [name for name in before if name.startswith("layers.0.")]
    return {
        "hidden_equal": all(torch.equal(before[name], after[name]) for name in hidden),
        "output_moved": float((after["layers.1.weight"] - before["layers.1.weight"]).norm()),
    }


def _batches(count: int) -> list[Array]:
    rng = np.random.default_rng(0)
    return [batch for _ in range(3) for batch in minibatches(count, 16, rng)][: STEPS + 1]


def _distance(params: in_numpy.Params, start: in_numpy.Params, layer: str) -> float:
    """The length of what has been added to a layer's parameters, all taken together."""
    moved = [params[name] - start[name] for name in params if name.startswith(layer)]
    return float(np.sqrt(sum(float(np.sum(change**2)) for change in moved)))
