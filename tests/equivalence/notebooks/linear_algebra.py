# %%
import numpy as np
import scipy.sparse as sp
np.set_printoptions(precision=3, suppress=True)
# %% step:matrix
A = np.eye(4) * 2
diag = A.diagonal()
block = A[1:3, 1:3]
S = sp.csr_matrix(A)
# %% step:change
block += 0.5
A[0, 3] = 7
# %% step:solve
b = np.arange(4.0)
x = np.linalg.solve(A, b)
np.multiply(x, 10, out=b)
# %% step:iterate
history = []
v = np.ones(4)
for _ in range(3):
    v = A @ v
    v /= np.linalg.norm(v)
    history.append(v)
v[0] = 0
# %% step:out
print(x, b)
print(history[-1], np.shares_memory(A, block), block.sum(), diag.sum(), S.sum())
