"""The environment of a step's kernel: an allow-list of the worker's, thread limits, and what the step asks for.

Ray's workers inherit what started Ray, which may hold secrets of other services; a cell must not read them. Their
`MPLBACKEND` is left behind too: with the one that ipykernel sets, pictures are shown as in the notebook.
"""

import math
from collections.abc import Mapping

from jupyterlab_promote.model.settings import Environment, Resources

_KEPT = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP",
        "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHASHSEED",
        "CUDA_VISIBLE_DEVICES", "CUDA_HOME", "CUDA_PATH", "CUDA_DEVICE_ORDER", "ROCR_VISIBLE_DEVICES",
        "HIP_VISIBLE_DEVICES", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
        "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
        "JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "MPLCONFIGDIR",
        "RAY_ADDRESS", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER",
    }
)  # fmt: skip
_KEPT_PREFIXES = ("LC_", "XDG_", "CONDA_", "NVIDIA_", "HF_")
_THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
    "ARROW_NUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
)


_READ_AT_START = ("PYTHON", "IPYTHON", "LD_", "DYLD_", "MALLOC_", "LC_", "LANG", "TZ")


def needs_fresh_kernel(environment: Environment) -> bool:
    """Whether a step asks for packages, or for variables that a process reads when it starts: no kernel that was
    started ahead has them."""
    return bool(environment.pip) or any(name.startswith(_READ_AT_START) for name in environment.env)


def kernel_environment(
    worker: Mapping[str, str],
    *,
    resources: Resources,
    environment: Environment,
    ray_address: str | None = None,
) -> dict[str, str]:
    """The variables that the kernel of a step starts with.

    Args:
        worker: variables of the worker's process.
        resources: `cpus` limits the thread pools of OpenMP, BLAS, Arrow, polars and joblib; no GPU asked
            for means none seen.
        environment: plain values and `provided` names are added; secrets are not resolved here.
        ray_address: what `ray.init()` in a cell joins; without it a second cluster would start.
    """
    kept = _KEPT | set(environment.provided)
    kernel = {
        name: value
        for name, value in worker.items()
        if name in kept or name.startswith(_KEPT_PREFIXES)
    }
    threads = str(max(1, math.floor(resources.cpus)))
    kernel.update(dict.fromkeys(_THREAD_LIMITS, threads))
    if resources.gpus == 0:
        kernel["CUDA_VISIBLE_DEVICES"] = ""
    if ray_address:
        kernel["RAY_ADDRESS"] = ray_address
    kernel["PYTHONUNBUFFERED"] = "1"
    # Steps that go through equal sets, or hash equal texts, must find one order, as they do in one kernel.
    kernel.setdefault("PYTHONHASHSEED", "0")
    kernel.update(environment.env)
    return kernel
