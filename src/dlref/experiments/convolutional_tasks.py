"""One small convolutional backbone with three heads: which digit, in which box, on which pixels.

The network is written once, over the operations that both backends share. A canvas is 12×12 with noise; in training
every epoch places the digits anew. The losses of the heads are added, that of the box ten times.
"""

from types import ModuleType
from typing import Any

import numpy as np
import torch

import dlref.numpy
import dlref.torch
from dlref.blueprints import Shapes
from dlref.data import minibatches, place_on_canvas
from dlref.experiments.training import Array, digits
from dlref.experiments.training_torch import as_params, one_thread
from dlref.numpy.autograd import composed
from dlref.numpy.models import initial_params
from dlref.numpy.optim import Adam, CosineAnnealingLR
from dlref.torch import optim as torch_optim

SIZE, NOISE, EPOCHS, BATCH_SIZE, LR, BOX_WEIGHT = 12, 0.15, 14, 32, 5e-3, 10.0
SHAPES: Shapes = {
    "conv1.weight": (12, 1, 3, 3),
    "conv1.bias": (12,),
    "conv2.weight": (32, 12, 3, 3),
    "conv2.bias": (32,),
    "mask.weight": (1, 12, 3, 3),
    "mask.bias": (1,),
    "head.weight": (14, 288),
    "head.bias": (14,),
}


def outputs(ops: ModuleType, canvases: Any, params: Any) -> tuple[Any, Any, Any]:
    """Canvases (N, 1, 12, 12) to logits (N, 10), boxes (N, 4) and logits of the mask (N, 12, 12)."""
    low = ops.relu(ops.conv2d(canvases, params["conv1.weight"], params["conv1.bias"], padding=1))
    middle = ops.max_pool2d(low, kernel_size=2)
    high = ops.relu(ops.conv2d(middle, params["conv2.weight"], params["conv2.bias"], padding=1))
    flat = ops.flatten(ops.max_pool2d(high, kernel_size=2), start_dim=1)
    found = ops.linear(flat, params["head.weight"], params["head.bias"])
    mask = ops.conv2d(low, params["mask.weight"], params["mask.bias"], padding=1)
    return found[:, :10], found[:, 10:], mask[:, 0]


def total(ops: ModuleType, canvases: Any, params: Any, labels: Any, boxes: Any, masks: Any) -> Any:
    """The sum of the three losses."""
    logits, box, mask = outputs(ops, canvases, params)
    class_loss = ops.cross_entropy(logits, labels)
    box_loss = ops.smooth_l1_loss(box, boxes, beta=0.1)
    return class_loss + BOX_WEIGHT * box_loss + ops.binary_cross_entropy_with_logits(mask, masks)


@composed
def numpy_total(canvases: Array, params: dict[str, Array], labels: Array, boxes: Array, masks: Array) -> Array:
    """`total` on the tape of NumPy."""
    loss: Array = total(dlref.numpy, canvases, params, labels, boxes, masks)
    return loss


def placed(images: Array, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Noisy canvases (N, 1, 12, 12), boxes (N, 4) and masks (N, 12, 12), in float32."""
    canvases, boxes, masks = place_on_canvas(images[:, 0], SIZE, rng)
    noisy = canvases + rng.normal(0, NOISE, canvases.shape)
    return noisy[:, None].astype(np.float32), boxes.astype(np.float32), masks.astype(np.float32)


def trained(backend: str, seed: int) -> dict[str, Array]:
    """Parameters after 14 epochs in one of the backends, as arrays."""
    data, rng = digits(seed), np.random.default_rng(seed)
    params: Any = initial_params(SHAPES, generator=np.random.default_rng(seed))
    steps = EPOCHS * -(-len(data.train_labels) // BATCH_SIZE)
    if backend == "torch":
        params = as_params(params)
    optimizer: Any = Adam(params, lr=LR) if backend == "numpy" else torch_optim.Adam(params.values(), lr=LR)
    schedules = CosineAnnealingLR if backend == "numpy" else torch_optim.CosineAnnealingLR
    schedule = schedules(optimizer, T_max=steps)
    with one_thread():
        for _ in range(EPOCHS):
            parts = placed(data.train_images, rng)
            for batch in minibatches(len(data.train_labels), BATCH_SIZE, rng):
                canvases, boxes, masks = (part[batch] for part in parts)
                _step(backend, optimizer, params, canvases, data.train_labels[batch], boxes, masks)
                schedule.step()
    return {name: np.asarray(param if backend == "numpy" else param.detach()) for name, param in params.items()}


def _step(backend: str, optimizer: Any, params: Any, *parts: Array) -> None:
    canvases, *targets = parts
    if backend == "numpy":
        _, pullback = numpy_total.vjp(canvases, params, *targets)
        optimizer.step(pullback(1.0)[1])
        return
    optimizer.zero_grad()
    tensors = [torch.from_numpy(part) for part in targets]
    total(dlref.torch, torch.from_numpy(canvases), params, *tensors).backward()
    optimizer.step()


def judged(params: dict[str, Array], seed: int) -> dict[str, float]:
    """Accuracy, and the mean over held-out canvases of the intersection over union of boxes and of masks."""
    data = digits(seed)
    canvases, boxes, masks = placed(data.test_images, np.random.default_rng(1000 + seed))
    logits, found, mask = outputs(dlref.numpy, canvases, params)
    return {
        "accuracy": float(np.mean(logits.argmax(axis=1) == data.test_labels)),
        "box_iou": float(box_iou(found, boxes).mean()),
        "mask_iou": float(mask_iou(mask > 0, masks > 0).mean()),
    }


def box_iou(boxes: Array, others: Array) -> Array:
    """Intersection over union of boxes (N, 4) given by left, top, right and bottom."""
    near, far = np.maximum(boxes[:, :2], others[:, :2]), np.minimum(boxes[:, 2:], others[:, 2:])
    shared = np.clip(far - near, 0, None).prod(axis=1)
    areas = [np.clip(each[:, 2:] - each[:, :2], 0, None).prod(axis=1) for each in (boxes, others)]
    iou: Array = shared / (areas[0] + areas[1] - shared)
    return iou


def mask_iou(masks: Array, others: Array) -> Array:
    """Intersection over union of masks (N, H, W)."""
    iou: Array = (masks & others).sum(axis=(1, 2)) / (masks | others).sum(axis=(1, 2))
    return iou
