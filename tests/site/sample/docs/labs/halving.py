# %% [markdown] lang="zh"
# # 实验：减半
#
# 把 $x$ 减半，直到它小于 1。
#
# $$x \to x / 2$$
# %% [markdown] lang="en"
# # Lab: halving
#
# Halve $x$ until it is below 1.
#
# $$x \to x / 2$$
# %%
import sys

import matplotlib.pyplot as plt

halves = [8.0]
while halves[-1] >= 1:
    halves.append(halves[-1] / 2)
for done in (1, 2):
    print(f"\r{done}/2 [00:0{done}<00:00, 3.1it/s]", end="", file=sys.stderr)
print(halves)
# %% [markdown] lang="zh"
# ## 看一看
# %% [markdown] lang="en"
# ## Look at it
# %% zh="每一步都减半" en="Half as much with every step"
plt.figure(figsize=(2, 1))
plt.plot(halves)
