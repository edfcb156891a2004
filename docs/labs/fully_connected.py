# %% [markdown] lang="zh"
# # 实验：全连接网络认数字
#
# 从数据到训练好的网络，再看它里面：权重长什么样，它认错了哪些数字。
#
# 需要的包：`pip install "dlref[torch,figures,train]"`。一个 CPU 核上约十秒跑完。
# %% [markdown] lang="en"
# # Lab: a fully connected network reads digits
#
# From the data to a trained network, and then a look inside: what its weights look like, and which digits it misreads.
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
    confusion_matrix,
    cross_entropy,
    initial_params,
    mlp,
    mlp_shapes,
)
from dlref.numpy.training import fit

# %% [markdown] lang="zh"
# ## 数据
#
# 1,797 张 8×8 的手写数字，五分之一留作测试。全连接网络看不见图像，只看见一行 64 个数。
# %% [markdown] lang="en"
# ## The data
#
# 1,797 handwritten digits of 8×8 pixels; a fifth is kept for testing. A fully connected network sees no image, only a row of 64 numbers.
# %% zh="每个数字的第一张图" en="The first image of each digit"
images, labels = load_digits()
train, test = stratified_split(labels, 0.2, np.random.default_rng(0))
rows = images.reshape(len(images), 64)  # (1797, 64)
print(rows.shape, len(train), "to train on,", len(test), "to test")

figure, axes = plt.subplots(1, 10, figsize=(7, 1))
for axis, digit in zip(axes, range(10), strict=True):
    axis.imshow(images[labels == digit][0], cmap="gray_r")
    axis.set_axis_off()

# %% [markdown] lang="zh"
# ## 训练
#
# 一个隐藏层，64 个单元。Adam，学习率 0.005，小批量 32，30 个轮次。进度条右边是这一轮的训练损失。
# %% [markdown] lang="en"
# ## Training
#
# One hidden layer of 64 units; Adam with learning rate 0.005, mini-batches of 32, 30 epochs. The training loss of the epoch stands right of the progress bar.
# %%
params = initial_params(mlp_shapes(64, 64, 10), generator=np.random.default_rng(0))
history = fit(
    mlp,
    params,
    Adam(params, lr=5e-3),
    cross_entropy,
    rows[train],
    labels[train],
    epochs=30,
    batch_size=32,
    seed=0,
    progress=True,
)
logits = mlp(rows[test], params)
print(f"test accuracy {accuracy(logits, labels[test]):.3f}")

# %% [markdown] lang="zh"
# 同样的参数放进 PyTorch，输出相同：两边是同一个网络。
# %% [markdown] lang="en"
# The same parameters in PyTorch give the same output: it is one network, written twice.
# %%
twin = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
twin.load_state_dict(dict(zip(twin.state_dict(), map(torch.from_numpy, params.values()), strict=True)))
theirs = twin(torch.from_numpy(rows[test])).detach().numpy()
print(f"largest difference {np.abs(theirs - logits).max():.0e}")

# %% [markdown] lang="zh"
# ## 损失曲线
# %% [markdown] lang="en"
# ## The loss over the epochs
# %% zh="训练损失随轮次下降，纵轴取对数" en="Training loss against epochs, on a logarithmic axis"
figure, axis = plt.subplots(figsize=(5, 2.6))
axis.semilogy(history.train_loss)
axis.set(xlabel="epoch", ylabel="loss")
# %% [markdown] lang="zh"
# ## 看里面：隐藏单元的权重
#
# 每个隐藏单元有 64 个权重，正好摆成一张 8×8 的图。蓝是负，红是正。没有哪一张像一笔一画：对全连接层来说，没有哪两个像素是相邻的，所以它学到的权重也不必平滑。
# %% [markdown] lang="en"
# ## Inside: the weights of the hidden units
#
# Each hidden unit has 64 weights, which fit into an image of 8×8: blue is negative, red is positive. None of them looks like a stroke: to a fully connected layer no two pixels are neighbours, so nothing asks its weights to be smooth.
# %% zh="16 个隐藏单元的权重" en="The weights of 16 hidden units"
weight = next(iter(params.values()))  # (64, 64)
figure, axes = plt.subplots(2, 8, figsize=(7, 1.9))
for axis, unit in zip(axes.flat, weight, strict=False):
    axis.imshow(unit.reshape(8, 8), cmap="RdBu_r", vmin=-0.6, vmax=0.6)
    axis.set_axis_off()

# %% [markdown] lang="zh"
# ## 认错的数字
#
# 混淆矩阵的行是真值，列是预测。对角线以外是错误。
# %% [markdown] lang="en"
# ## Misread digits
#
# Rows of the confusion matrix are the true digits, columns the predicted ones; what lies off the diagonal is wrong.
# %% zh="认错的数字：真值 → 预测" en="Misread digits: true → predicted"
predicted = logits.argmax(axis=1)
print(confusion_matrix(predicted, labels[test], 10))
wrong = np.flatnonzero(predicted != labels[test])
figure, axes = plt.subplots(1, 10, figsize=(7, 1.3))
for axis in axes:
    axis.set_axis_off()
for axis, index in zip(axes, wrong, strict=False):
    axis.imshow(images[test][index], cmap="gray_r")
    axis.set_title(f"{labels[test][index]} → {predicted[index]}", fontsize=9)
