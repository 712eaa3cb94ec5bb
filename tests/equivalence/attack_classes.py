"""Small notebooks that attack the dataflow, written without looking at the analysis: classes, functions, closures and what they remember."""

from tests.equivalence.table import Table

case = Table()

case(
    "class_hierarchy_registry",
    "REG = {}\nclass Base:\n    def __init_subclass__(cls, **k): REG[cls.__name__] = cls",
    "class A(Base): pass",
    "print(sorted(REG), issubclass(REG['A'], Base))",
)
case(
    "class_attribute_list_shared",
    "class C:\n    items = []\na = C()",
    "a.items.append(1)",
    "print(C.items, C().items)",
)
case(
    "classmethod_counter",
    "class C:\n    n = 0\n    @classmethod\n    def up(cls): cls.n += 1",
    "C.up()",
    "print(C.n)",
)
case(
    "dataclass_default_factory",
    "from dataclasses import dataclass, field\n@dataclass\nclass R:\n    xs: list = field(default_factory=list)\nr = R()",
    "r.xs.append(2)",
    "print(r, isinstance(r, R))",
)
case(
    "enum_identity",
    "from enum import Enum\nclass Color(Enum):\n    RED = 1\nc = Color.RED",
    "d = {'c': c}",
    "print(d['c'] is Color.RED, c is d['c'])",
)
case(
    "namedtuple_type",
    "from collections import namedtuple\nPt = namedtuple('Pt', 'x y')\np = Pt(1, 2)",
    "q = p._replace(x=5)",
    "print(q, isinstance(q, Pt))",
)
case(
    "super_chain",
    "class A:\n    def f(self): return 'A'\nclass B(A):\n    def f(self): return super().f() + 'B'",
    "b = B()",
    "print(b.f())",
)
case(
    "method_patched_later",
    "class A:\n    def f(self): return 1\na = A()",
    "A.f = lambda self: 2",
    "print(a.f())",
)
case(
    "instance_before_class_change",
    "class A:\n    v = 1\na = A()",
    "class A:\n    v = 2\nb = A()",
    "print(a.v, b.v, isinstance(a, A))",
)
case(
    "closure_counter",
    "def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n        return n\n    return up\nup = make()",
    "up(); up()",
    "print(up())",
)
case(
    "closure_over_loop_variable",
    "fs = []\nfor i in range(3):\n    fs.append(lambda: i)",
    "i = 10",
    "print([f() for f in fs])",
)
case(
    "closure_shared_cell",
    "def pair():\n    box = []\n    return box.append, lambda: list(box)\nput, get = pair()",
    "put(7)",
    "print(get())",
)
case(
    "lru_cache_state",
    "from functools import lru_cache\ncalls = []\n@lru_cache(None)\ndef f(x):\n    calls.append(x)\n    return x * 2",
    "f(1); f(1)",
    "print(calls)",
)
case(
    "singledispatch_register",
    "from functools import singledispatch\n@singledispatch\ndef show(x): return 'any'",
    "@show.register\ndef _(x: int): return 'int'",
    "print(show(1), show('s'))",
    may_refuse="a dispatcher's registry holds weak references",
)
case(
    "decorator_with_arguments",
    "log = []\ndef tag(name):\n    def deco(f):\n        log.append(name)\n        return f\n    return deco",
    "@tag('a')\ndef g(): return 5",
    "print(log, g())",
)
case(
    "recursive_functions",
    "def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n != 0 and even(n - 1)",
    "r = even(10)",
    "print(r, odd(3))",
)
case("function_attribute", "def f(): return f.n\nf.n = 1", "f.n += 4", "print(f())")
case(
    "global_in_nested",
    "total = 0\ndef outer():\n    def inner():\n        global total\n        total += 5\n    inner()",
    "outer()",
    "print(total)",
)
case(
    "kwargs_mutated",
    "def put(d, **k):\n    d.update(k)\nstore = {}",
    "put(store, a=1)",
    "print(store)",
)
case("return_argument", "def same(x): return x\na = [1]\nb = same(a)", "b.append(2)", "print(a)")
case(
    "argument_stored_globally",
    "cache = {}\ndef keep(k, v): cache[k] = v\nv = [1]",
    "keep('v', v)",
    "v.append(2)\nprint(cache)",
)
case(
    "generator_function_reads_late",
    "k = 1\ndef gen():\n    for i in range(2):\n        yield i * k",
    "k = 10",
    "print(list(gen()))",
)
case(
    "annotation_evaluated",
    "T = int\ndef f(x: T) -> T: return x",
    "y = f(3)",
    "print(y, f.__annotations__['x'].__name__)",
)
case(
    "type_alias_and_typing",
    "from typing import NamedTuple\nclass Row(NamedTuple):\n    a: int = 1",
    "r = Row()",
    "print(r, r.a)",
)
case(
    "conditional_function",
    "fast = True\nif fast:\n    def f(): return 'fast'\nelse:\n    def f(): return 'slow'",
    "fast = False",
    "print(f())",
)
case(
    "function_redefined_between",
    "def f(): return 1\ndef g(): return f()",
    "a = g()\ndef f(): return 2",
    "print(a, g())",
)
case(
    "lambda_default_captures",
    "fs = [lambda x=i: x for i in range(3)]",
    "n = len(fs)",
    "print([f() for f in fs], n)",
)
case("async_cell", "import asyncio\nasync def get(): return 4", "v = await get()", "print(v)")
case("class_body_reads_global", "k = 3\nclass A:\n    v = k * 2", "k = 9", "print(A.v, k)")
case(
    "metaclass_state",
    "class M(type):\n    made = []\n    def __new__(m, n, b, d):\n        m.made.append(n)\n        return super().__new__(m, n, b, d)",
    "class X(metaclass=M): pass",
    "print(M.made, X.__name__)",
)
case(
    "a_decorator_named_register_of_the_notebooks_own",
    "import functools\nMADE = {}\ndef register(cls=None, *, name=None):\n"
    "    if cls is None:\n        return functools.partial(register, name=name)\n"
    "    MADE[name or cls.__name__] = cls\n    return cls",
    "@register\nclass A: pass\n@register(name='b')\nclass B: pass",
    "print(sorted(MADE), MADE['b'] is B, type(MADE['A']()) is A)",
)

case(
    "order_of_subclasses",
    "class S: pass\nclass B(S): pass\nclass A(S): pass",
    "x = A()",
    "print([c.__name__ for c in S.__subclasses__()])\nclass Z(S): pass",
    "print([c.__name__ for c in S.__subclasses__()], type(x).__name__)",
)
case(
    "order_of_subclasses_of_several_steps",
    "from abc import ABC\nclass S(ABC): pass",
    "class T(S): pass",
    "class M(S): pass\nclass U(T, M): pass\nclass C(M): pass",
    "class A(S): pass\nclass B(T): pass",
    "print([[c.__name__ for c in k.__subclasses__()] for k in (S, T, M)])",
)
