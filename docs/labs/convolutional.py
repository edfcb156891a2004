# %% [markdown] lang="zh"
# # 实验：卷积网络看数字
#
# 训练一个小卷积网络，看它学到的卷积核和特征图；再把数字挪开两个像素，和全连接网络比一比。
#
# 一笔写在哪里都是一笔。全连接网络给每个位置各配一套权重，在一处学到的，到别处用不上；卷积网络处处用同一组卷积核。这个实验看两件事：卷积核学成了什么样，以及共享权重换来了什么、没有换来什么。
#
# 需要的包：`pip install "dlref[torch,figures]"`。一个 CPU 核上约十秒跑完。换一种处理器，舍入不同，打印的数字末几位会有出入。
# %% [markdown] lang="en"
# # Lab: a convolutional network looks at digits
#
# Train a small convolutional network, look at the kernels it has learnt and at its feature maps; then move the digits by two pixels and compare it with a fully connected network.
#
# A stroke is a stroke wherever it is written. A fully connected network has weights of its own for each place, and what it learns in one is of no use in another; a convolutional network uses the same kernels everywhere. This lab looks at two things: what the kernels become, and what sharing them buys and does not buy.
#
# It needs `pip install "dlref[torch,figures]"` and takes about ten seconds on one CPU core. Another processor may round otherwise, and the last digits of what is printed differ.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

from dlref.data import load_digits, shift_images, stratified_split
from dlref.numpy import (
    Adam,
    accuracy,
    cnn,
    cnn_shapes,
    conv2d,
    cross_entropy,
    fit,
    initial_params,
    mlp,
    mlp_shapes,
    relu,
)

# %% [markdown] lang="zh"
# ## 数据
#
# 1,797 张手写数字，五分之一留作测试。图像就是图像：1 个通道，8 行，8 列。
# %% [markdown] lang="en"
# ## The data
#
# 1,797 handwritten digits, a fifth of them kept for testing. An image stays an image: 1 channel, 8 rows, 8 columns.
# %%
images, labels = load_digits()
train, test = stratified_split(labels, 0.2, np.random.default_rng(0))
pictures = images[:, None]  # (1797, 1, 8, 8)
print(pictures.shape, len(train), "to train on,", len(test), "to test")

# %% [markdown] lang="zh"
# ## 训练
#
# 两层 3×3 的卷积，各 16 和 32 个通道，每层后面是 ReLU；然后是 2×2 的最大池化，最后一个线性层。
#
# $$\begin{aligned} (N, 1, 8, 8) &\to (N, 16, 8, 8) \to (N, 32, 8, 8) \\ &\to (N, 32, 4, 4) \to (N, 10) \end{aligned}$$
#
# 看看参数都在哪里：最后的线性层占了一半。
# %% [markdown] lang="en"
# ## Training
#
# Two convolutions of 3×3 with 16 and 32 channels, each followed by ReLU; then maximum pooling of 2×2, and a linear layer.
#
# $$\begin{aligned} (N, 1, 8, 8) &\to (N, 16, 8, 8) \to (N, 32, 8, 8) \\ &\to (N, 32, 4, 4) \to (N, 10) \end{aligned}$$
#
# See where the parameters are: the linear layer at the end has about half of them.
# %%
params = initial_params(
    cnn_shapes((1, 16, 32), (8, 8), 10), generator=np.random.default_rng(0)
)
for name, param in params.items():
    print(f"{name:14} {param.shape!s:16} {param.size:5}")
print(sum(param.size for param in params.values()), "parameters")
fit(
    cnn,
    params,
    Adam(params, lr=3e-3),
    cross_entropy,
    pictures[train],
    labels[train],
    epochs=8,
    batch_size=32,
    seed=0,
    progress=True,
)
logits = cnn(pictures[test], params)
print(f"test accuracy {accuracy(logits, labels[test]):.3f}")

# %% [markdown] lang="zh"
# ## 看里面：卷积核
#
# 第一层的 16 个卷积核，每个 3×3，红为正，蓝为负。找一找一边红、一边蓝的：它在均匀的地方两边相抵，碰到那个方向的边缘才有大的输出。
# %% [markdown] lang="en"
# ## Inside: the kernels
#
# The 16 kernels of the first layer, 3×3 each; red is positive, blue is negative. Look for those that are red on one side and blue on the other: where the image is even, the two sides cancel, and only an edge of that direction gives a large output.
# %% zh="第一层的 16 个 3×3 卷积核，红正蓝负；有几个一边红一边蓝" en="The 16 kernels of 3×3 of the first layer, red positive and blue negative; several are red on one side and blue on the other"
kernels, bias = params["conv1.weight"], params["conv1.bias"]
figure, axes = plt.subplots(2, 8, figsize=(4.4, 1.2), layout="constrained")
for axis, kernel in zip(axes.flat, kernels[:, 0], strict=True):
    axis.imshow(kernel, cmap="RdBu_r", vmin=-1, vmax=1)
    axis.set_axis_off()

# %% [markdown] lang="zh"
# ## 看里面：特征图
#
# 同一张图经过这 16 个卷积核和 ReLU，得到 16 张特征图，先后顺序和上面的卷积核相同。每张图标出一种局部图案出现在哪里。有几张几乎就是原图；找一找只在笔画的一侧、只在横画或只在斜画上颜色深的。
# %% [markdown] lang="en"
# ## Inside: the feature maps
#
# One image, after these 16 kernels and ReLU, becomes 16 feature maps, in the order of the kernels above. Each tells where one local pattern occurs. Some are nearly the image itself; look for those that are dark on one side of a stroke only, on horizontal strokes, or on slanted ones.
# %% zh="左上角是输入的数字，其余是它的 16 张特征图，四张一行，颜色深处输出大；有几张几乎就是原图，有几张只在笔画的一侧颜色深" en="At the top left the digit that goes in; the others are its 16 feature maps, four a row, dark where the output is large. Some are nearly the image itself, some are dark on one side of the strokes only"
image = pictures[test[0]]  # (1, 8, 8)
maps = relu(conv2d(image[None], kernels, bias, padding=1))[0]  # (16, 8, 8)
figure, axes = plt.subplots(4, 5, figsize=(4.2, 3.4), layout="constrained")
for axis in axes.flat:
    axis.set_axis_off()
axes[0, 0].imshow(image[0], cmap="gray_r")
for axis, shown in zip(axes[:, 1:].flat, maps, strict=True):
    axis.imshow(shown, cmap="Blues", vmin=0)


# %% [markdown] lang="zh"
# ## 图挪一格，特征图也挪一格
#
# 先移动再卷积，等于先卷积再移动：
#
# $$\operatorname{conv}(\operatorname{shift}(x)) = \operatorname{shift}(\operatorname{conv}(x))$$
#
# 这叫*等变*，不是*不变*：输出没有保持原样，而是跟着挪了。四周留出四个像素的空白，免得有东西移出边界；移出去的会丢，那里等式不成立。
# %% [markdown] lang="en"
# ## Shift the image, and the map shifts with it
#
# To shift and then convolve is to convolve and then shift:
#
# $$\operatorname{conv}(\operatorname{shift}(x)) = \operatorname{shift}(\operatorname{conv}(x))$$
#
# This is *equivariance*, not *invariance*: the output does not stay as it was, it moves along. A margin of four pixels keeps everything inside; what leaves the image is lost, and there the equation fails.
# %%
def shift(x):
    """Move everything one row down and two columns to the right."""
    return np.roll(x, (1, 2), axis=(2, 3))


wide = np.pad(image[None], ((0, 0), (0, 0), (4, 4), (4, 4)))  # (1, 1, 16, 16)
first = conv2d(shift(wide), kernels, bias, padding=1)
second = shift(conv2d(wide, kernels, bias, padding=1))
same = np.allclose(first, second, atol=1e-5)
print("shift, then convolve = convolve, then shift:", same)
unmoved = conv2d(wide, kernels, bias, padding=1)
same = np.allclose(first, unmoved, atol=1e-5)
print("the maps have not changed at all:", same)

# %% [markdown] lang="zh"
# ## 和全连接网络比
#
# 两个网络都只见过原位的数字，再拿每个方向最多挪了两个像素的数字来考。先猜：两个网络各会剩下多少准确率？
# %% [markdown] lang="en"
# ## Beside a fully connected network
#
# Both networks have seen digits in their place only, and are judged on digits moved by up to two pixels in each direction. Guess first: what accuracy is left to each?
# %%
rows = images.reshape(len(images), 64)
dense = initial_params(
    mlp_shapes(64, 64, 10), generator=np.random.default_rng(0)
)
fit(
    mlp,
    dense,
    Adam(dense, lr=5e-3),
    cross_entropy,
    rows[train],
    labels[train],
    epochs=30,
    batch_size=32,
    seed=0,
    progress=True,
)
shifted = shift_images(images[test], 2, np.random.default_rng(1))
for where, digits in (("in place", images[test]), ("moved", shifted)):
    ours = accuracy(cnn(digits[:, None], params), labels[test])
    theirs = accuracy(mlp(digits.reshape(-1, 64), dense), labels[test])
    print(f"{where:9} convolutional {ours:.3f}, fully connected {theirs:.3f}")

# %% [markdown] lang="zh"
# 两个都变差，卷积网络差得少一些。它的卷积核在哪里都认得同样的局部，可是最后的线性层给 4×4 的每一格各配一套权重，仍然记得位置。共享权重换来了等变；要不变，还得靠别的：更多的池化、对位置取平均，或者在训练时就挪动图像。
# %% [markdown] lang="en"
# Both get worse, the convolutional one by less. Its kernels know the same local patterns everywhere; but the linear layer at its end has weights of its own for each cell of the 4×4, and still remembers places. Sharing weights buys equivariance; for invariance it takes something else: more pooling, a mean over all places, or images that are moved in training already.
#
# %% [markdown] lang="zh"
# ## PyTorch 得到同样的输出
#
# 同样的参数放进 `torch.nn` 的模块，只差单精度的舍入。
# %% [markdown] lang="en"
# ## PyTorch gives the same output
#
# The same parameters in modules of `torch.nn`, up to the rounding of single precision.
# %%
twin = torch.nn.Sequential(
    torch.nn.Conv2d(1, 16, 3, padding=1),
    torch.nn.ReLU(),
    torch.nn.Conv2d(16, 32, 3, padding=1),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Flatten(),
    torch.nn.Linear(512, 10),
)
own = map(torch.from_numpy, params.values())
twin.load_state_dict(dict(zip(twin.state_dict(), own, strict=True)))
theirs = twin(torch.from_numpy(pictures[test])).detach().numpy()
same = np.array_equal(theirs.argmax(axis=1), logits.argmax(axis=1))
print("same predictions:", same)
close = np.allclose(theirs, logits, rtol=0, atol=1e-3)
print("same logits to 3 decimals:", close)

# %% [markdown] lang="zh"
# ## 试一试
#
# 1. 训练时就把图像挪开：把 `pictures[train]` 换成 `shift_images(images[train], 2, rng)[:, None]`，`rng` 是一个随机数生成器。两个网络在挪开的数字上各能追回多少？原位的准确率付出了什么代价？
# 2. 把通道数 `(1, 16, 32)` 改成 `(1, 4, 8)`：参数少了多少，测试准确率掉了多少？
# 3. 把卷积核全部换成训练之前的随机值，再画一次特征图。还能认出数字的轮廓吗？为什么？
# %% [markdown] lang="en"
# ## Try it
#
# 1. Move the images in training already: put `shift_images(images[train], 2, rng)[:, None]` in the place of `pictures[train]`, with a random generator `rng`. How much do the two networks win back on moved digits, and what does it cost on digits in place?
# 2. Change the channels `(1, 16, 32)` to `(1, 4, 8)`: how many parameters fewer, and how much lower is the test accuracy?
# 3. Draw the feature maps again with the random kernels from before the training. Can you still make out the digit? Why?
