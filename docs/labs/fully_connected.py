# %% [markdown] lang="zh"
# # 实验：全连接网络看得见什么
#
# 先在看得见的平面上训练一个全连接网络，画出它把平面分成了哪几块；再让它认手写数字，看权重，看它认错了哪些。
#
# 单个神经元只能用一条直线把平面分开，缠在一起的两类它分不开。加上一个隐藏层，边界就能弯。弯成什么样、凭什么弯，图上都看得见；到了 64 维就看不见了，只能从权重和错误里猜。
#
# 需要的包：`pip install "dlref[torch,figures]"`。一个 CPU 核上约十五秒跑完。换一种处理器，舍入不同，打印的数字末几位会有出入。
# %% [markdown] lang="en"
# # Lab: what a fully connected network sees
#
# First train a fully connected network in the plane, where everything can be seen, and draw the regions into which it divides it; then let it read handwritten digits, and look at its weights and its mistakes.
#
# A single neuron divides the plane by one straight line, which cannot part classes that are wound around each other. With a hidden layer the border can bend. How it bends, and by what, can be drawn; in 64 dimensions it cannot, and weights and mistakes are all there is to look at.
#
# It needs `pip install "dlref[torch,figures]"` and takes about a quarter of a minute on one CPU core. Another processor may round otherwise, and the last digits of what is printed differ.
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
    fit,
    initial_params,
    mlp,
    mlp_shapes,
    softmax,
)

# %% [markdown] lang="zh"
# ## 三条缠在一起的带子
#
# 平面上三类点，各沿一条螺旋散开。每个点只有两个数，所以网络对整个平面的看法可以画出来。五分之一的点留作测试。
# %% [markdown] lang="en"
# ## Three arms, wound together
#
# Three classes of points in the plane, each along an arm of a spiral. A point is two numbers, so what a network makes of the whole plane can be drawn. A fifth of the points is kept for testing.
# %%
rng = np.random.default_rng(0)


def spiral(count):
    """Return points (count, 2) and their classes 0, 1, 2."""
    arm = rng.integers(0, 3, count)
    radius = rng.uniform(0.1, 1, count)
    angle = 2 * np.pi * arm / 3 + 4 * radius + rng.normal(0, 0.12, count)
    points = radius * np.stack([np.cos(angle), np.sin(angle)])  # (2, count)
    return points.T.astype(np.float32), arm


points, arms = spiral(1000)  # (1000, 2), (1000,)
seen, unseen = slice(0, 800), slice(800, 1000)
print(points.shape, np.bincount(arms))

# %% [markdown] lang="zh"
# 训练三个网络：没有隐藏层，一个隐藏层 4 个单元，一个隐藏层 64 个单元。其余都一样。
# %% [markdown] lang="en"
# Train three networks: without a hidden layer, with one of 4 units, and with one of 64. All else is the same.
# %%
networks = {}
for sizes in ((2, 3), (2, 4, 3), (2, 64, 3)):
    params = initial_params(
        mlp_shapes(*sizes), generator=np.random.default_rng(0)
    )
    fit(
        mlp,
        params,
        Adam(params, lr=0.02),
        cross_entropy,
        points[seen],
        arms[seen],
        epochs=60,
        batch_size=32,
        seed=0,
        progress=True,
    )
    share = accuracy(mlp(points[unseen], params), arms[unseen])
    print(f"sizes {sizes}: test accuracy {share:.3f}")
    networks[sizes] = params

# %% [markdown] lang="zh"
# ## 看里面：决策区域
#
# 给平面上每一处都算一次预测，按最可能的类上色；颜色越淡，网络越没有把握。找两样东西：边界是直的还是弯的；最淡的地方在哪里。
# %% [markdown] lang="en"
# ## Inside: decision regions
#
# Ask for a prediction at every place of the plane and colour it by the most likely class; the paler, the less certain. Look for two things: whether borders are straight or bent, and where the colours are palest.
# %% zh="三个网络的决策区域：没有隐藏层时三块都以直线为界；4 个单元时边界有几处弯折；64 个单元时三块沿螺旋卷在一起。点是测试集。" en="Decision regions of the three networks: without a hidden layer three parts with straight borders; with 4 units a few bends; with 64 units the regions wind along the arms. The points are the test set."
line = np.linspace(-1.1, 1.1, 80, dtype=np.float32)
plane = np.stack(np.meshgrid(line, line), axis=-1)  # (80, 80, 2)
plane = plane.reshape(-1, 2)
colours = np.array(
    [[0.23, 0.49, 0.85], [0.85, 0.47, 0.17], [0.18, 0.62, 0.38]]
)
figure, axes = plt.subplots(1, 3, figsize=(4.4, 1.8), layout="constrained")
for axis, (sizes, params) in zip(axes, networks.items(), strict=True):
    chances = softmax(mlp(plane, params), dim=1)  # (6400, 3)
    sure = chances.max(axis=1, keepdims=True) ** 2
    shown = sure * colours[chances.argmax(axis=1)] + (1 - sure)
    shown, square = shown.reshape(80, 80, 3), (-1.1, 1.1, -1.1, 1.1)
    axis.imshow(shown, origin="lower", extent=square)
    for arm in range(3):
        x, y = points[unseen][arms[unseen] == arm].T
        axis.scatter(x, y, 9, colours[[arm]], edgecolors="w", linewidths=0.4)
    axis.set_title("no hidden" if len(sizes) == 2 else f"{sizes[1]} hidden")
    axis.set_axis_off()

# %% [markdown] lang="zh"
# 没有隐藏层，logit 是 $Wx + b$，两类相等的地方是一条直线。隐藏单元 $\max(0,\, w \cdot x + b)$ 在直线 $w \cdot x + b = 0$ 上有一道折痕；整个网络是分段线性的，边界只能在折痕上转弯。4 道折痕不够绕，64 道够了。
#
# ## 手写数字
#
# 1,797 张 8×8 的图像，五分之一留作测试。全连接网络看不见图像，只看见一行 64 个数。
# %% [markdown] lang="en"
# Without a hidden layer the logits are $Wx + b$, and two of them are equal on a straight line. A hidden unit $\max(0,\, w \cdot x + b)$ has a crease along the line $w \cdot x + b = 0$; the whole network is linear in pieces, and a border can turn only at a crease. 4 creases are too few to wind around; 64 are enough.
#
# ## Handwritten digits
#
# 1,797 images of 8×8 pixels; a fifth is kept for testing. A fully connected network sees no image, only a row of 64 numbers.
# %% zh="十个数字，每个数字的第一张图，8×8 像素" en="Ten digits: the first image of each, 8×8 pixels"
images, labels = load_digits()
train, test = stratified_split(labels, 0.2, np.random.default_rng(0))
rows = images.reshape(len(images), 64)  # (1797, 64)
print(rows.shape, len(train), "to train on,", len(test), "to test")

figure, axes = plt.subplots(2, 5, figsize=(4, 1.7), layout="constrained")
for digit, axis in enumerate(axes.flat):
    axis.imshow(images[labels == digit][0], cmap="gray_r")
    axis.set_axis_off()

# %% [markdown] lang="zh"
# 一个隐藏层，64 个单元。Adam，学习率 0.005，小批量 32，30 个轮次。进度条右边是这一轮的训练损失。
# %% [markdown] lang="en"
# One hidden layer of 64 units; Adam with learning rate 0.005, mini-batches of 32, 30 epochs. The training loss of the epoch stands right of the progress bar.
# %%
params = initial_params(
    mlp_shapes(64, 64, 10), generator=np.random.default_rng(0)
)
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
fitted = mlp(rows[train], params)
print(f"training accuracy {accuracy(fitted, labels[train]):.3f}")
print(f"test accuracy {accuracy(logits, labels[test]):.3f}")

# %% zh="训练损失随轮次下降，纵轴取对数" en="Training loss against epochs, falling; the vertical axis is logarithmic"
figure, axis = plt.subplots(figsize=(4.2, 2.2), layout="constrained")
axis.semilogy(range(1, 31), history.train_loss)
axis.set(xlabel="epoch", ylabel="training loss")
axis.spines[["top", "right"]].set_visible(False)

# %% [markdown] lang="zh"
# ## 看里面：隐藏单元的权重
#
# 每个隐藏单元有 64 个权重，正好摆成一张 8×8 的图：红为正，蓝为负。找一找有没有像笔画的。几乎没有：对全连接层来说，没有哪两个像素是相邻的，所以也没有什么要求它的权重平滑。
# %% [markdown] lang="en"
# ## Inside: the weights of the hidden units
#
# Each hidden unit has 64 weights, which fit into an image of 8×8: red is positive, blue is negative. Look for one that resembles a stroke. Hardly any does: to a fully connected layer no two pixels are neighbours, so nothing asks its weights to be smooth.
# %% zh="16 个隐藏单元的权重，各摆成 8×8：红蓝交错，看不出笔画" en="The weights of 16 hidden units as images of 8×8: red and blue side by side, without strokes"
weight = next(iter(params.values()))  # (64, 64): a row for each hidden unit
figure, axes = plt.subplots(2, 8, figsize=(4.4, 1.2), layout="constrained")
for axis, unit in zip(axes.flat, weight, strict=False):
    axis.imshow(unit.reshape(8, 8), cmap="RdBu_r", vmin=-0.6, vmax=0.6)
    axis.set_axis_off()

# %% [markdown] lang="zh"
# ## 认错的数字
#
# 混淆矩阵的行是真值，列是预测，对角线以外是错误。先猜哪两个数字最容易混，再看表；然后看图：有几张你自己也会认错？
# %% [markdown] lang="en"
# ## Misread digits
#
# Rows of the confusion matrix are the true digits, columns the predicted ones; what lies off the diagonal is wrong. Guess which digits get confused before you read it. Then look at the images: how many would you misread yourself?
# %% zh="测试集里认错的数字，标题是真值 → 预测" en="The digits of the test set that are misread, under the words true → predicted"
predicted = logits.argmax(axis=1)
print(confusion_matrix(predicted, labels[test], 10))
wrong = np.flatnonzero(predicted != labels[test])
figure, axes = plt.subplots(2, 5, figsize=(4.2, 2.3), layout="constrained")
for axis in axes.flat:
    axis.set_axis_off()
for axis, index in zip(axes.flat, wrong, strict=False):
    axis.imshow(images[test][index], cmap="gray_r")
    axis.set_title(f"{labels[test][index]} → {predicted[index]}")
print(len(wrong), "of", len(test), "misread; shown:", min(len(wrong), 10))

# %% [markdown] lang="zh"
# ## PyTorch 得到同样的输出
#
# 同样的参数放进 `torch.nn` 的三个模块：是同一个网络，写了两遍，只差单精度的舍入。
# %% [markdown] lang="en"
# ## PyTorch gives the same output
#
# The same parameters in three modules of `torch.nn`: one network, written twice, up to the rounding of single precision.
# %%
twin = torch.nn.Sequential(
    torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10)
)
own = map(torch.from_numpy, params.values())
twin.load_state_dict(dict(zip(twin.state_dict(), own, strict=True)))
theirs = twin(torch.from_numpy(rows[test])).detach().numpy()
print("same predictions:", np.array_equal(theirs.argmax(axis=1), predicted))
close = np.allclose(theirs, logits, rtol=0, atol=1e-4)
print("same logits to 4 decimals:", close)

# %% [markdown] lang="zh"
# ## 试一试
#
# 1. 把螺旋网络的 64 改成 8、16，再跑一遍：几个单元才绕得过来？换一个初始化的种子，答案还一样吗？
# 2. 把螺旋的 `4 * radius` 改成 `8 * radius`，多绕一圈：64 个单元还够吗？换成 `(2, 32, 32, 3)` 呢？
# 3. 用一个固定的随机顺序把 64 个像素打乱（训练和测试用同一个顺序），再训练数字网络。准确率会变多少？先想，再跑。
# %% [markdown] lang="en"
# ## Try it
#
# 1. Change the 64 of the spiral's network to 8 and to 16, and run again: how many units does it take to wind around? Is the answer the same with another seed of the initialisation?
# 2. Change `4 * radius` of the spiral to `8 * radius`, so that it winds further: are 64 units still enough? And `(2, 32, 32, 3)`?
# 3. Shuffle the 64 pixels in one fixed random order, the same for training and testing, and train the digits' network again. By how much does its accuracy change? Think first, then run.
