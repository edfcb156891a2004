# %% [markdown] lang="zh"
# # 实验：卷积网络看数字
#
# 训练一个小卷积网络，看它学到的卷积核和特征图，再把数字挪开两个像素，和全连接网络比一比。
#
# 需要的包：`pip install "dlref[torch,figures,train]"`。一个 CPU 核上约半分钟跑完。
# %% [markdown] lang="en"
# # Lab: a convolutional network looks at digits
#
# Train a small convolutional network, look at the kernels it has learned and at its feature maps, then move the digits by two pixels and compare it with a fully connected network.
#
# It needs `pip install "dlref[torch,figures,train]"` and takes about half a minute on one CPU core.
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
    initial_params,
    mlp,
    mlp_shapes,
    relu,
)
from dlref.numpy.training import fit

# %% [markdown] lang="zh"
# ## 数据
#
# 还是那 1,797 张手写数字，但图像就是图像：1 个通道，8 行，8 列。
# %% [markdown] lang="en"
# ## The data
#
# The same 1,797 handwritten digits, but an image stays an image: 1 channel, 8 rows, 8 columns.
# %%
images, labels = load_digits()
train, test = stratified_split(labels, 0.2, np.random.default_rng(0))
pictures = images[:, None]  # (1797, 1, 8, 8)
print(pictures.shape)

# %% [markdown] lang="zh"
# ## 训练
#
# 两层 3×3 的卷积，各 16 和 32 个通道，然后最大池化，最后一个线性层。
# %% [markdown] lang="en"
# ## Training
#
# Two convolutions of 3×3 with 16 and 32 channels, maximum pooling, and a linear layer.
# %%
params = initial_params(cnn_shapes((1, 16, 32), (8, 8), 10), generator=np.random.default_rng(0))
print(sum(param.size for param in params.values()), "parameters:")
for name, param in params.items():
    print(f"{name:14} {param.shape}")
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
print(f"test accuracy {accuracy(cnn(pictures[test], params), labels[test]):.3f}")

# %% [markdown] lang="zh"
# ## 看里面：卷积核
#
# 第一层的 16 个卷积核，每个 3×3。有几个一边红一边蓝：它们对某个方向的边缘反应最强。
# %% [markdown] lang="en"
# ## Inside: the kernels
#
# The 16 kernels of the first layer, 3×3 each. Some are red on one side and blue on the other: they respond most to edges of one direction.
# %% zh="第一层的 16 个卷积核" en="The 16 kernels of the first layer"
names = list(params)
kernels, bias = params[names[0]], params[names[1]]  # (16, 1, 3, 3), (16,)
figure, axes = plt.subplots(2, 8, figsize=(7, 1.9))
for axis, kernel in zip(axes.flat, kernels[:, 0], strict=True):
    axis.imshow(kernel, cmap="RdBu_r", vmin=-1, vmax=1)
    axis.set_axis_off()

# %% [markdown] lang="zh"
# ## 看里面：特征图
#
# 同一张图经过这 16 个卷积核和 ReLU。每张特征图标出一种局部图案出现在哪里。
# %% [markdown] lang="en"
# ## Inside: the feature maps
#
# One image after these 16 kernels and ReLU. Each map tells where one local pattern occurs.
# %% zh="一张图和它的 16 张特征图" en="An image and its 16 feature maps"
image = pictures[test[0]]  # (1, 8, 8)
maps = relu(conv2d(image[None], kernels, bias, padding=1))[0]  # (16, 8, 8)
figure, axes = plt.subplots(2, 9, figsize=(7.5, 1.8))
for axis, shown in zip(axes.flat, [image[0], *maps[:8], image[0], *maps[8:]], strict=True):
    axis.imshow(shown, cmap="gray_r")
    axis.set_axis_off()

# %% [markdown] lang="zh"
# ## 平移：图挪一格，特征图也挪一格
#
# 这叫等变。边上除外：移出去的丢了，移进来的是零。
# %% [markdown] lang="en"
# ## Shift the image, and the map shifts with it
#
# This is called equivariance. The edges are excepted: what leaves is lost, and zeros come in.
# %%
wide = np.pad(image, ((0, 0), (4, 4), (4, 4)))  # a margin, so that nothing leaves
moved = np.roll(wide, (1, 2), axis=(1, 2))  # one down, two to the right
before = conv2d(wide[None], kernels, bias, padding=1)
after = conv2d(moved[None], kernels, bias, padding=1)
print(np.array_equal(np.roll(before, (1, 2), axis=(2, 3))[..., 2:-2, 3:-2], after[..., 2:-2, 3:-2]))

# %% [markdown] lang="zh"
# ## 和全连接网络比
#
# 两个网络都在原位的数字上训练，再拿每边最多挪了两个像素的数字来考。全连接网络没见过这些位置，卷积网络的卷积核在哪里都认得同样的局部；但它最后的线性层仍然记得位置，所以它也会变差。
# %% [markdown] lang="en"
# ## Beside a fully connected network
#
# Both networks are trained on digits in their place, and then judged on digits moved by up to two pixels. The fully connected one has never seen these places. The kernels of the other know the same local patterns everywhere; but its last linear layer still remembers places, so that it gets worse as well.
# %%
rows = images.reshape(len(images), 64)
dense = initial_params(mlp_shapes(64, 64, 10), generator=np.random.default_rng(0))
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
)
shifted = shift_images(images[test], 2, np.random.default_rng(1))
for where, digits in (("in place", images[test]), ("moved", shifted)):
    ours = accuracy(cnn(digits[:, None], params), labels[test])
    theirs = accuracy(mlp(digits.reshape(-1, 64), dense), labels[test])
    print(f"{where:9} convolutional {ours:.3f}   fully connected {theirs:.3f}")

# %% [markdown] lang="zh"
# ## PyTorch 得到同样的输出
# %% [markdown] lang="en"
# ## PyTorch gives the same output
# %%
from dlref.torch import cnn as cnn_in_torch

tensors = {name: torch.from_numpy(param) for name, param in params.items()}
theirs = cnn_in_torch(torch.from_numpy(pictures[test]), tensors).numpy()
print(f"largest difference {np.abs(theirs - cnn(pictures[test], params)).max():.0e}")
