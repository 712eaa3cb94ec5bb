"""`pylab` hands on what numpy and matplotlib have: where a function of it is at home."""

from functools import lru_cache

_DRAWN_FROM = frozenset(
    {
        "beta", "binomial", "bytes", "chisquare", "choice", "default_rng", "dirichlet", "exponential", "f", "gamma",
        "geometric", "get_state", "gumbel", "hypergeometric", "laplace", "logistic", "lognormal", "logseries",
        "multinomial", "multivariate_normal", "negative_binomial", "noncentral_chisquare", "noncentral_f", "normal",
        "pareto", "permutation", "poisson", "power", "rand", "randint", "randn", "random", "random_integers",
        "random_sample", "ranf", "rayleigh", "sample", "seed", "set_state", "shuffle", "standard_cauchy",
        "standard_exponential", "standard_gamma", "standard_normal", "standard_t", "triangular", "uniform", "vonmises",
        "wald", "weibull", "zipf",
    }
)  # fmt: skip
_OF_PYPLOT = frozenset(
    {
        "annotate", "axes", "axhline", "axis", "axvline", "bar", "barh", "boxplot", "cla", "clf", "close", "colorbar",
        "contour", "contourf", "draw", "errorbar", "figure", "fill", "fill_between", "gca", "gcf", "grid", "hist",
        "imshow", "legend", "loglog", "pcolor", "pcolormesh", "pie", "plot", "quiver", "rc", "rcParams", "rc_context",
        "rcdefaults", "savefig", "scatter", "semilogx", "semilogy", "set_cmap", "show", "style", "subplot", "subplots",
        "subplots_adjust", "suptitle", "switch_backend", "text", "tight_layout", "title", "xlabel", "xlim", "xticks",
        "ylabel", "ylim", "yticks",
    }
)  # fmt: skip
_SHORT = {"np": "numpy", "plt": "matplotlib.pyplot", "mpl": "matplotlib"}


@lru_cache(maxsize=1024)
def at_home(path: str) -> str:
    """The path of something in a library; that of `pylab.rand` is `numpy.random.rand`."""
    inner = path.removeprefix("matplotlib.")
    if not inner.startswith("pylab."):
        return path
    inner = inner.removeprefix("pylab.")
    first, dot, rest = inner.partition(".")
    if first in _DRAWN_FROM:
        return f"numpy.random.{inner}"
    if first in _OF_PYPLOT:
        return f"matplotlib.pyplot.{inner}"
    return f"{_SHORT[first]}{dot}{rest}" if first in _SHORT else f"pylab.{inner}"
