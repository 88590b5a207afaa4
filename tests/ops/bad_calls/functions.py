"""Control flow, and functions from functions: calls that must fail, each with the kind and the text of its error.

In the subset.
"""

from pybrowserml import ops, transforms

from .given import given


def control_flow():
    a, _b, v, _i, _im, _n = given()
    return [
        [lambda: ops.scan(lambda c, x: c, 1.0, v), "ArgumentError: scan: f must return [carry, y]"],
        [lambda: ops.scan(lambda c, x: [c, x], 1.0), "ArgumentError: scan: needs xs or length"],
        [
            lambda: ops.scan(lambda c, x: [v, x], 1.0, v),
            (
                "ShapeError: scan: the carry must keep shape and dtype; leaf 0 is float32 of shape "
                "() at first, but the function returns float32 of shape (5)"
            ),
        ],
        [lambda: ops.scan(1.0, 1.0, v), "ArgumentError: scan: f must be a function"],
        [
            lambda: ops.map(lambda x: x, 1.0),
            "ShapeError: map: xs must have a first axis to walk along, got a scalar",
        ],
        [
            lambda: ops.fori_loop(0, 3, lambda k, x: v, 1.0),
            (
                "ShapeError: fori_loop: the carry must keep shape and dtype; leaf 0 is float32 of "
                "shape () at first, but the function returns float32 of shape (5)"
            ),
        ],
        [
            lambda: ops.while_loop(lambda x: v, lambda x: x, [1.0]),
            "ArgumentError: while_loop: body must return a list of 1 variables",
        ],
        [
            lambda: ops.cond(v, lambda: a, lambda: a),
            "ShapeError: cond: pred must be a single number, got shape (5)",
        ],
        [
            lambda: ops.vectorized_map(lambda x: x, 1.0),
            ("ShapeError: vectorized_map: elements must have a first axis to walk along, got a scalar"),
        ],
    ]


def transformations():
    a, _b, v, i, _im, _n = given()
    return [
        [
            lambda: transforms.grad(lambda x: x)(v),
            "ShapeError: grad: the function must return a single number, got shape (5)",
        ],
        [
            lambda: transforms.grad(lambda x: ops.sum(x), 1)(v),
            "ArgumentError: grad: there is no argument 1; the function got 1",
        ],
        [
            lambda: transforms.grad(lambda x: ops.sum(x))(i),
            "DtypeError: grad: argument 0 must be a float, got int32",
        ],
        [
            lambda: transforms.grad(lambda x: [x, x])(1.0),
            "ArgumentError: grad: the function must return a single number, got a structure",
        ],
        [lambda: transforms.grad(2.0), "ArgumentError: grad: the first argument must be a function"],
        [
            lambda: transforms.value_and_grad(lambda x: ops.sum(x), 0, True)(v),
            "ArgumentError: value_and_grad: with has_aux the function must return [value, aux]",
        ],
        [
            lambda: transforms.vmap(lambda x, y: x)(a, v),
            (
                "ShapeError: vmap: the mapped axes differ in size: argument 0 of shape (3, 4) along "
                "0, argument 1 of shape (5) along 0"
            ),
        ],
        [
            lambda: transforms.vmap(lambda x: x, 2)(a),
            "ShapeError: vmap: in_axes of argument 0 is 2, out of range for shape (3, 4)",
        ],
        [lambda: transforms.vmap(lambda x: x, None)(a), "ArgumentError: vmap: in_axes maps no argument"],
        [
            lambda: transforms.vmap(lambda x: x, 0, 2)(a),
            "ShapeError: vmap: out_axes is 2, out of range for shape (4)",
        ],
        [
            lambda: transforms.jvp(lambda x: x, [v], [a]),
            "ShapeError: jvp: a tangent of float32 (5) was expected, got float32 (3, 4)",
        ],
        [
            lambda: transforms.jvp(lambda x: x, v, [v]),
            "ArgumentError: jvp: primals must be a list with one entry an argument",
        ],
        [
            lambda: transforms.jacobian(lambda x: x, 0, "both"),
            "ArgumentError: jacobian: mode must be 'forward' or 'reverse', got 'both'",
        ],
        [
            lambda: transforms.custom_gradient(lambda x: x)(v),
            "ArgumentError: custom_gradient: the function must return [value, gradient function]",
        ],
    ]
