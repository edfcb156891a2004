# %% [markdown] lang="zh"
# # 实验：看注意力在看哪里
#
# 训练一个小 Transformer，把十个数字倒过来写，再画出它写每一个数字时看着原文的哪里。
#
# 倒序是个好题目，因为答案人人知道：写第 $t$ 个数字，该看原文倒数第 $t$ 个。没有人告诉网络该看哪里，它只从预测的对错里学。它要是学会了，注意力的图应当是一条反对角线；要是不是，我们就误解了它。
#
# 需要的包：`pip install "dlref[torch,figures]"`。一个 CPU 核上约十五秒跑完。换一种处理器，舍入不同，打印的数字末几位会有出入。
# %% [markdown] lang="en"
# # Lab: where attention looks
#
# Train a small Transformer to write ten digits backwards, and then draw where in the source it looks while it writes each of them.
#
# Reversal is a good task, because everyone knows the answer: to write digit $t$, look at digit $t$ of the source, counted from its end. Nobody tells the network where to look; it learns from whether its predictions are right. If it has understood, the picture of its attention is an antidiagonal; if it is not, we have misunderstood the network.
#
# It needs `pip install "dlref[torch,figures]"` and takes about a quarter of a minute on one CPU core. Another processor may round otherwise, and the last digits of what is printed differ.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from tqdm import tqdm

from dlref.numpy import (
    Adam,
    clip_grad_norm_,
    composed,
    cross_entropy,
    initial_params,
    transformer,
    transformer_shapes,
)
from dlref.torch import sinusoidal_positions

# %% [markdown] lang="zh"
# ## 数据
#
# 原文是十个数字，目标是倒过来的十个。解码器的输入是右移一位的目标，前面加一个起始标记，编号 10。每一步训练都现造新的序列，一共有 $10^{10}$ 种，测试用的序列几乎不可能见过。
# %% [markdown] lang="en"
# ## The data
#
# The source is ten digits, the target the same from the end. The decoder is given the target shifted right by one, with a start mark in front, number 10. Each step of training makes new sequences; there are $10^{10}$ of them, so that those for testing have hardly been seen before.
# %%
rng = np.random.default_rng(0)


def sequences(count):
    """Return sources, the decoder's input, and targets, (count, 10) each."""
    source = rng.integers(0, 10, (count, 10))
    target = source[:, ::-1].copy()
    start = np.full((count, 1), 10)
    return source, np.concatenate([start, target[:, :-1]], axis=1), target


source, given, target = sequences(1)
print("source", *source[0])
print("given ", *given[0])
print("target", *target[0])

# %% [markdown] lang="zh"
# ## 训练
#
# 编码器和解码器各一层，32 个特征，一个头：头只有一个，看起来最清楚。每个位置的查询 $q$ 与原文各处的键 $k_j$ 比较，权重 $w_j$ 决定取多少值 $v_j$：
#
# $$\begin{aligned} w_j &= \frac{\exp(q \cdot k_j / \sqrt{32})}{\sum_m \exp(q \cdot k_m / \sqrt{32})} \\ \text{output} &= \sum_j w_j v_j \end{aligned}$$
# %% [markdown] lang="en"
# ## Training
#
# One layer of encoder and decoder each, 32 features, one head: with a single head it is easiest to see where it looks. The query $q$ of a place is compared with the keys $k_j$ of the source, and the weights $w_j$ decide how much of each value $v_j$ is taken:
#
# $$\begin{aligned} w_j &= \frac{\exp(q \cdot k_j / \sqrt{32})}{\sum_m \exp(q \cdot k_m / \sqrt{32})} \\ \text{output} &= \sum_j w_j v_j \end{aligned}$$
# %%
params = initial_params(
    transformer_shapes(10, 11, 32, layers=1, feedforward=64), generator=rng
)
untrained = {name: param.copy() for name, param in params.items()}
print(sum(param.size for param in params.values()), "parameters")


@composed
def loss(source, params, given, target):
    logits = transformer(source, given, params, 1, norm_first=True)
    return cross_entropy(logits.transpose(1, 2), target)  # of (N, 11, 10)


optimizer = Adam(params, lr=0.005)
for step in tqdm(range(600)):
    source, given, target = sequences(32)
    value, pullback = loss.vjp(source, params, given, target)
    grads = pullback(1.0)[1]
    clip_grad_norm_(grads, 1.0)
    optimizer.step(grads)
    if step % 100 == 99:
        print(f"step {step + 1}: loss {float(value):.3f}")

# %% [markdown] lang="zh"
# ## 自己写
#
# 训练时解码器每一步都拿得到正确的前文。真正使用时没有目标：写一个，读一个，再写下一个，写错了就错着往下写。200 个新序列，十个数字全对才算对。
# %% [markdown] lang="en"
# ## On its own
#
# In training the decoder has the right digits before each place. In use there is no target: it writes one digit, reads it, and writes the next, mistakes included. Of 200 new sequences, those count as right in which all ten digits are.
# %%
source, _, target = sequences(200)


def write(params):
    """Return what it writes, with the start mark in front: (200, 11)."""
    written = np.full((200, 1), 10)
    for _ in range(10):
        logits = transformer(source, written, params, 1, norm_first=True)
        following = logits[:, -1:].argmax(axis=2)  # (200, 1)
        written = np.concatenate([written, following], axis=1)
    return written


written = write(params)
print("source ", *source[0])
print("written", *written[0, 1:])
for name, chosen in (("untrained", untrained), ("trained", params)):
    right = write(chosen)[:, 1:] == target
    whole = right.all(axis=1).mean()
    print(f"{name:9} digits right {right.mean():.3f}, all ten {whole:.3f}")

# %% [markdown] lang="zh"
# ## 看里面：注意力
#
# 用 `torch.nn` 里的模块装上参数，让交叉注意力把权重交出来。行是正在写的位置，列是原文的位置，颜色深处权重大，每行的权重之和是 1。先想：训练之前会是什么样？
# %% [markdown] lang="en"
# ## Inside: attention
#
# Modules of `torch.nn` get the parameters, and cross-attention is asked for its weights. A row is the place being written, a column a place of the source; dark means a large weight, and those of a row sum to 1. Think first: what is it like before training?
# %% zh="200 个序列的平均注意力。左：训练前，几乎处处一样浅。右：训练后，一条深色的反对角线，写第 1 个时看第 10 个，写第 10 个时看第 1 个。" en="Attention, on average over 200 sequences. Left: before training, nearly the same pale colour everywhere. Right: after it, a dark antidiagonal; the first digit is written while looking at the tenth, the tenth while looking at the first."
places = sinusoidal_positions(10, 32, dtype=torch.float32)
causal = torch.nn.Transformer.generate_square_subsequent_mask(10)
options = {"dropout": 0.0, "batch_first": True, "norm_first": True}


def loaded(module, params, prefix):
    """Return a module of PyTorch with those parameters that begin so."""
    length = len(prefix)
    own = {k[length:]: p for k, p in params.items() if k.startswith(prefix)}
    module.load_state_dict(own)
    return module.eval()


def look(params):
    """Return PyTorch's logits and weights of cross-attention."""
    own = {name: torch.from_numpy(param) for name, param in params.items()}
    encoder = torch.nn.TransformerEncoderLayer(32, 1, 64, **options)
    decoder = torch.nn.TransformerDecoderLayer(32, 1, 64, **options)
    encoder = loaded(encoder, own, "encoder.layers.0.")
    decoder = loaded(decoder, own, "decoder.layers.0.")
    with torch.no_grad():
        x = own["src_embedding.weight"][torch.from_numpy(source)]
        y = own["tgt_embedding.weight"][torch.from_numpy(written[:, :-1])]
        x, y = x * 32**0.5 + places, y * 32**0.5 + places  # (200, 10, 32)
        memory = encoder(x)
        output = decoder(y, memory, tgt_mask=causal)
        logits = output @ own["output.weight"].T + own["output.bias"]
        # the decoder once more, step by step, up to cross-attention
        q = decoder.norm1(y)
        y = y + decoder.self_attn(q, q, q, attn_mask=causal)[0]
        q = decoder.norm2(y)
        _, weights = decoder.multihead_attn(q, memory, memory)
    return logits.numpy(), weights.numpy()  # (200, 10, 11), (200, 10, 10)


figure, axes = plt.subplots(1, 2, figsize=(4.6, 2.5), layout="constrained")
moments = (("before training", untrained), ("after", params))
for axis, (name, chosen) in zip(axes, moments, strict=True):
    logits, weights = look(chosen)
    shown = axis.imshow(weights.mean(axis=0), cmap="Blues", vmin=0, vmax=1)
    axis.set(title=name, xlabel="place in the source")
    axis.set_xticks(range(0, 10, 3), range(1, 11, 3))
    axis.set_yticks(range(0, 10, 3), range(1, 11, 3))
    mirrored = weights[:, np.arange(10), 9 - np.arange(10)].mean()
    print(f"{name:15} weight at the mirrored place {mirrored:.2f}")
axes[0].set_ylabel("place being written")
figure.colorbar(shown, ax=axes, shrink=0.7)

# %% [markdown] lang="zh"
# 看一个序列，标上数字：每一行要写的数字，是不是就在颜色最深的那一列？
# %% [markdown] lang="en"
# One sequence, with its digits: is the digit that a row writes the one of its darkest column?
# %% zh="一个序列的注意力：横轴是原文的十个数字，纵轴是写出的十个数字；每一行最深的那一格，横轴上的数字就是它写出的数字" en="Attention in one sequence: the ten digits of the source run to the right, the ten that are written run down; the digit above the darkest cell of a row is the one that the row writes"
figure, axis = plt.subplots(figsize=(3.4, 3.2), layout="constrained")
axis.imshow(weights[0], cmap="Blues", vmin=0, vmax=1)
axis.set_xticks(range(10), source[0])
axis.set_yticks(range(10), written[0, 1:])
axis.set(xlabel="source", ylabel="written")
axis.xaxis.tick_top()
axis.xaxis.set_label_position("top")
looked_at = np.take_along_axis(source, weights.argmax(axis=2), axis=1)
agree = (looked_at == written[:, 1:]).mean()
print(f"the digit at the largest weight is the one written: {agree:.3f}")

# %% [markdown] lang="zh"
# 注意力说明网络*看*了哪里，没有说明看到之后*做*了什么；在更大的网络里，两者的差别不能忽略。
#
# ## PyTorch 得到同样的输出
#
# 上面的 `look` 已经用 `torch.nn` 的模块算出了 logit，和 NumPy 的对一对。
# %% [markdown] lang="en"
# Attention says where the network *looks*, not what it *does* with what it sees; in larger networks this difference cannot be ignored.
#
# ## PyTorch gives the same output
#
# `look` above has computed the logits with modules of `torch.nn`; compare them with those of NumPy.
# %%
ours = transformer(source, written[:, :-1], params, 1, norm_first=True)
same = np.array_equal(logits.argmax(axis=2), ours.argmax(axis=2))
print("same predictions:", same)
close = np.allclose(logits, ours, rtol=0, atol=1e-2)
print("same logits to 2 decimals:", close)

# %% [markdown] lang="zh"
# ## 试一试
#
# 1. 让它照抄：`target = source.copy()`。先画出你预想的注意力图，再跑。
# 2. 让它从小到大排序：`target = np.sort(source, axis=1)`。这时该看哪里，取决于数字本身，平均之后的图还有用吗？看单个序列的图。
# 3. 只训练 200 步：注意力图和准确率，哪一个先成形？
# %% [markdown] lang="en"
# ## Try it
#
# 1. Let it copy: `target = source.copy()`. Draw the attention that you expect, and then run it.
# 2. Let it sort: `target = np.sort(source, axis=1)`. Where to look now depends on the digits themselves; does the mean picture still help? See that of a single sequence.
# 3. Train for 200 steps only: which takes shape first, the attention or the accuracy?
