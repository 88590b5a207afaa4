"""Dimensions: integers, or `Dim`s, canonical expressions over named sizes such as "batch".

A `Dim` is a polynomial with integer coefficients over atoms; an atom is a size name or a floor division, maximum or
minimum that does not simplify. Equal expressions have equal `key`s, so rules can compare them. In JSON a symbolic
dimension is `{"dim": expr}`; expr is a name or `[op, a, b]` with op one of + * // max min.
"""

from typing import Any

from ..platform.errors import error
from ..platform.text import from_json, to_json


class Dim:
    """A symbolic dimension. terms: list of [coefficient, [atom, ...]]; an atom is the JSON text of its expression."""

    def __init__(self, terms):
        self.terms = terms
        self.key = to_json(terms)

    def __repr__(self):
        return format_dim(self)

    def __eq__(self, other):
        return isinstance(other, Dim) and self.key == other.key

    def __hash__(self):
        return hash(self.key)


def is_symbolic(dim):
    return isinstance(dim, Dim)


def size_named(size_name):
    """The dimension of a named size."""
    return Dim([[1, [to_json(size_name)]]])


def _terms_of(dim):
    if is_symbolic(dim):
        return dim.terms
    return [] if dim == 0 else [[dim, []]]


def _collect(terms):
    """Add terms with equal atoms, drop zeros, sort; an integer when nothing symbolic is left."""
    texts = []
    sums = []
    atoms = []
    for term in terms:
        text = to_json(term[1])
        place = -1
        for i in range(len(texts)):
            if texts[i] == text:
                place = i
        if place < 0:
            texts.append(text)
            sums.append(term[0])
            atoms.append(term[1])
        else:
            sums[place] = sums[place] + term[0]
    order = sorted(texts)
    kept = []
    for text in order:
        for i in range(len(texts)):
            if texts[i] == text and sums[i] != 0:
                kept.append([sums[i], atoms[i]])
    if len(kept) == 0:
        return 0
    if len(kept) == 1 and len(kept[0][1]) == 0:
        return kept[0][0]
    return Dim(kept)


def dim_add(a, b) -> Any:
    if not is_symbolic(a) and not is_symbolic(b):
        return a + b
    terms = []
    terms.extend(_terms_of(a))
    terms.extend(_terms_of(b))
    return _collect(terms)


def dim_mul(a, b) -> Any:
    if not is_symbolic(a) and not is_symbolic(b):
        return a * b
    terms = []
    for left in _terms_of(a):
        for right in _terms_of(b):
            atoms = []
            atoms.extend(left[1])
            atoms.extend(right[1])
            terms.append([left[0] * right[0], sorted(atoms)])
    return _collect(terms)


def dim_sub(a, b) -> Any:
    return dim_add(a, dim_mul(b, -1))


def dim_floordiv(a, b) -> Any:
    """floor(a / b) for b >= 1, exact where every term divides, or every one but the number among them."""
    if not is_symbolic(a) and not is_symbolic(b):
        return a // b
    exact = _divide_exactly(a, b)
    if exact is not None:
        return exact
    if not is_symbolic(b):
        number = 0
        for term in _terms_of(a):
            if len(term[1]) == 0:
                number = term[0]
        whole = _divide_exactly(dim_sub(a, number), b)
        if whole is not None:
            return dim_add(whole, number // b)
    return _atom("//", a, b)


def dim_max(a, b) -> Any:
    if not is_symbolic(a) and not is_symbolic(b):
        return a if a > b else b
    if dims_equal(a, b):
        return a
    if _is_bare_size(a) and not is_symbolic(b) and b <= 2:
        return a
    if _is_bare_size(b) and not is_symbolic(a) and a <= 2:
        return b
    if not is_symbolic(b) and _reaches(a, b):
        return a
    if not is_symbolic(a) and _reaches(b, a):
        return b
    return _atom("max", a, b)


def dim_min(a, b) -> Any:
    if not is_symbolic(a) and not is_symbolic(b):
        return a if a < b else b
    if dims_equal(a, b):
        return a
    return _atom("min", a, b)


def dims_equal(a, b):
    """True when both are the same integer or the same expression."""
    if a is b:
        return True
    if is_symbolic(a) or is_symbolic(b):
        return is_symbolic(a) and is_symbolic(b) and a.key == b.key
    return a == b


def may_be_equal(a, b):
    """True when some sizes make two dimensions equal: a number and a multiple of sizes that divides it, say."""
    if dims_equal(a, b):
        return True
    if is_symbolic(a) == is_symbolic(b):
        return False
    number = b if is_symbolic(a) else a
    terms = a.terms if is_symbolic(a) else b.terms
    return len(terms) == 1 and number > 0 and terms[0][0] > 0 and number % terms[0][0] == 0


def _is_bare_size(dim):
    """True for a named size, which counts as at least 2; a minimum or a quotient of sizes may be less."""
    if not is_symbolic(dim) or len(dim.terms) != 1 or dim.terms[0][0] != 1 or len(dim.terms[0][1]) != 1:
        return False
    return not dim.terms[0][1][0].startswith("[")


def _reaches(dim, number):
    """Whether a sum of products of named sizes is at least a number whatever the sizes are, 0 among them."""
    least = 0
    for term in dim.terms:
        if term[0] < 0:
            return False
        if len(term[1]) == 0:
            least = term[0]
        for atom in term[1]:
            if atom.startswith("["):
                return False
    return least >= number


def _atom(op, a, b):
    return Dim([[1, [to_json([op, dim_expr(a), dim_expr(b)])]]])


def _divide_exactly(a, b):
    """a / b when b is an integer or one term and divides every term of a, else None."""
    divisor = _terms_of(b)
    if len(divisor) != 1:
        return 1 if dims_equal(a, b) else None
    terms = []
    for term in _terms_of(a):
        if term[0] % divisor[0][0] != 0:
            return None
        left = []
        left.extend(term[1])
        for atom in divisor[0][1]:
            place = -1
            for i in range(len(left)):
                if left[i] == atom:
                    place = i
            if place < 0:
                return None
            left.pop(place)
        terms.append([term[0] // divisor[0][0], left])
    return _collect(terms)


def dim_expr(dim):
    """The JSON expression of a dimension: an integer, a name or [op, a, b]."""
    if not is_symbolic(dim):
        return dim
    total = None
    for term in dim.terms:
        product = None
        if term[0] != 1 or len(term[1]) == 0:
            product = term[0]
        for atom in term[1]:
            factor = from_json(atom)
            product = factor if product is None else ["*", product, factor]
        total = product if total is None else ["+", total, product]
    return total


def encode_dim(dim):
    """A dimension as it stands in a plan: an integer or {"dim": expr}."""
    return {"dim": dim_expr(dim)} if is_symbolic(dim) else dim


def evaluate(expr, sizes):
    """The integer that an expression stands for. sizes: dict of name → integer."""
    if isinstance(expr, str):
        if expr not in sizes:
            raise error("ArgumentError", "no value is given for the size '" + expr + "'")
        return sizes[expr]
    if not isinstance(expr, list):
        return expr
    a = evaluate(expr[1], sizes)
    b = evaluate(expr[2], sizes)
    if expr[0] == "+":
        return a + b
    if expr[0] == "*":
        return a * b
    if expr[0] == "//":
        return a // b
    if expr[0] == "max":
        return a if a > b else b
    if expr[0] == "min":
        return a if a < b else b
    raise error("FormatError", "unknown operation in a dimension: " + str(expr[0]))


def dim_value(dim, sizes):
    """The integer value of a dimension for given sizes."""
    return evaluate(dim_expr(dim), sizes)


def sizes_of(dim):
    """The names of the sizes that a dimension depends on."""
    found = []
    if is_symbolic(dim):
        _names_in(dim_expr(dim), found)
    return found


def _names_in(expr, found):
    if isinstance(expr, str):
        if expr not in found:
            found.append(expr)
    elif isinstance(expr, list):
        _names_in(expr[1], found)
        _names_in(expr[2], found)


def format_dim(dim):
    """Text for messages: 32, batch, 2*batch+1."""
    return _format_expr(dim_expr(dim))


def _format_expr(expr):
    if isinstance(expr, str):
        return expr
    if not isinstance(expr, list):
        return str(expr)
    a = _format_expr(expr[1])
    b = _format_expr(expr[2])
    if expr[0] == "max" or expr[0] == "min":
        return expr[0] + "(" + a + ", " + b + ")"
    if expr[0] == "+":
        return a + " + " + b
    return "(" + a + ")" + expr[0] + "(" + b + ")" if expr[0] == "//" else a + "*" + b
