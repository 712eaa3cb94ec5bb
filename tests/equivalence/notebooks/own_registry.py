# %% file:tasks.py
REGISTRY = {}
ORDER = []
CONFIG = {"order": ORDER, "scale": 2}
class Log:
    def __init__(self):
        self.lines = []
    def add(self, line):
        self.lines.append(line)
LOG = Log()
def task(function):
    REGISTRY[function.__name__] = function
    ORDER.append(function.__name__)
    return function
def watch(thing):
    LOG.add(thing)
    return thing
class Numbers:
    def __init__(self):
        self.last = 0
    def draw(self):
        self.last += 1
        return self.last
_NUMBERS = Numbers()
def number():
    return _NUMBERS.draw()
LATE = []
def later(function):
    LATE.append(function)
def fire(value):
    return [function(value) for function in LATE]
def run(name, *arguments):
    LOG.add(name)
    return REGISTRY[name](*arguments) * CONFIG["scale"]
# %%
import tasks
from tasks import CONFIG, LOG, ORDER, REGISTRY, run, task, watch
# %% step:define
calls = 0
@task
def count(by=1):
    global calls
    calls += by
    count.last = by
    return calls
@task
def collect(value, into=[]):
    into.append(value)
    return len(into)
@task
class Shape:
    sides = 3
rows = watch([1])
scales = {"config": CONFIG}
times = 2
tasks.later(lambda value: value * times)
print(tasks.number())
# %% step:first
print(run("count"), count(), calls, REGISTRY["count"] is count)
rows.append(2)
times = 3
print(tasks.number())
Shape.sides = 4
# %% step:second
print(run("collect", "a"), collect("b"), run("count", 5), count.last, calls)
scales["config"]["scale"] = 10
Shape.sides += 1
# %% step:third
print(LOG.lines, LOG.lines[0] is rows, LOG is tasks.LOG)
print(run("count"), REGISTRY["count"].last, calls)
print(REGISTRY["Shape"] is Shape, REGISTRY["Shape"].sides, ORDER is CONFIG["order"] is tasks.ORDER, scales["config"] is CONFIG)
# %% step:fourth
print(tasks.number(), tasks.fire(10))
shape = REGISTRY["Shape"]()
print(isinstance(shape, Shape), shape.sides, ORDER, CONFIG, collect.__defaults__)
