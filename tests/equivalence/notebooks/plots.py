# %%
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
plt.rcParams["figure.figsize"] = (4, 3)
# %% step:waves
t = np.linspace(0, 2 * np.pi, 50)
waves = {k: np.sin(k * t) for k in (1, 2, 3)}
plt.rcParams["lines.linewidth"] = 3
# %% step:draw
fig, ax = plt.subplots()
for k, w in waves.items():
    ax.plot(t, w, label=f"k={k}")
ax.legend()
plt.show()
# %% step:annotate
ax.set_title("waves")
print(ax.get_title(), len(ax.lines), ax.lines[0].get_linewidth())
fig
# %% step:totals
energy = {k: float((w ** 2).sum().round(3)) for k, w in waves.items()}
print(energy, plt.rcParams["lines.linewidth"], plt.get_fignums())
