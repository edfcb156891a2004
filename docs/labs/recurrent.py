# %% [markdown] lang="zh"
# # 实验：循环网络一行一行读数字
#
# 把图像当成序列：8 个时间步，每步读一行 8 个像素。训练一个普通的循环网络，看它的状态怎样随时间变化，读到第几行才认得出数字，再把行的顺序倒过来。
#
# 需要的包：`pip install "dlref[torch,figures,train]"`。一个 CPU 核上约十秒跑完。
# %% [markdown] lang="en"
# # Lab: a recurrent network reads digits row by row
#
# An image becomes a sequence: 8 time steps, and at each of them a row of 8 pixels. Train a plain recurrent network, watch its state over time, see after how many rows it knows the digit, and then reverse the rows.
#
# It needs `pip install "dlref[torch,figures,train]"` and takes about ten seconds on one CPU core.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

from dlref.data import load_digits, stratified_split
from dlref.numpy import (
    Adam,
    accuracy,
    composed,
    cross_entropy,
    initial_params,
    linear,
    recurrent_classifier,
    recurrent_classifier_shapes,
    rnn,
)
from dlref.numpy.training import fit

# %% [markdown] lang="zh"
# ## 数据
#
# 一张 8×8 的图就是一个长度为 8 的序列，每个元素是一行像素。形状 `(N, 8, 8)` 不用改：第二维读作时间，第三维读作特征。
# %% [markdown] lang="en"
# ## The data
#
# An image of 8×8 is a sequence of length 8, each element a row of pixels. The shape `(N, 8, 8)` stays: the second dimension is read as time, the third as features.
# %% zh="一个数字和它被读入的八步" en="A digit, and the eight steps in which it is read"
images, labels = load_digits()
train, test = stratified_split(labels, 0.2, np.random.default_rng(0))
image = images[test[0]]
print(images.shape, "label of the image below:", labels[test[0]])

figure, axes = plt.subplots(1, 9, figsize=(7, 0.9))
axes[0].imshow(image, cmap="gray_r")
for step, axis in enumerate(axes[1:]):
    axis.imshow(image[step : step + 1], cmap="gray_r", vmin=0, vmax=1)
for axis in axes:
    axis.set_axis_off()

# %% [markdown] lang="zh"
# ## 训练
#
# 状态有 64 个数。每一步都用同一组参数，从上一步的状态和这一行像素算出新的状态；最后一个状态交给线性层。梯度要穿过 8 步，所以裁剪到长度不超过 1。
# %% [markdown] lang="en"
# ## Training
#
# The state has 64 numbers. Each step computes a new state from the last one and from a row of pixels, with the same parameters every time; a linear layer gets the last state. Gradients pass through 8 steps, and are clipped to a length of 1.
# %%
shapes = recurrent_classifier_shapes(8, 64, 10, cell="rnn")
params = initial_params(shapes, generator=np.random.default_rng(0))
print(sum(param.size for param in params.values()), "parameters:")
for name, param in params.items():
    print(f"{name:24} {param.shape}")


@composed
def classify(rows, params):
    return recurrent_classifier(rows, params, cell="rnn")


fit(
    classify,
    params,
    Adam(params, lr=3e-3),
    cross_entropy,
    images[train],
    labels[train],
    epochs=20,
    batch_size=32,
    seed=0,
    max_norm=1.0,
    progress=True,
)
print(f"test accuracy {accuracy(classify(images[test], params), labels[test]):.3f}")

# %% [markdown] lang="zh"
# ## 看里面：状态随时间的变化
#
# 每一列是一个时间步，每一行是状态里的一个数，红正蓝负。同一组权重用了八次，状态却步步不同。
# %% [markdown] lang="en"
# ## Inside: the state over time
#
# A column is a time step, a row one number of the state, red where positive and blue where negative. The same weights were used eight times, and yet the state is another at each step.
# %% zh="一个数字读入时状态的 64 个数" en="The 64 numbers of the state while a digit is read"
inside = {name.removeprefix("recurrent."): param for name, param in params.items() if name.startswith("recurrent.")}
states, _ = rnn(images[test], inside, batch_first=True)  # (N, 8, 64)
figure, axes = plt.subplots(1, 2, figsize=(6, 3.2), width_ratios=(1, 2))
axes[0].imshow(image, cmap="gray_r")
axes[0].set_axis_off()
axes[1].imshow(states[0].T, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
axes[1].set_xticks(range(8), range(1, 9))

# %% [markdown] lang="zh"
# ## 读到第几行才认得出
#
# 训练时只在第八行之后回答。现在每一步都问一次：把那一步的状态交给最后的线性层。
# %% [markdown] lang="en"
# ## After how many rows it knows
#
# In training it answered behind the eighth row only. Now it is asked at every step: the state of that step goes through the last linear layer.
# %% zh="读过几行之后的准确率" en="Accuracy after so many rows"
weight, bias = params["output.weight"], params["output.bias"]
right = [accuracy(linear(states[:, step], weight, bias), labels[test]) for step in range(8)]
print(" ".join(f"{share:.2f}" for share in right))
figure, axis = plt.subplots(figsize=(4, 2.4))
axis.bar(range(1, 9), right)
axis.axhline(0.1, linestyle="--")

# %% [markdown] lang="zh"
# ## 倒过来读
#
# 行还是那些行，顺序反了。对全连接网络，重新排列输入不过是换个名字；对循环网络，顺序就是意思。
# %% [markdown] lang="en"
# ## Read backwards
#
# The same rows in the opposite order. To a fully connected network an order of its inputs is only a matter of names; to a recurrent one the order is the meaning.
# %%
backwards = classify(images[test][:, ::-1], params)
print(f"from top to bottom {right[-1]:.3f}, from bottom to top {accuracy(backwards, labels[test]):.3f}")

# %% [markdown] lang="zh"
# ## PyTorch 得到同样的输出
# %% [markdown] lang="en"
# ## PyTorch gives the same output
# %%
from dlref.torch import recurrent_classifier as classifier_in_torch

tensors = {name: torch.from_numpy(param) for name, param in params.items()}
theirs = classifier_in_torch(torch.from_numpy(images[test]), tensors, cell="rnn").numpy()
print("equal", np.allclose(theirs, classify(images[test], params), atol=1e-4))
