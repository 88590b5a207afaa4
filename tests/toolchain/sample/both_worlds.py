"""Small programs in the subset; each result must be the same in CPython and, transpiled, in JavaScript."""

import math


class Base:
    kind = "base"

    def __init__(self, value, step=1):
        self.value = value
        self.step = step
        self.default = None

    def who(self, suffix="."):
        return self.kind + str(self.value) + suffix

    @property
    def double(self):
        return self.value * 2

    @double.setter
    def double(self, value):
        self.value = value // 2

    @staticmethod
    def plus(a, b):
        return a + b

    @classmethod
    def made(cls, value):
        return cls(value)

    def delete(self, default):
        return default + self.step

    def __repr__(self):
        return "Base!"


class Derived(Base):
    kind = "derived"

    def __init__(self, value):
        super().__init__(value, 5)
        self.name = "a name"
        self.length = 3

    def who(self, suffix="!"):
        return "[" + super().who(suffix) + "]"

    def methods(self):
        bound = self.who
        return [bound(), bound("?")]

    def append(self, item):
        return "own append " + item

    def get(self, key):
        return "own get " + key


class Failure(ValueError):
    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


def classes():
    d = Derived(4)
    d.double = 20
    b = Base.made(7)
    return [
        d.who(),
        d.methods(),
        d.value,
        d.step,
        d.name,
        d.length,
        d.double,
        d.append("x"),
        d.get("k"),
        b.who(),
        Base.plus(1, 2),
        d.plus(3, 4),
        isinstance(d, Base),
        isinstance(b, Derived),
        d.delete(2),
        str(b),
        b.default,
    ]


def lists():
    xs = [3, 1]
    xs.append(2)
    xs.extend([5, 4])
    xs.insert(0, 9)
    xs.remove(5)
    popped = xs.pop()
    first = xs.pop(0)
    ys = xs.copy()
    ys.sort()
    return [
        xs,
        popped,
        first,
        ys,
        xs.index(1),
        len(xs),
        xs[1:],
        ys[:1],
        sorted(xs, key=lambda x: -x),
        3 in xs,
        8 not in xs,
    ]


def slices():
    xs = [0, 1, 2, 3, 4]
    return [xs[1:3], xs[:-1], xs[-2:], xs[3:1], xs[10:], "hello"[1:3], "hello"[:2], "hello"[-3:]]


def dicts():
    d = {"a": 1, "constructor": 2}
    d["toString"] = 3
    d.update({"b": 4})
    removed = d.pop("a")
    missing = d.get("valueOf")
    d.setdefault("c", 5)
    del d["b"]
    pairs = [[k, v] for k, v in d.items()]
    doubled = {k: v * 2 for k, v in d.items() if v > 2}
    return [
        removed,
        missing,
        pairs,
        sorted(doubled.keys()),
        list(doubled.values()),
        len(d),
        "hasOwnProperty" in d,
        "c" in d,
    ]


def sets():
    s = {1, 2}
    s.add(2)
    s.add(3)
    s.discard(1)
    return [sorted(list(s)), len(s), 3 in s, 1 in s]


def texts():
    t = "  to be or not  "
    return [
        t.strip(),
        t.strip().split(" "),
        t.split(),
        ",".join(["a", "b"]),
        t.upper().strip(),
        "abc".find("c"),
        "a-a".replace("a", "b"),
        "abc".startswith("ab"),
        "abc".endswith("bc"),
        "a.b.c".rsplit(".", 1),
        "12".isdigit(),
        f"{1}-{'x'}",
        "a{b}",
        'tab\t"q" \' \\ \u00e9',
        "ell" in "hello",
        [c for c in "abc"],
        "B" < "a",
        str(None),
        str(True),
        str([1, "a"]),
        str({"a": 1}),
    ]


def loops():
    found = []
    for i in range(5, 0, -2):
        found.append(i)
    for i, x in enumerate(["a", "b"]):
        found.append([i, x])
    for a, b in zip([1, 2], [3, 4]):
        found.append(a * b)
    n = 0
    while True:
        n += 1
        if n > 3:
            break
    for x in [1, 2]:
        if x == 5:
            break
    else:
        found.append("else")
    return [
        found,
        n,
        [i * j for i in range(2) for j in range(3) if j > 0],
        [[0 for _ in range(2)] for _ in range(2)],
    ]


def errors():
    log = []
    try:
        try:
            raise Failure("bad", 42)
        finally:
            log.append("finally")
    except ValueError as failure:
        log.append(str(failure))
        log.append(failure.code)
    try:
        try:
            raise ValueError("again")
        except ValueError:
            raise
    except Exception as failure:
        log.append(str(failure))
    return log


def numbers():
    return [
        7 // 2,
        -7 // 2,
        7 % 3,
        -7 % 3,
        7 % -3,
        2**10,
        7 / 2,
        abs(-3),
        min(3, 1, 2),
        max([1, 5]),
        sum([1, 2]),
        round(2.5),
        round(3.5),
        round(-1.5),
        int(3.7),
        int(-3.7),
        int("42"),
        float("1.5"),
        divmod(-7, 2)[1],
        5 & 3,
        5 | 3,
        5 ^ 3,
        1 << 4,
        -(-3),
        1 - -1,
        math.floor(2.7),
        math.sqrt(16),
        math.trunc(-2.5),
        (1 + 2) * 3,
        not (1 < 2 < 3),
        3 if 1 > 2 else 4,
    ]


def unpacking():
    a, (b, c) = 1, [2, 3]
    a, b = b, a
    xs = [1, 2]
    xs[0], xs[1] = xs[1], xs[0]
    return [a, b, c, xs, max(*[1, 2, 3])]


def counter(step):
    total = 0

    def add(n):
        nonlocal total
        total += n * step
        return total

    return add


def closures():
    add = counter(2)
    add(1)
    return [add(2), rest(1, 2, 3), optional(1), optional(1, None), optional(1, 0)]


def rest(first, *others):
    return [first, others[0], len(others)]


def optional(a, b=5):
    return [a, b]


def stepped(n):
    received = yield n
    more = yield from inner(received)
    return [received, more, (yield 0)]


def inner(x):
    y = yield x + 1
    return y * 2


def generators():
    generator = stepped(1)
    seen = [next(generator)]
    return [
        seen,
        [x for x in evens(6)],
        any([False, True]),
        all([1, 2]),
        list(map(lambda x: x + 1, [1, 2])),
        list(filter(lambda x: x > 1, [1, 2])),
    ]


def evens(n):
    for i in range(0, n, 2):
        yield i


def nothing():
    x = None
    d = {}
    return [x is None, d.get("q") is None, silent() is None, bool([]), bool("a"), bool({}), bool(0)]


def silent():
    pass


PROGRAMS = {
    "classes": classes,
    "closures": closures,
    "dicts": dicts,
    "errors": errors,
    "generators": generators,
    "lists": lists,
    "loops": loops,
    "nothing": nothing,
    "numbers": numbers,
    "sets": sets,
    "slices": slices,
    "texts": texts,
    "unpacking": unpacking,
}
