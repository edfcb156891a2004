# %% [markdown] lang="zh"
# # 实验：看 LSTM 的门
#
# 在加法问题上训练一个 LSTM，再看它读序列的时候，门在什么时候打开，记忆里放了什么。
#
# 需要的包：`pip install "dlref[torch,figures,train]"`。一个 CPU 核上约十秒跑完。
# %% [markdown] lang="en"
# # Lab: watching the gates of an LSTM
#
# Train an LSTM on the adding problem, and then look when its gates open while it reads a sequence, and what is in its memory.
#
# It needs `pip install "dlref[torch,figures,train]"` and takes about ten seconds on one CPU core.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

from dlref.blueprints import recurrent_classifier_shapes
from dlref.data import adding_problem
from dlref.numpy import Adam, composed, fit, initial_params, mse_loss, recurrent_classifier, sigmoid

# %% [markdown] lang="zh"
# ## 数据
#
# 40 个随机数，其中两个带标记；答案是这两个数的和。总是答 1，均方误差约为 1/6。
# %% [markdown] lang="en"
# ## The data
#
# 40 random numbers of which two are marked; the answer is the sum of those two. Always answering 1 has a mean squared error of about 1/6.
# %% zh="一个序列：灰条是数，橙条带标记" en="One sequence: bars are the numbers, the marked ones in orange"
rng = np.random.default_rng(0)
x, y = adding_problem(25_600, 40, rng)  # (N, 40, 2), (N,)
test_x, test_y = adding_problem(1000, 40, rng)
numbers, marks = test_x[0].T
figure, axis = plt.subplots(figsize=(6, 1.6))
axis.bar(range(40), numbers, color=np.where(marks > 0, "tab:orange", "lightgray"))
print(f"the answer is {test_y[0]:.2f}")

# %% [markdown] lang="zh"
# ## 训练
#
# 16 个单元，每个序列只看一遍。遗忘门的偏置从 3 开始，差不多全开：记住是默认的，忘掉要学。
# %% [markdown] lang="en"
# ## Training
#
# 16 units, and every sequence is seen once. The biases of the forget gates begin at 3, nearly open: keeping is the default, forgetting must be learnt.
# %%
start = initial_params(recurrent_classifier_shapes(2, 16, 1, cell="lstm"), generator=rng)
params = {name: value.astype(np.float64) for name, value in start.items()}
params["recurrent.bias_ih_l0"][16:32] = 3.0


@composed
def add(sequences, params):
    return recurrent_classifier(sequences, params, cell="lstm")


optimizer = Adam(params, lr=0.02)
for quarter in range(4):  # a quarter of the sequences at a time, to see the error fall
    part = slice(6400 * quarter, 6400 * (quarter + 1))
    fit(add, params, optimizer, mse_loss, x[part], y[part, None], epochs=1, max_norm=1.0, progress=True)
    print(f"error on new sequences {mse_loss(add(test_x, params), test_y[:, None]):.4f}")

# %% [markdown] lang="zh"
# ## 看里面：门随时间的变化
#
# 把一步一步的计算写出来，留下每一步的门和单元状态。虚线是两个标记的位置。
# %% [markdown] lang="en"
# ## Inside: the gates over time
#
# The steps written out, so that gates and cell states can be kept. The dashed lines are the places of the two marks.
# %% zh="从上到下：输入门、遗忘门、单元状态；横轴是时间" en="From top to bottom: input gates, forget gates, cell states; time runs to the right"
W, U = params["recurrent.weight_ih_l0"], params["recurrent.weight_hh_l0"]
b = params["recurrent.bias_ih_l0"] + params["recurrent.bias_hh_l0"]
h, c, seen = np.zeros(16), np.zeros(16), []
for step in test_x[0]:
    i, f, g, o = np.split(W @ step + U @ h + b, 4)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    h = o * np.tanh(c)
    seen.append((i, f, c))
figure, axes = plt.subplots(3, 1, figsize=(6, 5), sharex=True)
limits = ((0, 1, "viridis"), (0, 1, "viridis"), (-2, 2, "RdBu_r"))
for axis, values, (low, high, colours) in zip(axes, zip(*seen, strict=True), limits, strict=True):
    axis.imshow(np.array(values).T, vmin=low, vmax=high, cmap=colours, aspect="auto", interpolation="nearest")
    for place in np.flatnonzero(marks):
        axis.axvline(place, color="black", linestyle="--", linewidth=0.8)

# %% [markdown] lang="zh"
# 输入门在标记处比别处开得大多少？对每个单元，把有标记的步和没有标记的步分开取平均：
# %% [markdown] lang="en"
# How much further do input gates open at a mark? For each unit, the mean over marked steps and over the others:
# %%
inputs = np.array([i for i, _, _ in seen])  # (40, 16)
gain = inputs[marks > 0].mean(axis=0) / inputs[marks == 0].mean(axis=0)
print("largest ratios:", np.sort(gain)[::-1][:4].round(1).tolist())

# %% [markdown] lang="zh"
# ## PyTorch 得到同样的输出
# %% [markdown] lang="en"
# ## PyTorch gives the same output
# %%
judge = torch.nn.LSTM(2, 16, batch_first=True).double()
own = {name: torch.from_numpy(param) for name, param in params.items()}
judge.load_state_dict({name.removeprefix("recurrent."): p for name, p in own.items() if name.startswith("recurrent.")})
with torch.no_grad():
    states, _ = judge(torch.from_numpy(test_x))
    theirs = states[:, -1] @ own["output.weight"].T + own["output.bias"]
print("equal", np.allclose(theirs, add(test_x, params)))
