# %% [markdown] lang="zh"
# # 实验：一场博弈的经过
#
# 生成器学着造出一圈高斯分布，判别器学着识破它。训练途中多次停下来，看样本，也看判别器眼里的平面。
#
# 生成器从来看不到数据，它知道的一切都来自判别器。这样也能学会？什么时候学会？损失不会告诉你：两个网络互相追赶，损失既不降到零，也不指明进展。所以要看样本，还要数。数据只有二维，样本和判别器的看法都能整个画出来。
#
# 需要的包：`pip install "dlref[torch,figures]"`。一个 CPU 核上约十五秒跑完。换一种处理器，舍入不同，打印的数字末几位会有出入。
# %% [markdown] lang="en"
# # Lab: how a game unfolds
#
# A generator learns to make a ring of Gaussians, a discriminator learns to see through it. We stop several times on the way and look at the samples, and at the plane as the discriminator sees it.
#
# The generator never sees the data; all that it knows comes from the discriminator. Can it learn so, and when has it learnt? The losses do not say: two networks chase each other, and the losses neither fall to zero nor tell of progress. So one looks at samples, and counts. The data has only two dimensions, so that samples and the discriminator's opinion can be drawn whole.
#
# It needs `pip install "dlref[torch,figures]"` and takes about a quarter of a minute on one CPU core. Another processor may round otherwise, and the last digits of what is printed differ.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from tqdm import tqdm

from dlref.data import gaussian_ring
from dlref.numpy import (
    Adam,
    composed,
    gan_discriminator,
    gan_discriminator_loss,
    gan_generator,
    gan_generator_loss,
    initial_params,
    mlp_shapes,
    mmd,
    sigmoid,
)

# %% [markdown] lang="zh"
# ## 数据
#
# 八簇点，中心在半径为 2 的圆上，标准差 0.1。训练时每一步都现取新的点；另取 500 个留作评判，两个网络都没见过。
# %% [markdown] lang="en"
# ## The data
#
# Eight clusters of points whose centres lie on a circle of radius 2, with a standard deviation of 0.1. Training draws new points at each step; another 500, which neither network ever sees, are kept for judging.
# %% zh="250 个真实的点：八个小簇，均匀排在一个圆上" en="250 real points: eight small clusters, evenly spaced on a circle"
rng = np.random.default_rng(0)
judging, centres = gaussian_ring(500, rng)  # (500, 2), (8, 2)
figure, axis = plt.subplots(figsize=(2.6, 2.6), layout="constrained")
axis.plot(*judging[:250].T, ".", markersize=2)
axis.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal")

# %% [markdown] lang="zh"
# ## 博弈
#
# 生成器 $G$ 把二维的噪声 $z$ 变成点，判别器 $D = \sigma(a)$ 给出“这是真的”的概率，各有两个 64 单元的隐藏层。它们的损失是
#
# $$\begin{aligned} l_D &= -\log D(x) - \log\,(1 - D(G(z))) \\ l_G &= -\log D(G(z)) \end{aligned}$$
#
# 每一步两个网络各更新一次。这里的 $x$ 和 $G(z)$ 都是一对点：判别器一次看两个，这样样本要是彼此太像，它看得出来；否则生成器很容易只造其中几簇（模式坍塌）。
# %% [markdown] lang="en"
# ## The game
#
# The generator $G$ turns noise $z$ of two dimensions into points, the discriminator $D = \sigma(a)$ gives the probability that something is real; each has two hidden layers of 64 units. Their losses are
#
# $$\begin{aligned} l_D &= -\log D(x) - \log\,(1 - D(G(z))) \\ l_G &= -\log D(G(z)) \end{aligned}$$
#
# At each step each network is updated once. Here $x$ and $G(z)$ are pairs of points: the discriminator sees two at a time, so that it notices samples that are too much alike; without that the generator easily makes a few of the clusters only (mode collapse).
# %%
makes = initial_params(mlp_shapes(2, 64, 64, 2), generator=rng)
tells = initial_params(mlp_shapes(4, 64, 64, 1), generator=rng)


@composed
def tell_loss(real, tells, made):
    believed = gan_discriminator(real, tells), gan_discriminator(made, tells)
    return gan_discriminator_loss(*believed)


@composed
def fool_loss(noise, makes, tells):
    made = gan_generator(noise, makes).reshape(64, 4)  # two points a row
    return gan_generator_loss(gan_discriminator(made, tells))


makes_optimizer = Adam(makes, lr=0.004, betas=(0.5, 0.99))
tells_optimizer = Adam(tells, lr=0.004, betas=(0.5, 0.99))
same_noise = rng.normal(size=(500, 2)).astype(np.float32)
line = np.linspace(-3, 3, 40, dtype=np.float32)
plane = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)  # (1600, 2)
twice = np.concatenate([plane, plane], axis=1)  # each point beside itself
stages, losses = [], []
for step in tqdm(range(1201)):
    if step in (0, 50, 200, 600, 1200):
        belief = sigmoid(gan_discriminator(twice, tells)).reshape(40, 40)
        stages.append((step, gan_generator(same_noise, makes), belief))
    real = gaussian_ring(128, rng)[0].astype(np.float32).reshape(64, 4)
    noise = rng.normal(size=(128, 2)).astype(np.float32)
    made = gan_generator(noise, makes).reshape(64, 4)
    told, tell_back = tell_loss.vjp(real, tells, made)
    tells_optimizer.step(tell_back(1.0)[1])
    fooled, fool_back = fool_loss.vjp(noise, makes, tells)
    makes_optimizer.step(fool_back(1.0)[1])
    losses.append((float(told), float(fooled)))

# %% [markdown] lang="zh"
# ## 看经过
#
# 同样的噪声，五个时刻，上方的数是走过的步数。上排是样本；下排把每个点两次摆在判别器面前，问它是不是真的：黄是 1，紫是 0，绿是一半对一半。看三样东西：样本先去了哪里；哪个时刻八簇才齐；到最后，判别器还分不分得清。
# %% [markdown] lang="en"
# ## How it went
#
# The same noise at five moments; the number above is that of the steps done. The upper row shows samples; in the lower one each point is put before the discriminator twice, and it says whether it is real: yellow is 1, purple is 0, green is one half. Look for three things: where the samples go first; at which moment all eight clusters are there; and whether the discriminator can tell at the end.
# %% zh="0、50、200、600、1200 步之后。上排的样本从中心的一团开始，散开，最后聚成八簇；下排的判别器起初处处是绿的；600 步和 1200 步时有几道指向各簇的亮条。" en="After 0, 50, 200, 600 and 1200 steps. Above, the samples begin as one heap in the middle, spread, and end as eight clusters; below, the discriminator is green everywhere at first; after 600 and 1200 steps it has bright rays towards the clusters."
figure, axes = plt.subplots(2, 5, figsize=(4.6, 2.1), layout="constrained")
for (above, below), stage in zip(axes.T, stages, strict=True):
    step, samples, belief = stage
    above.plot(*samples[:150].T, ".", markersize=1.5)
    above.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal")
    above.set(title=f"{step}", xticks=[], yticks=[])
    below.imshow(belief, origin="lower", vmin=0, vmax=1)
    below.set_axis_off()


# %% [markdown] lang="zh"
# ## 用数说话
#
# 图会骗人，所以数一数：500 个样本里，离每个中心不到 0.3 的各有多少？再算样本与留出的真实点之间的 MMD（最大均值差异）平方：它越小，两组点越像是同一个分布来的。最后一行给出标尺：另取 500 个真实的点，同样算一遍。最后一个时刻是最好的吗？
# %% [markdown] lang="en"
# ## In numbers
#
# Pictures deceive, so count: of 500 samples, how many lie within 0.3 of each centre? And the squared MMD, the maximum mean discrepancy, between the samples and the real points that were kept: the smaller, the more the two look like one distribution. The last line is the measure for it: the same for another 500 real points. Is the last moment the best?
# %%
def judge(name, samples):
    distance = np.linalg.norm(samples[:, None] - centres, axis=2)  # (500, 8)
    nearest = distance.argmin(axis=1)[distance.min(axis=1) < 0.3]
    near = np.bincount(nearest, minlength=8)
    gap = mmd(samples.astype(float), judging, 1.0)
    print(f"{name:>5} {near.tolist()}  MMD² {gap:.4f}")


for step, samples, _ in stages:
    judge(step, samples)
judge("real", gaussian_ring(500, rng)[0])

# %% [markdown] lang="zh"
# ## 损失说明不了什么
#
# 两条损失曲线，虚线是谁也分不清谁时的值：$D = \frac{1}{2}$，于是 $l_D = 2 \log 2 \approx 1.39$，$l_G = \log 2 \approx 0.69$。样本从什么时候开始像样，从曲线上看得出来吗？
# %% [markdown] lang="en"
# ## What the losses do not say
#
# Both losses; the dashed lines are their values where nothing can be told apart: $D = \frac{1}{2}$, so that $l_D = 2 \log 2 \approx 1.39$ and $l_G = \log 2 \approx 0.69$. Can you tell from the curves when the samples become good?
# %% zh="两个网络的损失随步数变化：起伏不定，停在各自的虚线附近，没有一条持续下降" en="The losses of both networks against steps: they waver, stay near their dashed lines, and neither keeps falling"
smooth = np.reshape(losses[:1200], (60, 20, 2)).mean(axis=1)  # of 20 steps
figure, axis = plt.subplots(figsize=(4.2, 2.4), layout="constrained")
players = ((2, "discriminator", "C0"), (1, "generator", "C1"))
for values, (level, name, colour) in zip(smooth.T, players, strict=True):
    axis.plot(np.arange(60) * 20, values, color=colour, label=name)
    axis.axhline(level * np.log(2), color=colour, linestyle="--", linewidth=1)
axis.set(xlabel="step", ylabel="loss", ylim=(0, None))
axis.legend(frameon=False)
axis.spines[["top", "right"]].set_visible(False)

# %% [markdown] lang="zh"
# ## PyTorch 得到同样的样本
#
# 同样的参数放进 `torch.nn` 的模块，只差单精度的舍入。
# %% [markdown] lang="en"
# ## PyTorch gives the same samples
#
# The same parameters in modules of `torch.nn`, up to the rounding of single precision.
# %%
twin = torch.nn.Sequential(
    torch.nn.Linear(2, 64),
    torch.nn.ReLU(),
    torch.nn.Linear(64, 64),
    torch.nn.ReLU(),
    torch.nn.Linear(64, 2),
)
own = map(torch.from_numpy, makes.values())
twin.load_state_dict(dict(zip(twin.state_dict(), own, strict=True)))
theirs = twin(torch.from_numpy(same_noise)).detach().numpy()
ours = gan_generator(same_noise, makes)
close = np.allclose(theirs, ours, rtol=0, atol=1e-4)
print("same samples to 4 decimals:", close)

# %% [markdown] lang="zh"
# ## 试一试
#
# 1. 让判别器一次只看一个点：把 4 换成 2，把三处 `reshape(64, 4)` 换成 `reshape(128, 2)`，`twice` 换成 `plane`。还能造出几簇？多换几个种子再下结论。
# 2. 把判别器的学习率改成 0.0004，是生成器的十分之一：谁追不上谁？样本变成什么样？
# 3. 把 `betas=(0.5, 0.99)` 改成 Adam 的默认值 `(0.9, 0.999)`，再看损失和样本。
# %% [markdown] lang="en"
# ## Try it
#
# 1. Let the discriminator see one point at a time: 2 in the place of 4, `reshape(128, 2)` in the three places of `reshape(64, 4)`, and `plane` in the place of `twice`. How many clusters are made? Try several seeds before you conclude.
# 2. Change the discriminator's learning rate to 0.0004, a tenth of the generator's: who cannot keep up with whom, and what becomes of the samples?
# 3. Change `betas=(0.5, 0.99)` to Adam's defaults, `(0.9, 0.999)`, and see losses and samples again.
