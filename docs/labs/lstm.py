# %% [markdown] lang="zh"
# # 实验：看 LSTM 的门
#
# 在加法问题上训练一个 LSTM，再看它读序列的时候，门在什么时候打开，记忆里放了什么。
#
# 加法问题是专为记忆设计的：40 个数里只有两个要紧，读完才作答。普通的循环网络每一步都重写记忆，很难把第一个数带到最后。LSTM 有门：输入门管写多少，遗忘门管留多少。它是不是真的这样用门？画出来看。
#
# 需要的包：`pip install "dlref[torch,figures]"`。一个 CPU 核上约十五秒跑完。换一种处理器，舍入不同，打印的数字末几位会有出入。
# %% [markdown] lang="en"
# # Lab: watching the gates of an LSTM
#
# Train an LSTM on the adding problem, and then look when its gates open while it reads a sequence, and what is in its memory.
#
# The adding problem is made for memory: of 40 numbers only two matter, and the answer is due at the end. A plain recurrent network rewrites its memory at every step and hardly gets the first number that far. An LSTM has gates: the input gate says how much is written, the forget gate how much is kept. Does it really use them so? Draw them and see.
#
# It needs `pip install "dlref[torch,figures]"` and takes about a quarter of a minute on one CPU core. Another processor may round otherwise, and the last digits of what is printed differ.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

from dlref.data import adding_problem
from dlref.numpy import (
    Adam,
    composed,
    fit,
    initial_params,
    mse_loss,
    recurrent_classifier,
    recurrent_classifier_shapes,
    sigmoid,
)

# %% [markdown] lang="zh"
# ## 数据
#
# 40 个 0 到 1 之间的随机数，其中两个带标记，前一半和后一半各一个；答案是这两个数的和。每一步网络看到两个数：数值，以及是否有标记（1 或 0）。
#
# 有一条基线：两个均匀分布的数之和，方差是 $2 \cdot \frac{1}{12} = \frac{1}{6} \approx 0.167$，所以总是答 1 的均方误差就是 1/6。低于它，才算学到了东西。
# %% [markdown] lang="en"
# ## The data
#
# 40 random numbers between 0 and 1, of which two are marked, one in each half; the answer is the sum of those two. At each step the network sees two numbers: the value, and whether it is marked, 1 or 0.
#
# There is a baseline: the sum of two uniform numbers has the variance $2 \cdot \frac{1}{12} = \frac{1}{6} \approx 0.167$, so that always answering 1 has a mean squared error of 1/6. Only below that has anything been learnt.
# %% zh="一个序列的 40 个数；两根橙色的带标记，答案是它们的和" en="The 40 numbers of one sequence; the two orange ones are marked, and the answer is their sum"
rng = np.random.default_rng(0)
x, y = adding_problem(25_600, 40, rng)  # (N, 40, 2), (N,)
test_x, test_y = adding_problem(1000, 40, rng)
numbers, marks = test_x[0].T  # (40,), (40,)
print("marked", numbers[marks > 0].round(2).tolist())
print(f"the answer is {test_y[0]:.2f}")
print(f"always answering 1: error {np.mean((test_y - 1) ** 2):.4f}")

figure, axis = plt.subplots(figsize=(4.2, 1.8), layout="constrained")
axis.bar(
    range(40), numbers, color=np.where(marks > 0, "tab:orange", "darkgray")
)
axis.set(xlabel="time step", ylabel="number")
axis.spines[["top", "right"]].set_visible(False)

# %% [markdown] lang="zh"
# ## 训练
#
# 16 个单元，每个序列只看一遍。单元状态 $c$ 是记忆，隐状态 $h$ 是其中拿出来看的部分：
#
# $$\begin{aligned} c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\ h_t &= o_t \odot \tanh(c_t) \end{aligned}$$
#
# 遗忘门的偏置从 3 开始，$\sigma(3) \approx 0.95$，差不多全开：记住是默认的，忘掉要学。偏置若从 0 开始，每步只留一半，40 步之后剩下 $0.5^{40} \approx 10^{-12}$。
# %% [markdown] lang="en"
# ## Training
#
# 16 units, and every sequence is seen once. The cell state $c$ is the memory, the hidden state $h$ the part of it that is shown:
#
# $$\begin{aligned} c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\ h_t &= o_t \odot \tanh(c_t) \end{aligned}$$
#
# The biases of the forget gates begin at 3, and $\sigma(3) \approx 0.95$ is nearly open: keeping is the default, forgetting must be learnt. With a bias of 0 half would be kept at each step, and $0.5^{40} \approx 10^{-12}$ after 40.
# %%
start = initial_params(
    recurrent_classifier_shapes(2, 16, 1, cell="lstm"), generator=rng
)
params = {name: value.astype(np.float64) for name, value in start.items()}
i, f, g, o = params["recurrent.bias_ih_l0"].reshape(4, 16)  # by gate
f[:] = 3.0


@composed
def add(sequences, params):
    return recurrent_classifier(sequences, params, cell="lstm")


optimizer = Adam(params, lr=0.02)
for quarter in range(4):  # of the sequences at a time, to see the error fall
    part = slice(6400 * quarter, 6400 * (quarter + 1))
    fit(
        add,
        params,
        optimizer,
        mse_loss,
        x[part],
        y[part, None],
        epochs=1,
        max_norm=1.0,
        progress=True,
    )
    error = mse_loss(add(test_x, params), test_y[:, None])
    print(f"error on new sequences {error:.4f}")

# %% [markdown] lang="zh"
# ## 看里面：门随时间的变化
#
# 把一步一步的计算写出来，留下每一步的门和单元状态。横轴是时间，每一行是一个单元，竖的虚线是两个标记的位置。看三样东西：
#
# - 输入门：有没有在虚线处亮一下、别处暗着的单元？
# - 遗忘门：大多数是不是一直亮着？
# - 单元状态：有没有在虚线处突然变色、之后一直保持的？那就是记住的数。许多单元只是一步步地增大，像个钟。
# %% [markdown] lang="en"
# ## Inside: the gates over time
#
# The steps written out, so that gates and cell states can be kept. Time runs to the right, a row is a unit, and the dashed lines are the places of the two marks. Look for three things:
#
# - input gates: are there units that light up at a dashed line and are dark elsewhere?
# - forget gates: are most of them bright throughout?
# - cell states: are there some that change colour at a dashed line and keep it? That is the number, remembered. Many others only grow step by step, like a clock.
# %% zh="从上到下：输入门、遗忘门、单元状态，每行一个单元。第 7 个单元的输入门只在两条虚线处亮；遗忘门大多一直亮着；单元状态按各单元的最大值缩放，第 7 个在虚线处突变，许多别的一步步增大。" en="From top to bottom: input gates, forget gates, cell states, a row for each unit. That of unit 7 is bright at the two dashed lines only; most forget gates are bright throughout; of the cell states, each scaled by its largest value, that of unit 7 jumps at the dashed lines, and many others grow step by step."
W = params["recurrent.weight_ih_l0"]  # (64, 2)
U = params["recurrent.weight_hh_l0"]  # (64, 16)
b = params["recurrent.bias_ih_l0"] + params["recurrent.bias_hh_l0"]  # (64,)
h, c, seen = np.zeros(16), np.zeros(16), []
for step in test_x[0]:
    i, f, g, o = np.split(W @ step + U @ h + b, 4)  # (16,) each
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    h = o * np.tanh(c)
    seen.append((i, f, c))
figure, axes = plt.subplots(
    3, 1, figsize=(4.4, 5.2), sharex=True, layout="constrained"
)
i, f, c = np.array(seen).transpose(1, 2, 0)  # (16, 40) each
c = c / np.abs(c).max(axis=1, keepdims=True)  # each by its own largest
looks = (
    ("input gates", i, 0, "viridis", "tab:red"),
    ("forget gates", f, 0, "viridis", "tab:red"),
    ("cell states", c, -1, "RdBu_r", "tab:green"),
)
for axis, look in zip(axes, looks, strict=True):
    title, values, low, colours, ink = look
    shown = axis.imshow(values, vmin=low, vmax=1, cmap=colours, aspect="auto")
    figure.colorbar(shown, ax=axis)
    axis.set(title=title, ylabel="unit")
    for place in np.flatnonzero(marks):
        axis.axvline(place, color=ink, linestyle="--", linewidth=1)
axes[-1].set_xlabel("time step")

# %% [markdown] lang="zh"
# 一张图可能是巧合。在 200 个新序列上数一数：对每个单元，输入门在有标记的步平均开到多大，没有标记的步又是多大？
# %% [markdown] lang="en"
# One picture may be chance. Count over 200 new sequences: how far is the input gate of each unit open at marked steps, on average, and how far at the others?
# %%
h, c, inputs, cells = np.zeros((200, 16)), np.zeros((200, 16)), [], []
for step in test_x[:200].swapaxes(0, 1):  # (200, 2)
    i, f, g, o = np.split(step @ W.T + h @ U.T + b, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)
    inputs.append(sigmoid(i))
    cells.append(c)
inputs, cells = np.array(inputs), np.array(cells)  # (40, 200, 16) each
marked = test_x[:200, :, 1].T > 0  # (40, 200)
at_marks = inputs[marked].mean(axis=0)  # (16,)
elsewhere = inputs[~marked].mean(axis=0)
order = np.argsort(elsewhere / at_marks)  # the most selective unit first
for unit in order[:5]:
    here, there = at_marks[unit], elsewhere[unit]
    print(f"unit {unit:2}: at marks {here:.2f}, elsewhere {there:.2f}")

# %% [markdown] lang="zh"
# ## 记忆里放了什么
#
# 取门最挑剔的那个单元。左图是它在四个序列里的单元状态：平时几乎不动，到了标记处跳一下。右图是 200 个序列读完之后的单元状态，横轴是答案：它记的要真是和，点就会靠近一条线。线往下走也一样，后面的线性层会把符号翻过来。
# %% [markdown] lang="en"
# ## What is in the memory
#
# Take the unit whose input gate is the most selective. At the left its cell state in four sequences: hardly moving, but for a jump at each mark. At the right its cell state at the end of 200 sequences, against the answer: if it is the sum that it keeps, the points lie near a line. A falling line does as well: the linear layer behind can turn the sign.
# %% zh="左：四个序列里一个单元的单元状态，在标记处（圆点）跳变，其余时间几乎是平的。右：读完 200 个序列后的单元状态与答案，点靠近一条向下的线。" en="Left: the cell state of one unit in four sequences, with a jump at each mark (dots) and nearly flat between. Right: the cell state at the end of 200 sequences against the answer; the points lie near a falling line."
unit = order[0]
figure, (left, right) = plt.subplots(
    1, 2, figsize=(4.4, 2.3), layout="constrained", sharey=True
)
for n in range(4):
    left.plot(cells[:, n, unit])
    at = np.flatnonzero(marked[:, n])
    left.plot(at, cells[at, n, unit], "o", color=f"C{n}", markersize=4)
left.set(xlabel="time step", ylabel=f"cell state of unit {unit}")
answers, kept = test_y[:200], cells[-1, :, unit]
right.plot(answers, kept, ".", color="tab:purple", markersize=4)
right.set(xlabel="answer")
for axis in (left, right):
    axis.spines[["top", "right"]].set_visible(False)
r = np.corrcoef(answers, kept)[0, 1]
print(f"correlation with the answer: {r:.3f}")

# %% [markdown] lang="zh"
# ## PyTorch 得到同样的输出
#
# 同样的参数放进 `torch.nn.LSTM`，双精度。
# %% [markdown] lang="en"
# ## PyTorch gives the same output
#
# The same parameters in `torch.nn.LSTM`, in double precision.
# %%
twin = torch.nn.LSTM(2, 16, batch_first=True).double()
own = {name: torch.from_numpy(param) for name, param in params.items()}
twin.load_state_dict(
    {
        name.removeprefix("recurrent."): p
        for name, p in own.items()
        if name.startswith("recurrent.")
    }
)
with torch.no_grad():
    states, _ = twin(torch.from_numpy(test_x))  # (1000, 40, 16)
    theirs = states[:, -1] @ own["output.weight"].T + own["output.bias"]
close = np.allclose(theirs, add(test_x, params), rtol=0, atol=1e-10)
print("same answers to 10 decimals:", close)

# %% [markdown] lang="zh"
# ## 试一试
#
# 1. 把遗忘门的偏置 3.0 改成 0.0，再跑一遍：误差从哪里开始低于 1/6？还来得及吗？
# 2. 训练不变，用更长的序列来考：`adding_problem(1000, 80, rng)`。学到的门在没见过的长度上还管用吗？
# 3. 把 `cell="lstm"` 都改成 `"rnn"`（再去掉设置偏置的那两行），看普通的循环网络能学到什么程度。
# %% [markdown] lang="en"
# ## Try it
#
# 1. Change the bias of the forget gates from 3.0 to 0.0 and run again: when does the error fall below 1/6, and is there time enough?
# 2. Train as before, and judge on longer sequences, `adding_problem(1000, 80, rng)`: do the gates still work at a length that they have never seen?
# 3. Change each `cell="lstm"` to `"rnn"` (and leave out the two lines that set the biases), and see how far a plain recurrent network gets.
