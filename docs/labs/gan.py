# %% [markdown] lang="zh"
# # 实验：一场博弈的经过
#
# 生成器学着造出一圈高斯分布，判别器学着识破它。训练途中多次停下来，看样本，也看判别器眼里的平面。
#
# 需要的包：`pip install "dlref[torch,figures,train]"`。一个 CPU 核上约十秒跑完。
# %% [markdown] lang="en"
# # Lab: how a game unfolds
#
# A generator learns to make a ring of Gaussians, a discriminator learns to see through it. We stop several times on the way and look at the samples, and at the plane as the discriminator sees it.
#
# It needs `pip install "dlref[torch,figures,train]"` and takes about ten seconds on one CPU core.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from tqdm import tqdm

from dlref.blueprints import mlp_shapes
from dlref.data import gaussian_ring
from dlref.numpy import (
    Adam,
    composed,
    gan_discriminator,
    gan_discriminator_loss,
    gan_generator,
    gan_generator_loss,
    initial_params,
    mmd,
    sigmoid,
)

# %% [markdown] lang="zh"
# ## 数据
#
# 八簇点，中心在半径为 2 的圆上，标准差 0.1。
# %% [markdown] lang="en"
# ## The data
#
# Eight clusters of points whose centres lie on a circle of radius 2, with a standard deviation of 0.1.
# %% zh="500 个真实的点" en="500 real points"
rng = np.random.default_rng(0)
data, centres = gaussian_ring(500, rng)
figure, axis = plt.subplots(figsize=(2.6, 2.6))
axis.plot(*data.T, ".", markersize=2)
axis.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal")

# %% [markdown] lang="zh"
# ## 博弈
#
# 两个感知机，各两个隐藏层，每层 64 个单元。判别器一次看两个点，这样样本要是太像，它看得出来。
# %% [markdown] lang="en"
# ## The game
#
# Two perceptrons with two hidden layers of 64 units each. The discriminator sees two points at once, so that it notices samples that are too much alike.
# %%
makes = initial_params(mlp_shapes(2, 64, 64, 2), generator=rng)
tells = initial_params(mlp_shapes(4, 64, 64, 1), generator=rng)


@composed
def tell_loss(real, tells, made):
    return gan_discriminator_loss(gan_discriminator(real, tells), gan_discriminator(made, tells))


@composed
def fool_loss(noise, makes, tells):
    made = gan_generator(noise, makes).reshape(64, 4)
    return gan_generator_loss(gan_discriminator(made, tells))


optimizers = [Adam(params, lr=0.004, betas=(0.5, 0.99)) for params in (makes, tells)]
same_noise = rng.normal(size=(500, 2)).astype(np.float32)
grid = np.stack(np.meshgrid(np.linspace(-3, 3, 60), np.linspace(-3, 3, 60)), axis=-1).reshape(-1, 2).astype(np.float32)
stages = []
for step in tqdm(range(1201)):
    if step in (0, 50, 200, 600, 1200):
        belief = sigmoid(gan_discriminator(np.concatenate([grid, grid], axis=1), tells))  # a point beside itself
        stages.append((step, gan_generator(same_noise, makes), belief.reshape(60, 60)))
    real = gaussian_ring(128, rng)[0].astype(np.float32).reshape(64, 4)
    noise = rng.normal(size=(128, 2)).astype(np.float32)
    made = gan_generator(noise, makes).reshape(64, 4)
    optimizers[1].step(tell_loss.vjp(real, tells, made)[1](1.0)[1])
    optimizers[0].step(fool_loss.vjp(noise, makes, tells)[1](1.0)[1])

# %% [markdown] lang="zh"
# ## 看经过
#
# 同样的 500 份噪声，五个时刻。上排是样本；下排是判别器，亮处它认为是真的。
# %% [markdown] lang="en"
# ## How it went
#
# The same 500 noises at five moments. Above the samples; below the discriminator, bright where it believes.
# %% zh="0、50、200、600、1200 步之后的样本与判别器" en="Samples and discriminator after 0, 50, 200, 600 and 1200 steps"
figure, axes = plt.subplots(2, 5, figsize=(7.5, 3.2))
for (above, below), (step, samples, belief) in zip(axes.T, stages, strict=True):
    above.plot(*samples.T, ".", markersize=1)
    above.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", title=f"{step}", xticks=[], yticks=[])
    below.imshow(belief, origin="lower", vmin=0, vmax=1)
    below.set_axis_off()

# %% [markdown] lang="zh"
# ## 用数说话
#
# 每簇附近有多少样本，以及样本与数据之间的 MMD 平方。
# %% [markdown] lang="en"
# ## In numbers
#
# How many samples lie near each cluster, and the squared MMD between samples and data.
# %%
for step, samples, _ in stages:
    distance = np.linalg.norm(samples[:, None] - centres, axis=2)
    near = np.bincount(distance.argmin(axis=1)[distance.min(axis=1) < 0.3], minlength=8)
    print(f"{step:5} near each cluster {near.tolist()}  MMD² {mmd(samples.astype(float), data, 1.0):.3f}")

# %% [markdown] lang="zh"
# ## PyTorch 得到同样的样本
# %% [markdown] lang="en"
# ## PyTorch gives the same samples
# %%
from dlref.torch import gan_generator as generator_in_torch

tensors = {name: torch.from_numpy(param) for name, param in makes.items()}
theirs = generator_in_torch(torch.from_numpy(same_noise), tensors).numpy()
print("equal", np.allclose(theirs, gan_generator(same_noise, makes), atol=1e-4))
