# %% [markdown] lang="zh"
# # 实验：看注意力在看哪里
#
# 训练一个小 Transformer，把十个数字倒过来写，再画出它写每一个数字时看着原文的哪里。
#
# 需要的包：`pip install "dlref[torch,figures,train]"`。一个 CPU 核上约十秒跑完。
# %% [markdown] lang="en"
# # Lab: where attention looks
#
# Train a small Transformer to write ten digits backwards, and then draw where in the source it looks while it writes each of them.
#
# It needs `pip install "dlref[torch,figures,train]"` and takes about ten seconds on one CPU core.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from tqdm import tqdm

from dlref.blueprints import transformer_shapes
from dlref.numpy import Adam, clip_grad_norm_, composed, cross_entropy, initial_params, transformer

# %% [markdown] lang="zh"
# ## 数据
#
# 原文是十个数字，目标是倒过来的十个。解码器的输入是右移一位的目标，前面加一个标记，编号 10。
# %% [markdown] lang="en"
# ## The data
#
# The source is ten digits, the target the same from the end. The decoder is given the target shifted by one, with a mark in front, number 10.
# %%
rng = np.random.default_rng(0)


def sequences(count):
    source = rng.integers(0, 10, (count, 10))
    target = source[:, ::-1].copy()
    return source, np.concatenate([np.full((count, 1), 10), target[:, :-1]], axis=1), target


source, so_far, target = sequences(1)
print("source ", *source[0])
print("given  ", *so_far[0])
print("target ", *target[0])

# %% [markdown] lang="zh"
# ## 训练
#
# 编码器和解码器各一层，32 个特征，一个头：头只有一个，看起来最清楚。
# %% [markdown] lang="en"
# ## Training
#
# One layer of encoder and decoder each, 32 features, one head: with a single head it is easiest to see where it looks.
# %%
params = initial_params(transformer_shapes(10, 11, 32, layers=1, feedforward=64), generator=rng)


@composed
def loss(source, params, so_far, target):
    logits = transformer(source, so_far, params, 1, norm_first=True)
    return cross_entropy(logits.transpose(1, 2), target)


optimizer = Adam(params, lr=0.005)
for step in tqdm(range(600)):
    source, so_far, target = sequences(32)
    value, pullback = loss.vjp(source, params, so_far, target)
    grads = pullback(1.0)[1]
    clip_grad_norm_(grads, 1.0)
    optimizer.step(grads)
    if step % 100 == 99:
        print(f"step {step + 1}: loss {float(value):.3f}")

# %% [markdown] lang="zh"
# ## 自己写
#
# 真正使用时没有目标：写一个，读一个，再写下一个。
# %% [markdown] lang="en"
# ## On its own
#
# In use there is no target: it writes one digit, reads it, and writes the next.
# %%
source, _, target = sequences(200)
written = np.full((200, 1), 10)
for _ in range(10):
    logits = transformer(source, written, params, 1, norm_first=True)
    written = np.concatenate([written, logits[:, -1].argmax(axis=1)[:, None]], axis=1)
print("source ", *source[0])
print("written", *written[0, 1:])
print(f"without a fault: {(written[:, 1:] == target).all(axis=1).mean():.2f}")

# %% [markdown] lang="zh"
# ## 看里面：注意力
#
# 用 `torch.nn` 里的模块，装上训练好的参数，让交叉注意力把权重交出来。行是正在写的位置，列是原文的位置，颜色深的地方权重大。
# %% [markdown] lang="en"
# ## Inside: attention
#
# The modules of `torch.nn` get the trained parameters, and cross-attention is asked for its weights. A row is the place being written, a column a place of the source; dark means a large weight.
# %% zh="写每一处时看向原文哪里，200 个序列的平均" en="Where in the source each place looks, on average over 200 sequences"
tensors = {name: torch.from_numpy(param) for name, param in params.items()}


def part(prefix):
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


encoder = torch.nn.TransformerEncoderLayer(32, 1, 64, dropout=0.0, batch_first=True, norm_first=True).eval()
decoder = torch.nn.TransformerDecoderLayer(32, 1, 64, dropout=0.0, batch_first=True, norm_first=True).eval()
encoder.load_state_dict(part("encoder.layers.0."))
decoder.load_state_dict(part("decoder.layers.0."))

from dlref.torch import sinusoidal_positions

places = sinusoidal_positions(10, 32, dtype=torch.float32)
given = torch.from_numpy(written[:, :-1])
memory = tensors["src_embedding.weight"][torch.from_numpy(source)] * 32**0.5 + places
hidden = tensors["tgt_embedding.weight"][given] * 32**0.5 + places
causal = torch.nn.Transformer.generate_square_subsequent_mask(10)
with torch.no_grad():
    memory = encoder(memory)
    output = decoder(hidden, memory, tgt_mask=causal)
    inner = decoder.norm1(hidden)
    hidden = hidden + decoder.self_attn(inner, inner, inner, attn_mask=causal, need_weights=False)[0]
    _, weights = decoder.multihead_attn(decoder.norm2(hidden), memory, memory)  # (200, 10, 10)
figure, axis = plt.subplots(figsize=(3.2, 3.2))
axis.imshow(weights.mean(dim=0), cmap="Blues", vmin=0, vmax=1)

# %% [markdown] lang="zh"
# ## PyTorch 得到同样的输出
# %% [markdown] lang="en"
# ## PyTorch gives the same output
# %%
theirs = output @ tensors["output.weight"].T + tensors["output.bias"]
ours = transformer(source, written[:, :-1], params, 1, norm_first=True)
print("equal", np.allclose(theirs, ours, atol=1e-3))
print(f"weight at the mirrored place {weights[:, torch.arange(10), 9 - torch.arange(10)].mean():.2f}")
