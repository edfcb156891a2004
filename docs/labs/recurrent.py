# %% [markdown] lang="zh"
# # 实验：循环网络一行一行读数字
#
# 把图像当成序列：8 个时间步，每步读一行 8 个像素。训练一个普通的循环网络，看它的状态怎样随时间变化，读到第几行才认得出数字；再把行的顺序倒过来。
#
# 循环网络读到的一切都得装进隐状态里带走，后面的步骤看不到前面的像素。隐状态里装了什么，可以直接画出来，也可以问：每读一行，问它一次“现在觉得是几”。
#
# 需要的包：`pip install "dlref[torch,figures]"`。一个 CPU 核上约十秒跑完。换一种处理器，舍入不同，打印的数字末几位会有出入。
# %% [markdown] lang="en"
# # Lab: a recurrent network reads digits row by row
#
# An image becomes a sequence: 8 time steps, and at each of them a row of 8 pixels. Train a plain recurrent network, watch its state over time, and see after how many rows it knows the digit; then reverse the rows.
#
# All that a recurrent network has read must be carried in its hidden state: later steps do not see earlier pixels. What is in the state can be drawn; and it can be asked, after each row: what do you take it for now?
#
# It needs `pip install "dlref[torch,figures]"` and takes about ten seconds on one CPU core. Another processor may round otherwise, and the last digits of what is printed differ.
# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

from dlref.data import load_digits, stratified_split
from dlref.numpy import (
    Adam,
    accuracy,
    composed,
    cross_entropy,
    fit,
    initial_params,
    linear,
    recurrent_classifier,
    recurrent_classifier_shapes,
    rnn,
    softmax,
)

# %% [markdown] lang="zh"
# ## 数据
#
# 一张 8×8 的图就是一个长度为 8 的序列，每个元素是一行像素。形状 `(N, 8, 8)` 不用改：第二维读作时间，第三维读作特征。
# %% [markdown] lang="en"
# ## The data
#
# An image of 8×8 is a sequence of length 8, each element a row of pixels. The shape `(N, 8, 8)` stays: the second dimension is read as time, the third as features.
# %% zh="一个数字，和它被读入的八步：每步只看见一行" en="A digit, and the eight steps in which it is read: one row each"
images, labels = load_digits()
train, test = stratified_split(labels, 0.2, np.random.default_rng(0))
chosen = 1  # of the test set
image = images[test[chosen]]
print(images.shape, len(train), "to train on,", len(test), "to test")
print("label of the image below:", labels[test[chosen]])

figure, (whole, parts) = plt.subplots(
    1, 2, figsize=(4.2, 2), layout="constrained"
)
whole.imshow(image, cmap="gray_r", vmin=0, vmax=1)
whole.set_axis_off()
apart = np.full((15, 8), np.nan)  # a gap after each row
apart[::2] = image
parts.imshow(apart, cmap="gray_r", vmin=0, vmax=1)
parts.set(
    xticks=[],
    yticks=range(0, 15, 2),
    yticklabels=range(1, 9),
    ylabel="time step",
)
parts.spines[:].set_visible(False)

# %% [markdown] lang="zh"
# ## 训练
#
# 状态 $h_t$ 有 64 个数。每一步都用同样的 $W$、$U$ 和 $b$，从这一行像素 $x_t$ 和上一步的状态算出新的状态：
#
# $$h_t = \tanh(W x_t + U h_{t-1} + b), \qquad h_0 = 0$$
#
# 最后一个状态 $h_8$ 交给线性层，得到十个 logit。梯度要穿过 8 步，所以裁剪到长度不超过 1。
# %% [markdown] lang="en"
# ## Training
#
# The state $h_t$ has 64 numbers. Each step computes a new state from the row of pixels $x_t$ and from the state before, with the same $W$, $U$ and $b$ every time:
#
# $$h_t = \tanh(W x_t + U h_{t-1} + b), \qquad h_0 = 0$$
#
# A linear layer makes ten logits of the last state, $h_8$. Gradients pass through 8 steps, and are clipped to a length of 1.
# %%
shapes = recurrent_classifier_shapes(8, 64, 10, cell="rnn")
params = initial_params(shapes, generator=np.random.default_rng(0))
for name, param in params.items():
    print(f"{name:24} {param.shape}")
print(sum(param.size for param in params.values()), "parameters")


@composed
def classify(rows, params):
    return recurrent_classifier(rows, params, cell="rnn")


fit(
    classify,
    params,
    Adam(params, lr=3e-3),
    cross_entropy,
    images[train],
    labels[train],
    epochs=20,
    batch_size=32,
    seed=0,
    max_norm=1.0,
    progress=True,
)
logits = classify(images[test], params)
print(f"test accuracy {accuracy(logits, labels[test]):.3f}")

# %% [markdown] lang="zh"
# ## 看里面：状态随时间的变化
#
# 每一列是一个时间步，每一行是状态里的一个数，红正蓝负。找两样东西：有没有哪一行从头到尾一个颜色，也就是一直记着什么；哪一步前后变化最大。
# %% [markdown] lang="en"
# ## Inside: the state over time
#
# A column is a time step, a row one number of the state, red where positive and blue where negative. Look for two things: whether any row keeps its colour for long, remembering something; and between which steps most changes.
# %% zh="读入上面那个数字时状态的 64 个数，横轴是时间：颜色步步在变，很少有一行从头到尾不变" en="The 64 numbers of the state while the digit above is read; time runs to the right. Colours change at each step, and few rows keep theirs"
inside = {
    name.removeprefix("recurrent."): param
    for name, param in params.items()
    if name.startswith("recurrent.")
}
states, _ = rnn(images[test], inside, batch_first=True)  # (N, 8, 64)
figure, axis = plt.subplots(figsize=(3.6, 3.6), layout="constrained")
shown = axis.imshow(
    states[chosen].T, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto"
)
axis.set(
    xticks=range(8),
    xticklabels=range(1, 9),
    xlabel="rows read",
    ylabel="number of the state",
)
figure.colorbar(shown)

# %% [markdown] lang="zh"
# 普通的循环网络每一步都重写整个状态，要记住一样东西，就得每一步重新写一遍。它在长序列上难训练，原因就在这里；LSTM 也由此而来。
#
# ## 读到第几行才认得出
#
# 训练时只在第八行之后回答。现在每一步都问一次：把那一步的状态 $h_t$ 交给最后的线性层。虚线是瞎猜的一成。
# %% [markdown] lang="en"
# A plain recurrent network rewrites its whole state at every step; to remember a thing it has to write it anew each time. That is what makes it hard to train on long sequences, and what the LSTM was made for.
#
# ## After how many rows it knows
#
# In training it answered behind the eighth row only. Now it is asked at every step: the state $h_t$ of that step goes through the last linear layer. The dashed line is a tenth, which is guessing.
# %% zh="测试准确率随读过的行数变化：前六行和瞎猜差不多，最后两行陡升" en="Test accuracy against rows read: no better than guessing for six rows, and steep at the last two"
weight, bias = params["output.weight"], params["output.bias"]
right = [
    accuracy(linear(states[:, step], weight, bias), labels[test])
    for step in range(8)
]
print(" ".join(f"{share:.2f}" for share in right))
figure, axis = plt.subplots(figsize=(4.2, 2.4), layout="constrained")
axis.bar(range(1, 9), right)
axis.axhline(0.1, color="tab:orange", linestyle="--")
axis.set(xlabel="rows read", ylabel="test accuracy", xticks=range(1, 9))
axis.spines[["top", "right"]].set_visible(False)

# %% [markdown] lang="zh"
# 前几行里未必没有信息，只是训练没有要求早回答：$h_3$ 只需要对后面的步骤有用，不需要让最后的线性层读得懂。
#
# 对上面那一个数字，看它的想法怎样一行一行地变：
# %% [markdown] lang="en"
# This does not mean that the first rows hold no information: training has not asked for an early answer. $h_3$ has to be of use to the steps that follow, not to be legible to the last linear layer.
#
# For the one digit above, see how its opinion changes from row to row:
# %% zh="读过每一行之后十个数字的概率，颜色越深越确信；读完第八行，只剩一格是深的" en="The chances of the ten digits after each row, the darker the surer; after the eighth only one cell is dark"
chances = softmax(linear(states[chosen], weight, bias), dim=1)  # (8, 10)
figure, axis = plt.subplots(figsize=(3.6, 3), layout="constrained")
shown = axis.imshow(chances, cmap="Blues", vmin=0, vmax=1)
axis.set(
    xticks=range(10),
    yticks=range(8),
    yticklabels=range(1, 9),
    xlabel="digit",
    ylabel="rows read",
)
figure.colorbar(shown, shrink=0.8)
print("most likely after each row:", chances.argmax(axis=1).tolist())

# %% [markdown] lang="zh"
# ## 倒过来读
#
# 行还是那些行，顺序反了。循环网络一旦训练好，顺序就是意思的一部分。先猜：哪几个数字倒过来还认得出？
# %% [markdown] lang="en"
# ## Read backwards
#
# The same rows in the opposite order. Once a recurrent network is trained, the order is part of the meaning. Guess first: which digits will it still know?
# %%
backwards = classify(images[test][:, ::-1], params)
left = accuracy(backwards, labels[test])
print(f"from top to bottom {right[-1]:.3f}, from bottom to top {left:.3f}")
known = backwards.argmax(axis=1) == labels[test]
for digit in range(10):
    print(digit, f"{known[labels[test] == digit].mean():.2f}")

# %% [markdown] lang="zh"
# 0、1、3、8 上下翻转之后差不多还是自己，4 也大多还认得；其余的一个也没认出来。
#
# ## PyTorch 得到同样的输出
#
# 同样的参数放进 `torch.nn.RNN`，只差单精度的舍入。
# %% [markdown] lang="en"
# 0, 1, 3 and 8 look much the same upside down, and most 4s are still known; of the others not one.
#
# ## PyTorch gives the same output
#
# The same parameters in `torch.nn.RNN`, up to the rounding of single precision.
# %%
twin = torch.nn.RNN(8, 64, batch_first=True)
twin.load_state_dict(
    {name: torch.from_numpy(param) for name, param in inside.items()}
)
with torch.no_grad():
    theirs, _ = twin(torch.from_numpy(images[test]))  # (N, 8, 64)
close = np.allclose(theirs, states, rtol=0, atol=1e-4)
print("same states to 4 decimals:", close)
their_logits = theirs[:, -1].numpy() @ weight.T + bias
same = np.array_equal(their_logits.argmax(axis=1), logits.argmax(axis=1))
print("same predictions:", same)

# %% [markdown] lang="zh"
# ## 试一试
#
# 1. 让网络按列读：训练和测试都用 `images.swapaxes(1, 2)`。准确率变不变？读到第几列才认得出？
# 2. 状态从 64 改成 8：还装得下吗？看状态图，空着的行少了没有？
# 3. 把训练和测试的行都倒过来，`images[:, ::-1]`。倒着读的网络学得会吗？和上面“训练后才倒过来”有什么不同？
# %% [markdown] lang="en"
# ## Try it
#
# 1. Let the network read columns: use `images.swapaxes(1, 2)` for training and testing. Does the accuracy change? After how many columns does it know?
# 2. Make the state 8 numbers instead of 64: is there still room enough? See in the picture of the state whether fewer rows are idle.
# 3. Reverse the rows in training and testing, `images[:, ::-1]`. Can a network learn to read backwards? How does this differ from reversing them after the training, as above?
