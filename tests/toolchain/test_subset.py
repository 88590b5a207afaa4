"""Each rule of the subset linter rejects what it is for and accepts what it asks for instead."""

import pytest

from pybrowserml.tools.subset import RULES, check_source

# rule, a source that breaks it, a source that does the same in the subset
EXAMPLES = [
    ("list-repeat", "zeros = [0] * n", "zeros = filled(n, 0)"),
    ("list-repeat", "line = '-' * 10", "line = repeated('-', 10)"),
    ("list-add", "def f(a):\n    xs = [1]\n    return xs + a", "def f(a):\n    return concat([1], a)"),
    ("list-add", "def f(xs):\n    xs += [1]", "def f(xs):\n    xs.append(1)"),
    ("negative-index", "last = xs[-1]", "last = xs[len(xs) - 1]"),
    ("negative-index", "xs[-2] = 0", "xs[len(xs) - 2] = 0"),
    ("container-compare", "same = shape == [1, 2]", "same = same_shape(shape, [1, 2])"),
    ("container-compare", "def f(x):\n    d = {}\n    return d != x", "def f(x):\n    return len(x) > 0"),
    ("container-in", "known = (1, 2) in pairs", "known = has_pair(pairs, 1, 2)"),
    ("mixed-compare", "b = 1 == '1'", "b = 1 == 2"),
    ("truth-of-container", "def f():\n    xs = []\n    if xs:\n        g()", "if len(xs) > 0:\n    g()"),
    ("truth-of-container", "def f(xs: list[int]):\n    return not xs", "def f(xs):\n    return len(xs) == 0"),
    ("truth-of-container", "ys = xs or []", "ys = [] if xs is None else xs"),
    ("truth-of-container", "b = bool([])", "b = bool(1)"),
    ("iterate-dict", "def f(d: dict):\n    for k in d:\n        g(k)", "for k in d.keys():\n    g(k)"),
    ("iterate-dict", "d = {'a': 1}\nks = list(d)", "d = {'a': 1}\nks = list(d.keys())"),
    ("iterate-dict", "d = {'a': 1}\nks = [k for k in d]", "d = {'a': 1}\nks = [k for k in d.keys()]"),
    ("dict-key", "d = {1: 'a'}", "d = {'1': 'a'}"),
    ("dict-key", "d = {}\nd[(1, 2)] = 3", "d = {}\nd['1,2'] = 3"),
    ("prototype-key", "d = {'constructor': 1}", "d = {'maker': 1}"),
    ("dict-merge", "def f(a):\n    d = {}\n    return d | a", "def f(a, d):\n    d.update(a)"),
    ("dict-merge", "both = {1} & seen", "both = common(seen)"),
    ("dict-unpack", "d = {**a, 'b': 1}", "d = a.copy()\nd['b'] = 1"),
    ("set-of-containers", "s = {(1, 2)}", "s = {'1,2'}"),
    ("generator-argument", "m = max(x for x in xs)", "m = max([x for x in xs])"),
    ("star-unpack", "a, *b = xs", "a = xs[0]\nb = xs[1:]"),
    ("star-unpack", "ys = [*xs, 1]", "ys = xs.copy()\nys.append(1)"),
    ("del-item", "del xs[0]", "xs.pop(0)"),
    ("del-item", "del xs[1:3]", "xs = without(xs, 1, 3)"),
    ("slice-assign", "xs[1:2] = ys", "xs = replaced(xs, ys)"),
    ("slice-step", "ys = xs[::2]", "ys = xs[1:]"),
    ("missing-key-is-none", "d = {}\nb = d['a'] is None", "d = {}\nb = d.get('a') is None"),
    ("sort-key", "ys = sorted(xs, key=lambda x: (x.a, x.b))", "ys = sorted(xs, key=lambda x: x.a)"),
    ("sort-reverse", "ys = sorted(xs, key=size, reverse=True)", "ys = sorted(xs, reverse=True)"),
    (
        "yield-in-comprehension",
        "def f(xs):\n    return [(yield x) for x in xs]",
        "def f(x):\n    y = yield x",
    ),
    ("format-spec", "s = f'{x:.2f}'", "s = f'{fmt(x, 2)}'"),
    ("format-spec", "s = f'{x!r}'", "s = f'{x}'"),
    ("format-call", "s = '{} {}'.format(a, b)", "s = f'{a} {b}'"),
    ("percent-format", "s = '%d items' % n", "s = f'{n} items'"),
    ("text-of-float", "s = str(1.0)", "s = show(x)"),
    ("text-of-float", "s = str(a / b)", "s = fmt(a / b, 3)"),
    ("text-of-container", "xs = [1]\ns = str(xs)", "s = ', '.join(names)"),
    ("number-type", "b = isinstance(x, int)", "b = is_whole(x)"),
    ("number-type", "b = isinstance(x, (float, str))", "b = isinstance(x, str)"),
    ("number-type", "b = type(x) == float", "b = is_number(x)"),
    ("int32", "y = x & 0xFFFFFFFF", "y = to_uint32(x)"),
    ("int32", "y = 1 << 33", "y = 1 << 3"),
    ("invert", "y = ~x", "y = bit_xor(x, 255)"),
    ("big-integer", "k = 9007199254740993", "k = 9007199254740991"),
    ("int-of-large", "k = int(3e9)", "k = to_int(3e9)"),
    ("int-base", "k = int('ff', 16)", "k = int('12')"),
    ("zero-division", "y = x / 0", "y = x / n"),
    ("sum-start", "y = sum(xs, 1)", "y = 1 + sum(xs)"),
    ("round-digits", "y = round(x, 2)", "y = round(x)"),
    ("strip-letters", "s = text.strip('-')", "s = text.strip()"),
    ("missing-text-method", "s = name.zfill(3)", "s = padded(name, 3)"),
    ("missing-text-method", "n = 'banana'.count('an')", "n = self.programs.count()"),
    ("missing-math", "import math\ny = math.erf(x)", "import math\ny = math.exp(x)"),
    ("missing-math", "from math import isinf", "from math import exp"),
    ("bytes-literal", "b = b'ab'", "b = utf8_encode('ab')"),
    (
        "index-missing",
        "try:\n    i = xs.index(x)\nexcept ValueError:\n    i = 0",
        "i = xs.index(x) if x in xs else 0",
    ),
    ("keyword-call", "y = conv(x, k, strides=2)", "y = conv(x, k, 2)"),
    ("keyword-call", "y = conv(x, **options)", "ys = sorted(xs, key=size)"),
    ("keyword-arguments", "def f(a, *, b):\n    return b", "def f(a, b):\n    return b"),
    ("keyword-arguments", "def f(**options):\n    return options", "def f(options):\n    return options"),
    ("default-value", "def f(xs=[]):\n    return xs", "def f(xs=None):\n    return xs"),
    ("default-value", "def f(n=count()):\n    return n", "def f(n=-1):\n    return n"),
    ("lambda-default", "g = lambda x=1: x", "g = lambda x: x"),
    ("getattr-default", "y = getattr(x, 'a', None)", "y = x.a if hasattr(x, 'a') else None"),
    ("object-dict", "d = x.__dict__", "d = x.config"),
    ("operator-call", "y = a.__add__(b)", "y = add(a, b)"),
    ("multiple-inheritance", "class A(B, C):\n    pass", "class A(B):\n    pass"),
    ("class-decorator", "@dataclass\nclass A:\n    x: int", "class A:\n    x: int"),
    (
        "class-attribute",
        "class A:\n    count = 0\nA.count = 1",
        "class A:\n    def __init__(self):\n        self.count = 1",
    ),
    ("reserved-name", "undefined = 1", "fallback = 1"),
    ("reserved-name", "def f(arguments):\n    return arguments", "def f(values):\n    return values"),
    ("function-property", "class A:\n    length = 1", "class A:\n    size = 1"),
    (
        "aliased-method",
        "class A:\n    def items(self):\n        return 1",
        "class A:\n    def all_items(self):\n        return 1",
    ),
    ("pragma", "__pragma__('js', '{}', 'let x;')", "x = now()"),
    ("missing-builtin", "s = frozenset(xs)", "s = set(xs)"),
    ("missing-builtin", "k = id(x)", "def f(id):\n    return id"),
    ("missing-error", "def f():\n    raise OSError('x')", "def f():\n    raise error('FormatError', 'x')"),
    ("import", "import os", "import math"),
    ("import", "from json import dumps", "from ..platform.text import to_json"),
    ("import", "from .shapes import *", "from .shapes import broadcast"),
    (
        "with",
        "def f():\n    with lock():\n        g()",
        "def f():\n    try:\n        g()\n    finally:\n        h()",
    ),
    ("assert", "assert x > 0", "if x <= 0:\n    raise error('ShapeError', 'x')"),
    (
        "try-else",
        "try:\n    f()\nexcept ValueError:\n    g()\nelse:\n    h()",
        "try:\n    f()\nexcept ValueError:\n    g()\nh()",
    ),
    ("raise-class", "def f():\n    raise ValueError", "def f():\n    raise ValueError('x')"),
    (
        "error-args",
        "try:\n    f()\nexcept ValueError as e:\n    g(e.args[0])",
        "try:\n    f()\nexcept ValueError as e:\n    g(message_of(e))",
    ),
    (
        "unraised-error",
        "try:\n    y = d['a']\nexcept KeyError:\n    y = 0",
        "y = d['a'] if 'a' in d else 0",
    ),
    (
        "bare-return",
        "def f(x):\n    if x > 0:\n        return\n    return 1",
        "def f(x):\n    if x > 0:\n        return None\n    return 1",
    ),
    ("walrus", "y = (x := 1)", "x = 1\ny = x"),
    ("match", "match x:\n    case 1:\n        f()", "if x == 1:\n    f()"),
    ("async", "async def f():\n    return 1", "def f():\n    y = yield 1\n    return y"),
    ("chained-compare", "b = 1 < f() < 3", "y = f()\nb = 1 < y < 3"),
    ("augmented-twice", "xs[f()] //= 2", "i = f()\nxs[i] //= 2"),
    (
        "loop-capture",
        "for i in range(3):\n    fs.append(lambda: i)",
        "for i in range(3):\n    fs.append(maker(i))",
    ),
    (
        "loop-capture",
        "for x in xs:\n    def f():\n        return x\n    fs.append(f)",
        "for x in xs:\n    ys.append(sorted(x, key=lambda y: y - x))",
    ),
    ("loop-capture", "fs = [lambda: x for x in xs]", "fs = [maker(x) for x in xs]"),
    (
        "loop-variable-after",
        "def f(xs):\n    for x in xs:\n        g(x)\n    return x",
        "def f(xs):\n    y = None\n    for x in xs:\n        y = x\n    return y",
    ),
    (
        "loop-variable-changed",
        "for i in range(n):\n    i += 1",
        "for i in range(n):\n    j = i + 1",
    ),
    (
        "range-bound-changed",
        "for i in range(n):\n    n = n - 1",
        "m = n\nfor i in range(n):\n    m = m - 1",
    ),
]


def rules_in(source, path="pybrowserml/ops/example.py"):
    return {finding.rule for finding in check_source(source, path)}


@pytest.mark.parametrize(
    ("rule", "broken", "kept"), EXAMPLES, ids=[f"{row[0]}-{i}" for i, row in enumerate(EXAMPLES)]
)
def test_rule(rule, broken, kept):
    assert rule in rules_in(broken)
    assert rules_in(kept) == set()


def test_every_rule_has_an_example():
    assert set(RULES) - {row[0] for row in EXAMPLES} == {"kernel-loop"}


KERNEL = """
def kernel(out, a, n, m):
    for i in range(n):
        for j in range(m):
            out[i * m + j] = a[{}]
"""


def test_kernel_loops():
    assert rules_in(KERNEL.format("j // 2"), "pybrowserml/backends/cpu/gemm.py") == {"kernel-loop"}
    assert rules_in(KERNEL.format("j % 2"), "pybrowserml/backends/cpu/gemm.py") == {"kernel-loop"}
    assert rules_in(KERNEL.format("j + 2"), "pybrowserml/backends/cpu/gemm.py") == set()
    assert rules_in(KERNEL.format("j // 2"), "pybrowserml/ops/math.py") == set()


def test_pragma_is_for_platform():
    source = "__pragma__('js', '{}', 'export const x = 1;')"
    assert rules_in(source, "pybrowserml/platform/js/numbers.py") == set()


def test_report_names_place_reason_and_mend():
    finding = check_source("a = 1\ny = xs[-1]\n", "pybrowserml/ops/a.py")[0]
    assert str(finding) == (
        "pybrowserml/ops/a.py:2:4 negative-index a negative index is undefined in JavaScript; "
        "write instead: a[len(a) - 1]"
    )


def test_escape_needs_a_reason_and_a_use():
    assert rules_in("y = xs[-1]  # subset: ok negative-index a Map keyed by text") == set()
    assert rules_in("y = xs[-1]  # subset: ok negative-index") == {"negative-index", "escape"}
    assert rules_in("y = xs[0]  # subset: ok negative-index nothing here") == {"escape"}
    assert rules_in("y = xs[0]  # subset: ok no-such-rule reason") == {"escape"}


def test_what_leaves_no_javascript_is_free():
    assert (
        rules_in("class A:\n    def __eq__(self, other):\n        return [1] == other\n    x = 1\n") == set()
    )
    assert rules_in("def f(x: 'list[int] | None') -> dict[str, int]:\n    return x") == set()
    assert rules_in("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os") == set()


def test_syntax_error_is_a_finding():
    assert rules_in("def f(:\n") == {"syntax"}
