"""What Python means, one line a subject: run in both worlds by test_lowering.py."""

import math
from helpers_mod import helper, Base

class P:
    def __init__(self, x, y=0): self.x, self.y = x, y
    def __eq__(self, o): return isinstance(o, P) and (self.x, self.y) == (o.x, o.y)
    def __hash__(self): return hash((self.x, self.y))
    def __repr__(self): return f"P({self.x!r}, {self.y!r})"
    def __lt__(self, o): return (self.x, self.y) < (o.x, o.y)
    def __bool__(self): return bool(self.x or self.y)
    def __iter__(self):
        yield self.x
        yield self.y
    def __setitem__(self, k, v): setattr(self, k, v)
    def __delitem__(self, k): self.x = None
    def __getattr__(self, n):
        if n.startswith("p_"): return n[2:]
        raise AttributeError(n)

class A:
    registry = {}
    n = 0
    def __init__(self): A.n += 1; self._t = 20.0
    @property
    def temp(self):
        """t"""
        return self._t
    @temp.setter
    def temp(self, v):
        if v < 0: raise ValueError(f"bad {v}")
        self._t = v
    @temp.deleter
    def temp(self): self._t = None
    @classmethod
    def make(cls, *a, **k): return cls(*a, **k)
    @staticmethod
    def add(a, b=1, *, c=2): return a + b + c
    def __private(self): return "pA"
    def pub(self): return self.__private()
    def __enter__(self): return self
    def __exit__(self, t, v, tb): return t is ValueError
    def __call__(self, *args, **kw): return (args, sorted(kw.items()))
class B(A):
    def __private(self): return "pB"
    def pub(self): return super().pub() + self.__private()
    @classmethod
    def make(cls, *a, **k): return ("B", super().make(*a, **k).__class__.__name__)
    @property
    def temp(self): return super().temp * 2

class Mixin:
    def hello(self): return "mix " + super().hello()
class Root:
    def hello(self): return "root"
class Both(Mixin, Root): pass
class E1(Exception):
    def __init__(self, a, b): super().__init__(a, b); self.a = a
class E2(KeyError):
    def __str__(self): return "custom"
def gen(n):
    try:
        for i in range(n):
            got = yield i
            if got: yield got * 10
    finally:
        LOG.append("closed")
    return "done"
LOG = []
def deleg():
    r = yield from gen(2)
    yield r
def deco(n):
    def outer(f):
        def inner(*a, **k): return [n, f(*a, **k)]
        return inner
    return outer
@deco(1)
@deco(2)
def dd(a, b=5): return a + b
COUNTER = 0
def bump():
    global COUNTER
    COUNTER += 1
    return COUNTER
total = 0
for k in range(4):
    if k == 2: continue
    total += k
squares = {k: k * k for k in range(3)}

def c_p_set(): return len({P(1, 2), P(1, 2), P(2)})
def c_p_dict(): d = {P(1): "a"}; d[P(1)] = "b"; return d
def c_p_sort(): return sorted([P(2), P(1, 5), P(1)])
def c_p_in(): return [P(1) in [P(1)], P(2) in (P(1),), P(1) == 3, P(1) != P(1)]
def c_p_unpack(): a, b = P(3, 4); return [a, b, list(P(5)), tuple(P(1)), max(P(1, 9))]
def c_p_attr(): p = P(1); p["z"] = 5; return [p.p_abc, p.z, hasattr(p, "nope"), getattr(p, "nope", 0)]
def c_p_bool(): return [bool(P(0)), not P(1), P(0) or "else", [x for x in [P(0), P(1)] if x]]
def c_prop_all():
    a = A(); a.temp = 3; r = [a.temp]
    try: a.temp = -1
    except ValueError as e: r.append(str(e))
    b = B(); r.append(b.temp)
    try: b.temp = 3
    except AttributeError as e: r.append("AE")
    return r
def c_class_counter(): n = A.n; A(); B(); return [A.n - n, B.n - n]
def c_private(): return [A().pub(), B().pub()]
def c_cm(): return [A.make().__class__.__name__, B.make(), A.add(1), A().add(1, 2, c=3), B.add(b=1, a=2)]
def c_with_swallow():
    r = []
    with A() as a, A() as b:
        r.append(a is not b)
        raise ValueError("x")
    r.append("after"); return r
def c_with_pass():
    try:
        with A(): raise KeyError("k")
    except KeyError as e: return [repr(e), e.args]
def c_callable_obj(): return [A()(1, 2, z=3, a=4), A()(), callable(A()), callable(P(1))]
def c_mixin(): return [Both().hello(), [c.__name__ for c in Both.__mro__][:3]]
def c_e1():
    try: raise E1(1, "b")
    except E1 as e: return [e.args, e.a, str(e), repr(e)]
def c_e2():
    try: raise E2("x")
    except LookupError as e: return [str(e), f"{e}", repr(e)]
def c_exc_repr(): return [repr(ValueError("a")), repr(ValueError()), str(ValueError()), str(ValueError(1, 2)), repr(KeyError("k")), str(OSError("x"))]
def c_gen_send():
    g = gen(3); r = [next(g), g.send(5), next(g)]; g.close(); r.append(LOG.pop()); return r
def c_gen_deleg(): r = list(deleg()); LOG.clear(); return r
def c_gen_stop():
    g = gen(0)
    try: next(g)
    except StopIteration as e: LOG.clear(); return e.value if hasattr(e, "value") else e.args
def c_deco(): return [dd(1), dd(1, b=2)]
def c_module_level(): return [total, squares, k]
def c_bump(): a = bump(); return bump() - a
def c_floats(): return [1.0, 2.0 * 3, 7 // 2.0, 10 / 5, 2 ** 0.5, 2.0 ** 2, -0.0, 0.0 * -1, 1e16, 1e15, 123456789012345680.0, 1e-5, 0.0001, 1e22, 5e-324, 1.7976931348623157e308, float(3), int(3.0), round(2.5), round(2.567, 2), round(1234.5, -2), abs(-3.0), sum([0.5, 0.5]), max(1, 2.0), min(1.0, 1), 3 % 2.0, divmod(7.5, 2), 1_000_000, True + True, True / 2]
def c_float_eq(): return [1 == 1.0, 1.0 in [1], {1: "a"}[1.0], hash(1) == hash(1.0), 0.1 + 0.2 == 0.3, 0.0 == -0.0, 10**20 == 1e20, 2**53 + 1 == 2.0**53]
def c_bigs(): return [2**100, 2**100 // 3, 2**100 % 7, -2**70, 2**53 + 1, 9007199254740993, 2**62 - 2**62 + 1, 3**50 * 1.0, 10**18 + 0.5, 1 << 70, (1 << 70) >> 68, ~(1 << 60), (1 << 60) | 1, int("123456789012345678901234567890"), str(2**64), f"{2**64:,}", f"{2**64:x}", 7**-2, abs(-2**60), (2**60) ** 2, 2**64 > 2**63, 2**64 / 2**62]
def c_int_ops(): return [-7 // 2, -7 % 3, 7 % -3, -7.5 // 2, -7.5 % 2, 5 & 6, 5 | 6, 5 ^ 6, ~5, 1 << 10, -1 >> 1, 0 * -1, pow(3, 4, 5), divmod(-7, 3), int("-0x1f", 16), int("0b101", 2), int(" 42 "), int("1_000")]
def c_fmt(): return [f"{3.14159:.3f}", f"{1e10:g}", f"{123456789:,}", f"{0.000012345:g}", f"{1234.5678:10.2f}|", f"{'a':*^7}", f"{5:+d}", f"{-5:06d}", f"{255:#x}", f"{255:08b}", f"{0.5:%}", f"{0.1234:.1%}", f"{1e-10:e}", f"{2.5:.0f}", f"{3.5:.0f}", f"{0.125:.2f}", f"{True}", f"{True:d}", f"{None}", f"{1.0}", f"{10:>5}{'x':<3}|", f"{1234567.891:,.2f}", f"{[1, 2.0]}", f"{'é':>3}", f"{3:5}|{3.0:5}|{'s':5}|", f"{1.5:g}", f"{100000.0:g}", f"{1000000.0:g}", f"{12345.678:.3}", f"{float('nan'):.2f}", f"{float('inf'):5}", f"{-0.0:.1f}", f"{1.0:.3g}", f"{1/3:.10}", f"{123:_}", f"{5!r:>4}", f"{'q'!r}", f"{(1,)!s}"]
def c_fmt2(): w = 8; p = 2; return [f"{3.14159:{w}.{p}f}", f"{'x':{'>'}{w}}", "{:>{}}".format("a", 4), "{0}{1}{0}".format(1, 2), "{a.x}{b[0]}{c[k]}".format(a=P(3), b=[7], c={"k": 8}), "{{}}".format(), "%5.2f|%-5d|%05d|%s|%r|%x|%%|%e" % (3.14159, 42, 42, "s", "r", 255, 12345.678), "%(a)s-%(b)d" % {"a": 1, "b": 2}, "%s" % (1.0,), "%s" % [1], "%d" % 3.7, "%+d % d" % (3, 4), "%c" % "x", "%5s|%-5s|" % ("a", "b"), "%.3s" % "abcdef", "%g" % 0.00001]
def c_strs(): return ["a,b,,c".split(","), " a  b ".split(), "a b c".split(None, 1), "a b c".rsplit(" ", 1), "abc".center(9, "*"), "abc".center(8, "*"), "x=1".partition("="), "a-b-c".rpartition("-"), "Hello World".swapcase(), "hello world".title(), "abc".find("z"), "abcabc".rfind("b"), "abcabc".index("c"), "aXbX".replace("X", "-", 1), "  x".lstrip(), "xyx".strip("x"), "abc".startswith(("x", "ab")), "12".isdigit(), "".isdigit(), "aB".islower(), "line1\nline2\r\n".splitlines(), "l1\nl2\n".splitlines(True), "abc"[::-1], "abc"[-2:], "a" * 3, 3 * "ab", "b" in "abc", "abc" < "abd", "tab\tx", "q'q\"", "\x00\x7f", "prefix_x".removeprefix("prefix_"), "aaa".count("a"), "aaa".replace("", "-"), "ab".join("xyz"), "Straße".upper(), "😀a"[0], len("😀a"), "😀a"[::-1], "a😀".find("😀"), "abc".encode if False else 0]
def c_reprs(): return [repr([1, "a", None, True, 2.0, (1,), {"a": [1]}, {1}, set(), frozenset([1]), range(3), range(0, 9, 2), slice(1, 2)]), str({}), str(()), repr("\n"), repr("\\"), repr("é\u200b"), str(type(1)), str(int), repr(Ellipsis), str(NotImplemented), repr({1: 2, "a": None, (1, 2): [3]}), repr({"k": {"n": 1}}.items()), repr({1: 2}.keys())]
def c_lists(): a = [1, 2, 3, 4, 5]; a[1:3] = [9, 9, 9]; a[::2] = [0, 0, 0]; del a[-1]; b = a[:]; b.insert(100, 7); b.insert(-100, 6); b += (8, 9); b *= 2; return [a, b, b.index(7), b.count(9), a[-1], a[5:], a[::-2], [1] + [2], [0] * 2, [[]] * 2, [1, 2] < [1, 3], [3] > [2, 9], [] == (), sorted([3, 1, 2], reverse=True), list(reversed(a)), [x for x in a if x], [*a, *"xy"], (*a, 1), {*a, 3}, {**{"a": 1}, "b": 2}, a.pop(), a.pop(0), a]
def c_dicts():
    d = {"b": 1, "a": 2, 3: "x", (1, 2): 4, None: 5, True: 6, 2.5: 7}
    r = [d, list(d), d.pop("b"), d.get("zz"), d.setdefault("n", []), len(d), 1 in d, "a" in d, d[True], d.popitem(), sorted(map(str, d.keys())), dict(a=1, **{"b": 2}), dict([("x", 1)], y=2), {k: v for k, v in zip("ab", range(2))}, {"a": 1} == {"a": 1.0}, {"a": 1} | {"a": 2}, list({"a": 1}.items()), dict.fromkeys("ab", 0)]
    d.update({"q": 1}, w=2); d.update([("e", 3)]); del d["q"]
    for key, value in d.items(): r.append((key, value))
    x, y = {"p": 1, "q": 2}; r.append((x, y)); r.append({"10": 1, "2": 2, "a": 3})
    d |= {"new": 1}; r.append(d["new"]); return r
def c_dict_change():
    d = {"a": 1}
    try:
        for k in d: d[k + "x"] = 1
    except RuntimeError as e: return str(e)
def c_errors():
    r = []
    def t(f):
        try: f(); r.append("ok")
        except Exception as e: r.append(type(e).__name__)
    t(lambda: [1][5]); t(lambda: {}["k"]); t(lambda: "a" + 1); t(lambda: 1 + "a"); t(lambda: [1] + (1,)); t(lambda: None + 1); t(lambda: 1 / 0); t(lambda: 1 // 0); t(lambda: 1 % 0); t(lambda: 1.0 / 0); t(lambda: None.x); t(lambda: A().zz); t(lambda: int("x")); t(lambda: float("y")); t(lambda: [].pop()); t(lambda: {}.pop("a")); t(lambda: [1].remove(2)); t(lambda: [1].index(2)); t(lambda: "a".index("b")); t(lambda: helper()); t(lambda: helper(1, 2, 3)); t(lambda: helper(1, z=2)); t(lambda: helper(1, a=2)); t(lambda: len(5)); t(lambda: 5()); t(lambda: 5[0]); t(lambda: iter(5)); t(lambda: {[]: 1}); t(lambda: {1} + {2}); t(lambda: max([])); t(lambda: "%d" % "x"); t(lambda: ord("ab")); t(lambda: next(iter([]))); t(lambda: [1, 2][1.0]); t(lambda: (1,)[3]); t(lambda: "abc"[10]); t(lambda: math.sqrt(-1)); t(lambda: "a" < 1); t(lambda: sorted([1, "a"])); t(lambda: sum(["a"])); t(lambda: A.nope); t(lambda: Base()); t(lambda: A.add()); t(lambda: A.add(1, d=2)); t(lambda: int(None)); t(lambda: int([])); t(lambda: "".join([1])); t(lambda: list(zip([1], [1, 2], strict=True))); t(lambda: dict([1])); t(lambda: range(1, 2, 0)); t(lambda: [1, 2, 3][::0]); t(lambda: setattr(5, "a", 1)); t(lambda: -"a"); t(lambda: unpack3([1, 2])); t(lambda: unpack3([1, 2, 3, 4])); t(lambda: unpack3(5)); t(lambda: 2 ** 10000.0); t(lambda: chr(-1)); t(lambda: round("a")); t(lambda: "a" * "b"); t(lambda: [1] * 1.5); t(lambda: {1: 2}[1][2]); t(lambda: 1 in 5)
    return r
def c_messages():
    r = []
    def t(f):
        try: f(); r.append("ok")
        except Exception as e: r.append(f"{type(e).__name__}: {e}")
    t(lambda: [1][5]); t(lambda: {}["k"]); t(lambda: {}[1.0]); t(lambda: "a" + 1); t(lambda: 1 + "a"); t(lambda: [1] + (1,)); t(lambda: None + 1); t(lambda: 1 / 0); t(lambda: None.x); t(lambda: A().zz); t(lambda: A.nope); t(lambda: int("x")); t(lambda: float("y")); t(lambda: [].pop()); t(lambda: {}.pop("a")); t(lambda: [1].remove(2)); t(lambda: [1].index(2)); t(lambda: helper()); t(lambda: helper(1, 2, 3)); t(lambda: helper(1, z=2)); t(lambda: helper(1, a=2)); t(lambda: Base()); t(lambda: A.add(1, d=2)); t(lambda: len(5)); t(lambda: 5()); t(lambda: 5[0]); t(lambda: {1} + {2}); t(lambda: "a" < 1); t(lambda: "".join([1])); t(lambda: unpack3([1, 2])); t(lambda: unpack3([1, 2, 3, 4])); t(lambda: unpack3(5)); t(lambda: -"a"); t(lambda: "a" * "b"); t(lambda: 1 in 5); t(lambda: f"{1:q}" if False else f"{'a':d}"); t(lambda: f"{1.5:d}"); t(lambda: "%d" % "x"); t(lambda: "%s" % (1, 2)); t(lambda: 1 | 2.0); t(lambda: [1, 2][1.0]); t(lambda: iter(5)); t(lambda: {[]: 1})
    return r
def unpack3(x): a, b, c = x; return a
def c_unbound():
    r = []
    def f(x):
        if x: y = 1
        return y
    r.append(f(1))
    try: f(0)
    except UnboundLocalError: r.append("ULE")
    try: f(0)
    except NameError: r.append("NE")
    return r
def c_try_flow():
    log = []
    for i in range(4):
        try:
            if i == 1: continue
            if i == 2: raise ValueError(i)
            if i == 3: break
        except ValueError as e: log.append(("caught", e.args))
        else: log.append(("else", i))
        finally: log.append(("fin", i))
    return log
def c_nested_fn():
    fs = []
    for i in range(3):
        def f(x, i=i, *, k=10): return x + i + k
        fs.append(f)
    late = [lambda: i for i in range(3)]
    return [[f(1) for f in fs], fs[0](1, 2, k=3), [g() for g in late]]
def c_nonlocal2():
    def counter():
        n = 0
        def inc(by=1):
            nonlocal n
            n += by
            return n
        def get(): return n
        return inc, get
    inc, get = counter(); inc(); inc(by=5); return get()
def c_walrus():
    r = []
    while (n := len(r)) < 3: r.append(n)
    ys = [y := f2(x) for x in range(3)]
    return [r, ys, y, [last := z for z in [1, 2]], last, any((w := v) > 1 for v in [1, 2, 3]), w]
def f2(x): return x * 2
def c_star():
    a, *b = "hello"; *c, d = range(4); (e, *f), g = [[1, 2, 3], 4]; [h, i] = 1, 2
    for q, (r, *s) in [(1, (2, 3, 4))]: pass
    return [a, b, c, d, e, f, g, h, i, q, r, s]
def c_chain(): x = 5; return [1 < x <= 5 < 6, 1 < x > 7, 1 == 1.0 == True, None is None is None, 1 in [1] in [[1]]]
def c_cond(): return [(1 and 0 or 2), (None or [] or 0), ("" and x9()), (1 if [] else 2), not (1 and 2)]
def x9(): raise ValueError
def c_iterators(): it = iter([1, 2, 3]); z = zip(it, it); e = enumerate("ab", start=5); return [list(z), list(e), next(iter({"a": 1})), list(map(lambda a, b: a + b, [1, 2], [3, 4, 5])), list(filter(None, [0, 1, "", "a"])), [*range(3)], list(range(10, 0, -3)), range(10)[-1], range(10)[2:5], 5 in range(0, 10, 5), len(range(0, 10, 3)), sum(range(5)), list(zip()), list(zip("ab", [1, 2], (3.0, 4.0))), min("b", "a"), max([1, 3], key=lambda v: -v), max({"a": 3, "b": 1}), sorted({"b": 1, "a": 2}.items(), key=lambda kv: kv[1]), list(reversed([1, 2])), list(reversed("ab")), next(iter([]), "dflt"), all([]), any(x > 1 for x in [1, 2])]
def c_sets(): a = {3, 1, 2}; b = frozenset([2, 3]); return [a & b == {2, 3}, sorted(a | {9}), sorted(a - b), sorted(a ^ {1, 7}), b <= a, a > b, a.isdisjoint({8}), len(a), {1} == frozenset([1]), a.issuperset([1]), sorted({x % 2 for x in range(5)}), {(1, 2), (1, 2)}, frozenset([1]) in {frozenset([1])}]
def c_types(): return [type(1), type(1.0), type(True), type("a"), type([]), type(()), type({}), type(set()), type(None).__name__, type(P(1)).__name__, isinstance(1, (int, str)), isinstance(True, int), isinstance(1.0, int), isinstance(P, type), issubclass(B, A), issubclass(bool, int), int is int, type(1) is int, type(1.0) == float, P(1).__class__ is P, isinstance(None, type(None)), callable(len), int("5") + int(2.9), list("ab"), tuple([1]), str(1.50), bool("False"), type(ValueError("a")).__name__]
def c_attr_ops(): b = Base(1); b.v += 2; b.z = [1]; b.z[0] += 5; b.z.append(2); del b.v; return [b.__dict__, hasattr(b, "v"), vars(b)]
def c_math2(): return [math.floor(-2.5), math.ceil(2.1), math.sqrt(2), math.pi, math.log(8, 2), math.log10(1000), math.exp(1), math.hypot(3, 4), math.gcd(12, 18), math.factorial(20), math.factorial(25), math.isclose(0.1 + 0.2, 0.3), math.inf, -math.inf, math.fsum([0.1] * 10), math.copysign(1, -0.0), math.trunc(-3.7), math.prod([2, 3.0]), math.degrees(math.pi), math.fmod(-7, 3), math.atan2(1, 1), math.log2(8), math.sin(0.0), math.tanh(1)]
def c_print_sep(): print("x", 1.0, [2], sep="-", end="!\n"); return None
def c_slice_obj(): s = slice(1, None, 2); return ["abcdef"[s], [0, 1, 2, 3][s], (0, 1, 2, 3)[s], s.start, s.stop]
def c_kwargs_all():
    def f(a, /, b, *args, c=3, **kw): return [a, b, args, c, kw]
    return [f(1, 2), f(1, b=2, c=5, d=6), f(1, 2, 3, 4, a=9), f(*[1, 2], **{"c": 7, "z": 8})]
def c_locals_shadow(): list = [1]; str = "s"; max = 3; return [list, str, max]
def c_reserved(): new = 1; var = {"function": 2}; class_ = 3; this = [4]; delete = lambda default: default + 1; return [new, var, class_, this, delete(default=5), undefined_name()]
def undefined_name(): typeof = "t"; null = None; return [typeof, null]
def c_objattr(): p = Base(1); p.constructor = 5; p.toString = 6; p.hasOwnProperty = 7; p.call = 8; p.apply = 9; return [p.constructor, p.toString, p.hasOwnProperty, p.call, p.apply, hasattr(Base(2), "constructor"), hasattr(Base(2), "call"), hasattr(Base(2), "valueOf"), sorted(vars(p))]
def c_dict_special(): d = {"constructor": 1, "__proto__": 2, "toString": 3, "10": 4, "a": 5, "1": 6}; return [d, "valueOf" in d, d.get("hasOwnProperty"), list(d)]
def c_aug(): a = [1, 2]; b = a; b += [3]; x = 5; x -= 2.0; x **= 2; s = "a"; s += "b"; s *= 2; t = (1,); t += (2,); d = {"k": 1}; d["k"] += 1; d["k"] //= 1; m = [[1]]; m[0][0] <<= 3; return [a, x, s, t, d, m]
def c_iter_class():
    class It:
        def __init__(self, n): self.n = n
        def __iter__(self): self.i = 0; return self
        def __next__(self):
            if self.i >= self.n: raise StopIteration
            self.i += 1
            return self.i
        def __len__(self): return self.n
        def __getitem__(self, k): return k if isinstance(k, slice) else self.n * k
        def __contains__(self, v): return v == "magic"
        def __reversed__(self): return iter([9, 8])
    it = It(3)
    return [list(it), sum(it), [x for x in it], len(it), it[2], it[1:2], "magic" in it, 1 in it, list(reversed(it)), bool(It(0)), [*it], dict(zip(it, "abc")), max(it), list(enumerate(it))]
def c_seq_old():
    class Seq:
        def __getitem__(self, i):
            if i > 2: raise IndexError(i)
            return i * i
    return [list(Seq()), 4 in Seq(), [x for x in Seq()]]
def c_cls_attrs():
    class K:
        a = 1
        b = a + 1
        c = [x for x in range(a)]
        def f(self): return self.b
        g = f
        h = lambda self, x: self.a + x
        class In: v = 5
        for i in range(3): pass
    k = K(); K.a = 10
    return [k.a, K.b, k.c, k.g(), k.h(1), K.In().v, K.i, K.__name__]
def c_eq_chain():
    class V:
        def __init__(self, v): self.v = v
        def __eq__(self, o): return NotImplemented if not isinstance(o, V) else self.v == o.v
        def __add__(self, o): return NotImplemented if isinstance(o, str) else V(self.v + (o.v if isinstance(o, V) else o))
        def __radd__(self, o): return V(100 + self.v)
        def __repr__(self): return f"V{self.v}"
        def __format__(self, spec): return f"<{spec}>"
        def __int__(self): return 42
        def __float__(self): return 4.5
        def __index__(self): return 1
        def __round__(self, n=None): return ("r", n)
        def __abs__(self): return "abs"
    r = [V(1) == V(1), V(1) == 5, V(1) != V(2), V(1) + 2, 1 + V(2), sum([V(1), V(2)]), f"{V(1):abc}", int(V(1)), float(V(1)), [5, 6][V(1)], round(V(1)), round(V(1), 2), abs(V(1))]
    try: V(1) + "s"
    except TypeError as e: r.append(str(e))
    return r

def c_special_methods_of_builtin_values():
    row, table = [0.25, 3.5, 1.0], {"a": 1}
    best = max(range(len(row)), key=row.__getitem__)
    table.__setitem__("b", 2)
    kinds = [[1], (1,), "a", {1}, {1: 2}, range(2), 1, 2.5, None]
    names = ("__len__", "__iter__", "__getitem__", "__setitem__", "__add__", "__contains__", "__float__")
    found = [[hasattr(kind, name) for name in names] for kind in kinds]
    sizes = list(map(str.__len__, ["ab", "c"]))
    return [best, table, found, sizes, list(map((2).__add__, [1, 2])), (7).__floordiv__(2), "abc".__contains__("b"), [1, 2].__eq__([1, 2]), list(filter({1, 3}.__contains__, range(5)))]
