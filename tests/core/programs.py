"""Small programs of the subset that run in CPython and, transpiled, in Node.js: text in, text out."""

from pybrowserml.backends.active import register_engine, set_backend
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.backends.runner import COUNTERS, read_outputs
from pybrowserml.compiler import realise
from pybrowserml.compiler.explain import explain
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core import dims, rng, shapes
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dtypes import DTYPES, promote, promote_number
from pybrowserml.core.graph import constant, pop_label, push_label
from pybrowserml.core.host import HostArray, host_array, host_numbers
from pybrowserml.core.opset import (
    binary,
    bits,
    convolution,
    generators,
    matmul,
    movement,
    pooling,
    reduction,
    unary,
)
from pybrowserml.core.variables import state_variable
from pybrowserml.platform import maps, numbers, random, real
from pybrowserml.platform.buffers import bytes_of, element_bytes, from_numbers, to_numbers, view_bytes
from pybrowserml.platform.errors import attempt, error, kind_of, message_of
from pybrowserml.platform.numbers import has_fraction_type
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import (
    base64_decode,
    base64_encode,
    from_json,
    to_json,
    utf8_decode,
    utf8_encode,
)


def failure_of(function):
    """[result, None] or [None, [kind, message]]."""
    found = attempt(function)
    if found[1] is None:
        return [found[0], None]
    return [None, [kind_of(found[1]), message_of(found[1])]]


def show_numbers(text):
    return to_json([numbers.show(x) for x in from_json(text)])


def integers(text):
    """Wrapping arithmetic of pairs of int32."""
    rows = []
    for pair in from_json(text):
        a, b = pair[0], pair[1]
        rows.append(
            [
                numbers.imul(a, b),
                numbers.to_int32(a + b),
                numbers.to_uint32(a),
                numbers.rotate_left(a, 13),
                numbers.bit_xor(a, b),
                numbers.to_int(a / 3.0),
                numbers.is_whole(a / 2.0),
                numbers.fround(a / 7.0),
            ]
        )
    return to_json(rows)


def real_functions(text):
    """[function, argument or two] → shown results."""
    functions = {
        "exp": real.exp,
        "log": real.log,
        "log1p": real.log1p,
        "sqrt": real.sqrt,
        "tanh": real.tanh,
        "floor": real.floor,
        "trunc": real.trunc,
    }
    rows = []
    for entry in from_json(text):
        rows.append(numbers.show(functions[entry[0]](entry[1])))
    rows.append(numbers.show(real.divide(1.0, 0.0)))
    rows.append(numbers.show(real.power(1.0, real.NAN)))
    rows.append(numbers.show(real.remainder(-7.0, 3.0)))
    return to_json(rows)


def map_operations(text):
    """Operations on a map: put, drop, at, has."""
    made = maps.new_map()
    rows = []
    for entry in from_json(text):
        if entry[0] == "put":
            made.put(entry[1], entry[2])
        elif entry[0] == "drop":
            made.drop(entry[1])
        else:
            rows.append([made.has(entry[1]), made.at(entry[1])])
    rows.append([made.size(), made.all_keys(), made.all_values()])
    return to_json(rows)


def texts(text):
    rows = []
    for item in from_json(text):
        data = utf8_encode(item)
        coded = base64_encode(data)
        rows.append([len(data), coded, utf8_decode(base64_decode(coded))])
    return to_json(rows)


def dims_of_steps(steps):
    """Dimensions by a stack program: sizes, integers, and operations on the last two."""
    stack = []
    for step in steps:
        if step in ["add", "mul", "sub", "floordiv", "max", "min"]:
            b = stack.pop()
            a = stack.pop()
            if step == "add":
                stack.append(dims.dim_add(a, b))
            elif step == "mul":
                stack.append(dims.dim_mul(a, b))
            elif step == "sub":
                stack.append(dims.dim_sub(a, b))
            elif step == "floordiv":
                stack.append(dims.dim_floordiv(a, b))
            elif step == "max":
                stack.append(dims.dim_max(a, b))
            else:
                stack.append(dims.dim_min(a, b))
        elif numbers.is_string(step):
            stack.append(dims.size_named(step))
        else:
            stack.append(step)
    return stack[0]


def dimension(text):
    """[[steps, sizes], ...] → text, plan form and value of each dimension."""
    rows = []
    for entry in from_json(text):
        dim = dims_of_steps(entry[0])
        rows.append([dims.format_dim(dim), dims.encode_dim(dim), dims.dim_value(dim, entry[1])])
    return to_json(rows)


def shape_rules(text):
    """Rules of shapes with their errors."""
    given = from_json(text)
    rows = []
    for pair in given["broadcast"]:
        rows.append(failure_of(lambda_of(shapes.broadcast_shapes, pair[0], pair[1], "add")))
    for pair in given["reshape"]:
        rows.append(failure_of(lambda_of(shapes.reshaped, pair[0], pair[1], "reshape")))
    for pair in given["axes"]:
        rows.append(failure_of(lambda_of(shapes.normalize_axes, pair[0], pair[1], "sum")))
    return to_json(rows)


def lambda_of(function, a, b, c):
    return lambda: function(a, b, c)


def random_numbers(text):
    given = from_json(text)
    key = rng.fold_in_text(rng.fold_in(rng.key_of_seed(given["seed"]), given["call"]), given["path"])
    uniform = random.uniform_array(key[0], key[1], 3, 5, -0.5, 0.5)
    return to_json(
        [
            key,
            random.threefry_words(key[0], key[1], 7, 9),
            [numbers.fround(x) for x in host_numbers(host_array(uniform, "float32"))],
            rng.host_permutation(key, 2, 20),
        ]
    )


BATCH = dims.size_named("batch")


def dense_step(state):
    """A training step of a classifier: tanh, softmax cross entropy, momentum."""
    w, b, m = state[0], state[1], state[2]

    def body(inputs):
        x, y = inputs[0], inputs[1]
        push_label("dense")
        z = unary.tanh(binary.add(matmul.matmul(x, w.value), b.value))
        pop_label()
        s = binary.subtract(z, unary.stop_gradient(reduction.reduce_max(z, -1, True)))
        total = reduction.reduce_sum(unary.exp(s), -1, True)
        logp = binary.subtract(s, unary.log(total))
        hot = binary.equal(generators.iota(z.shape, 1), movement.reshape(y, [y.shape[0], 1]))
        picked = binary.multiply(logp, unary.cast(hot, "float32"))
        count = unary.cast(generators.size_of(x.shape[0]), "float32")
        loss = unary.negative(binary.divide(reduction.reduce_sum(picked, None, False), count))
        found = gradients([loss], [w.value, b.value])
        m.assign(binary.add(binary.multiply(m.value, 0.9), found[0]))
        w.assign(binary.subtract(w.value, binary.multiply(m.value, 0.1)))
        b.assign(binary.subtract(b.value, binary.multiply(found[1], 0.1)))
        return [["loss", loss], ["z", z]]

    return body


def dense_state():
    w = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6], [0.7, 0.8, 0.9], [-0.3, 0.2, 0.1]]
    zeros = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    return [
        state_variable(w, "float32", True, "w"),
        state_variable([0.0, 0.0, 0.0], "float32", True, "b"),
        state_variable(zeros, "float32", True, "m"),
    ]


def image_step(inputs):
    """Convolution, pooling, dropout-like noise and the gradients."""
    x, w = inputs[0], inputs[1]
    pads = convolution.same_pads(x, [3, 3], [2, 2], [1, 1], "same", "conv2d")
    y = binary.maximum(convolution.conv2d(x, w, [2, 2], pads, [1, 1], 1), 0.0)
    z = pooling.max_pool2d(y, [2, 2], [2, 2], [[0, 0], [0, 0]])[0]
    bits = generators.random_bits(5, -6, 7, z.shape)
    noise = unary.cast(binary.less(generators.bits_to_uniform(bits), 0.5), "float32")
    flat = movement.reshape(binary.multiply(z, noise), [x.shape[0], -1])
    joined = movement.concatenate([flat, movement.flip(flat, [1])], 1)
    total = reduction.reduce_sum(binary.power(unary.absolute(joined), 1.5), None, False)
    found = gradients([total], [x, w])
    return [["total", total], ["dx", found[0]], ["dw", found[1]]]


def dense_plan():
    specs = [["x", [BATCH, 4], "float32"], ["y", [BATCH], "int32"]]
    return trace_runner(dense_step(dense_state()), specs).plan


def image_plan():
    specs = [["x", [BATCH, 7, 9, 2], "float32"], ["w", [3, 3, 2, 3], "float32"]]
    return trace_runner(image_step, specs).plan


def plans(text):
    """The plans and their explanations."""
    dense = dense_plan()
    image = image_plan()
    return to_json([dense, explain(dense), explain(dense, {"batch": 5}), image, explain(image, {"batch": 2})])


def messages(text):
    """What a user reads when something does not fit."""
    x = constant(host_array([[1.5, 2.5, 3.5]], "float32"))
    i = constant(host_array([1, 2, 3], "int32"))
    found = [
        failure_of(lambda: binary.add(x, constant(host_array([1.5, 2.5], "float32")))),
        failure_of(lambda: matmul.matmul(x, x)),
        failure_of(lambda: movement.reshape(x, [2, 2])),
        failure_of(lambda: movement.reshape(x, [-1, -1])),
        failure_of(lambda: movement.transpose(x, [0, 0])),
        failure_of(lambda: movement.concatenate([x, i], 0)),
        failure_of(lambda: reduction.reduce_sum(x, 2, False)),
        failure_of(lambda: reduction.argmax(x, -3, False)),
        failure_of(lambda: unary.cast(x, "complex64")),
        failure_of(lambda: binary.add(x, None)),
        failure_of(lambda: bits.bitcast(i, "uint8")),
        failure_of(lambda: bits.bitwise_and(x, i)),
        failure_of(lambda: pooling.avg_pool2d(x, [2, 2], [1, 1], [[0, 0], [0, 0]])),
        failure_of(lambda: convolution.conv2d(x, x, [1, 1], [[0, 0], [0, 0]], [1, 1], 1)),
    ]
    return to_json([entry[1] for entry in found])


def dtypes(text):
    """Numbers as each dtype holds them, their bytes in a file, what they are in other dtypes, and how dtypes meet."""
    given = from_json(text)
    rows = []
    for dtype in DTYPES:
        host = host_array(given, dtype)
        data = bytes_of(host.data, dtype)
        back = view_bytes(data, dtype, 0, len(given))
        rows.append([dtype, shown_numbers(host.data), host_numbers(HostArray(data, [len(data)], "uint8"))])
        rows.append([shown_numbers(back), element_bytes(dtype)])
        for other in DTYPES:
            moved = from_numbers(other, host.data)
            rows.append([other, promote(dtype, other), shown_numbers(moved)])
        for number in [3, 300, -1, 0.5]:
            rows.append([promote_number(dtype, number, has_fraction_type(number))])
    return to_json(rows)


def shown_numbers(data):
    """Numbers as texts: JSON has no infinities."""
    return [numbers.show(x) for x in to_numbers(data)]


def training():
    """Generator: losses of five compiled steps, and the weights."""
    state = dense_state()
    specs = [["x", [BATCH, 4], "float32"], ["y", [BATCH], "int32"]]
    runner = trace_runner(dense_step(state), specs)
    x = host_array([[0.5, -1.0, 0.25, 1.0], [1.0, 0.5, -0.5, 0.125], [-1.0, 1.0, 0.75, 0.0]], "float32")
    y = host_array([0, 2, 1], "int32")
    losses = []
    for _step in range(5):
        buffers = yield from runner.run([x, y])
        hosts = yield from read_outputs(buffers)
        losses.append(host_numbers(hosts[0])[0])
    w = yield from realise.read_tensor(state[0].value)
    return to_json([losses, host_numbers(w)])


def eager():
    """Generator: lazy values, captured versions, alive handles, and how often something ran."""
    runs, compiles = COUNTERS.runs, COUNTERS.compiles
    v = state_variable([1.5, 2.5], "float32", True, "v")
    captured = v.value
    double = binary.multiply(captured, 2.0)
    v.assign(binary.add(v.value, 10.0))
    rows = []
    for tensor in [captured, double, v.value]:
        host = yield from realise.read_tensor(tensor)
        rows.append(host_numbers(host))
    for factor in [0.25, 0.5, 3.5]:
        x = constant(host_array([1.5, 2.5, factor], "float32"))
        kept = binary.multiply(x, factor)
        total = reduction.reduce_sum(unary.absolute(kept), None, False)
        host = yield from realise.read_tensor(total)
        rows.append(host_numbers(host))
        rows.append([kept.node.buffers is not None])
    x = constant(host_array([0.0], "float32"))
    for _step in range(1500):
        x = binary.add(binary.multiply(x, 0.5), 1.0)
    host = yield from realise.read_tensor(x)
    rows.append(host_numbers(host))
    return to_json([rows, COUNTERS.runs - runs < 40, COUNTERS.compiles - compiles < 20])


def single_ops():
    """Generator: one op at a time, read before the next; two runs of each compile as much as one."""
    rows = []
    compiled = []
    for factor in [2.0, -3.5]:
        compiles = COUNTERS.compiles
        x = constant(host_array([[1.0, -2.0, 0.5], [4.0, 0.25, -1.0]], "float32"))
        made = [
            binary.multiply(x, factor),
            binary.multiply(x, x),
            matmul.matmul(x, x, False, True),
            matmul.matmul(x, x, True, False),
            movement.pad_interior(x, [[0, 0, 0], [1, 0, 0]], 0.0),
            movement.pad_interior(x, [[0, 0, 0], [1, 0, 0]], -0.0),
            binary.greater(x, factor),
            unary.cast(x, "int32"),
            reduction.reduce_sum(x, [1], False),
        ]
        for tensor in made:
            host = yield from realise.read_tensor(tensor)
            rows.append([[numbers.show(number) for number in host_numbers(host)], host.shape, host.dtype])
            host = yield from realise.read_tensor(binary.divide(1.0, tensor))
            rows.append([numbers.show(number) for number in host_numbers(host)])
        compiled.append(COUNTERS.compiles - compiles > 0)
    # Small results share arrays: each keeps its own numbers.
    x = constant(host_array([0.5, 1.5, 2.5], "float32"))
    many = []
    for i in range(3000):
        x = binary.add(x, 1.0)
        host = yield from realise.read_tensor(x)
        if i % 100 == 0:
            many.append(x)
    for tensor in many:
        host = yield from realise.read_tensor(tensor)
        rows.append(host_numbers(host))
    return to_json([rows, compiled])


def run_single_ops(text):
    return drive(single_ops())


def signed_zeros(text):
    """The quotients of 1 by 0.0 and by -0.0 in one plan: the two zeros are not one common subexpression."""

    def body(inputs):
        found = []
        for zero in [0.0, -0.0]:
            chosen = binary.where(binary.less(inputs[0], 0.0), inputs[0], zero)
            found.append(["y" + str(len(found)), binary.divide(1.0, chosen)])
        return found

    return drive(_signed_zeros(body))


def _signed_zeros(body):
    runner = trace_runner(body, [["x", [1], "float32"]])
    buffers = yield from runner.run([host_array([0.5], "float32")])
    hosts = yield from read_outputs(buffers)
    return to_json([[numbers.show(x) for x in host_numbers(host)] for host in hosts])


def install_cpu(text):
    realise.install()
    register_engine("cpu", lambda: [True, ""], CpuBackend)
    set_backend("cpu")
    return "null"


def run_training(text):
    return drive(training())


def run_eager(text):
    return drive(eager())


def refuse(text):
    raise error("ShapeError", "refused: " + text)
