# %%
import functools, time
# %% step:framework
CHECKS = {}
calls = Counter = {}

def check(name, *, weight=1):
    def deco(fn):
        @functools.wraps(fn)
        def inner(*a, **k):
            calls[name] = calls.get(name, 0) + 1
            return fn(*a, **k) * weight
        CHECKS[name] = inner
        return inner
    return deco

class Rule:
    threshold = 2
    def __init__(self, fn):
        self.fn = fn
    def __call__(self, v):
        return self.fn(v) > self.threshold
# %% step:checks
@check("len")
def length(v):
    return len(v)

@check("uniq", weight=2)
def unique(v):
    return len(set(v))
# %% step:tune
Rule.threshold = 3
rules = {k: Rule(f) for k, f in CHECKS.items()}
# %% step:apply
result = {k: r("hello") for k, r in rules.items()}
print(result)
# %% step:summary
print(calls, length.__name__, length("ab"), calls is Counter, Rule.threshold, isinstance(rules["len"], Rule))
