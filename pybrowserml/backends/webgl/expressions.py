"""Elementwise expressions as GLSL: one function of the operands' texels for each result, in vec4 lanes."""

from ...core.dtypes import is_float
from ...platform.errors import error
from ...platform.numbers import is_nan, is_string, to_int32
from ...platform.webgl import float_bits

# instruction: GLSL with a, b, c for its operands; the library functions it needs. Float and integer forms.
FLOAT = {
    "negative": ["(-a)", []],
    "absolute": ["abs(a)", []],
    "sign": ["x_sign(a)", ["sign"]],
    "exp": ["x_exp(a)", ["exp"]],
    "expm1": ["x_expm1(a)", ["expm1"]],
    "log": ["x_log(a)", ["log"]],
    "log1p": ["x_log1p(a)", ["log1p"]],
    "sqrt": ["sqrt(a)", []],
    "rsqrt": ["(1.0 / sqrt(a))", []],
    "reciprocal": ["(1.0 / a)", []],
    "sin": ["x_sin(a)", ["sin"]],
    "cos": ["x_cos(a)", ["cos"]],
    "tan": ["x_tan(a)", ["tan"]],
    "tanh": ["x_tanh(a)", ["tanh"]],
    "sigmoid": ["x_sigmoid(a)", ["sigmoid"]],
    "erf": ["x_erf(a)", ["erf"]],
    "floor": ["floor(a)", []],
    "ceil": ["ceil(a)", []],
    "round": ["roundEven(a)", []],
    "isnan": ["x_isnan(a)", ["isnan"]],
    "isfinite": ["x_isfinite(a)", ["isfinite"]],
    "add": ["(a + b)", []],
    "subtract": ["(a - b)", []],
    "multiply": ["(a * b)", []],
    "divide": ["x_divide(a, b)", ["divide"]],
    "maximum": ["x_maximum(a, b)", ["maximum"]],
    "minimum": ["x_minimum(a, b)", ["minimum"]],
    "power": ["x_power(a, b)", ["power"]],
    "mod": ["x_mod(a, b)", ["mod"]],
    "floor_divide": ["x_floor_divide(a, b)", ["mod"]],
    "arctan2": ["x_arctan2(a, b)", ["arctan2"]],
    "bits_to_uniform": ["x_bits_to_uniform(a)", ["bits_to_uniform"]],
    "bits_to_normal": ["x_bits_to_normal(a)", ["bits_to_normal"]],
}
INTEGER = {
    "power": ["x_power(a, b)", ["power_int"]],
    "mod": ["x_mod(a, b)", ["mod_int"]],
    "floor_divide": ["x_floor_divide(a, b)", ["mod_int"]],
    "random_bits": ["x_random_bits(a, b, c, index)", ["random_bits"]],
    "bitwise_and": ["(a & b)", []],
    "bitwise_or": ["(a | b)", []],
    "bitwise_xor": ["(a ^ b)", []],
    "shift_left": ["x_shift_left(a, b)", ["shift"]],
    "shift_right": ["x_shift_right(a, b)", ["shift"]],
    "gcd": ["x_gcd(uvec4(abs(a)), uvec4(abs(b)))", ["gcd"]],
}
# uint32 shares the texels of int32; where the sign bit counts as a digit, the bits are seen as uvec4.
UNSIGNED = {
    "absolute": ["a", []],
    "sign": ["ivec4(min(uvec4(a), 1u))", []],
    "maximum": ["ivec4(max(uvec4(a), uvec4(b)))", []],
    "minimum": ["ivec4(min(uvec4(a), uvec4(b)))", []],
    "power": ["x_power(uvec4(a), uvec4(b))", ["power_uint"]],
    "mod": ["x_mod(uvec4(a), uvec4(b))", ["mod_uint"]],
    "floor_divide": ["x_floor_divide(uvec4(a), uvec4(b))", ["mod_uint"]],
    "shift_right": ["x_shift_right(uvec4(a), b)", ["shift"]],
    "gcd": ["x_gcd(uvec4(a), uvec4(b))", ["gcd"]],
}
# Instructions whose result is a number of their dtype when the operands are: of 8-bit integers, of float16.
CLOSED_HALF = ["constant", "where", "maximum", "minimum", "negative", "absolute", "sign"]
CLOSED = ["constant", "size", "cast", "bitcast", "where", "maximum", "minimum", "mod", "sign", "bitwise_and"]
CLOSED.extend(["bitwise_or", "bitwise_xor", "shift_right"])
COMPARE = {
    "equal": "equal",
    "not_equal": "notEqual",
    "less": "lessThan",
    "less_equal": "lessThanEqual",
    "greater": "greaterThan",
    "greater_equal": "greaterThanEqual",
}


def needed_instructions(expr, inputs, result):
    """[for each instruction, whether the result depends on it; for each operand, the same]."""
    count = len(expr["instrs"])
    used = []
    for i in range(inputs + count):
        used.append(False)
    used[expr["results"][result]] = True
    k = count - 1
    while k >= 0:
        if used[inputs + k]:
            for operand in expr["instrs"][k][2]:
                used[operand] = True
        k = k - 1
    return used


def result_dtype(expr, result, input_dtypes):
    """The dtype of one result."""
    place = expr["results"][result]
    if place < len(input_dtypes):
        return input_dtypes[place]
    return expr["instrs"][place - len(input_dtypes)][1]


def number_literal(value, dtype):
    """GLSL of a constant as a vector of equal lanes."""
    if is_float(dtype):
        bits = float_bits(number_of(value))
        if bits == 0:
            return "vec4(0.0)"
        if bits == 1065353216:
            return "vec4(1.0)"
        return "vec4(intBitsToFloat(" + int_literal(bits) + "))"
    if dtype == "bool":
        return "bvec4(true)" if value else "bvec4(false)"
    return "ivec4(" + int_literal(to_int32(value)) + ")"


def int_literal(value):
    """GLSL of an int32: the most negative one has no literal of its own."""
    return "(-2147483647 - 1)" if value == -2147483648 else str(value)


def number_of(value):
    """A constant of a plan: JSON has no NaN and no infinities, so they may come as text."""
    if not is_string(value):
        return value
    if value == "NaN":
        return float("nan")
    return float("-inf") if value == "-Infinity" else float("inf")


def emit_expression(shader, expr, result, operand_dtypes, out_shape):
    """Add the GLSL function of one result.

    Returns [function name, used operands]; calling it: name(p0, p1, ..., row, c4) with the texels of the used
    operands (bool and integers as ivec4). It returns the texel as it is stored.
    """
    made = _statements(shader, expr, [result], operand_dtypes, out_shape)
    name = shader.fresh("expr")
    params = made[1]
    params.append("int row, int c4")
    body = "\n".join(made[2])
    shader.local(
        made[4][0] + " " + name + "(" + ", ".join(params) + ") {\n" + body + "\nreturn " + made[3][0] + ";\n}"
    )
    return [name, made[0]]


def emit_expressions(shader, expr, results, operand_dtypes, out_shape):
    """`emit_expression` for several results, which share what they compute: name(p0, p1, ..., row, c4, y0, y1, ...)
    sets the texels y0, y1, ...
    """
    made = _statements(shader, expr, results, operand_dtypes, out_shape)
    name = shader.fresh("expr")
    params = made[1]
    params.append("int row, int c4")
    lines = made[2]
    for m in range(len(results)):
        params.append("out " + made[4][m] + " y" + str(m))
        lines.append("y" + str(m) + " = " + made[3][m] + ";")
    shader.local("void " + name + "(" + ", ".join(params) + ") {\n" + "\n".join(lines) + "\n}")
    return [name, made[0]]


def _statements(shader, expr, results, operand_dtypes, out_shape):
    """[used operands, their parameters, lines that compute the results, what is stored of each, its vector type]."""
    inputs = len(operand_dtypes)
    used = needed_instructions(expr, inputs, results[0])
    for result in results:
        more = needed_instructions(expr, inputs, result)
        for i in range(len(used)):
            used[i] = used[i] or more[i]
    lines = []
    params = []
    operands = []
    types = []
    names = []
    for i in range(inputs):
        types.append(operand_dtypes[i])
        names.append("p" + str(i))
        if used[i]:
            operands.append(i)
            if is_float(operand_dtypes[i]):
                params.append("vec4 p" + str(i))
            else:
                params.append("ivec4 p" + str(i))
            if operand_dtypes[i] == "bool":
                lines.append("bvec4 b" + str(i) + " = notEqual(p" + str(i) + ", ivec4(0));")
                names[i] = "b" + str(i)
    for k in range(len(expr["instrs"])):
        instr = expr["instrs"][k]
        types.append(instr[1])
        target = "v" + str(k)
        names.append(target)
        if used[inputs + k]:
            text = _bounded(shader, expr, instr, names, inputs)
            if text == "":
                text = _instruction(shader, instr, names, types, out_shape)
            lines.append(_register(instr[1]) + " " + target + " = " + text + ";")
    stored = []
    kinds = []
    for result in results:
        place = expr["results"][result]
        stored.append("ivec4(" + names[place] + ")" if types[place] == "bool" else names[place])
        kinds.append("vec4" if is_float(types[place]) else "ivec4")
    return [operands, params, lines, stored, kinds]


def _bounded(shader, expr, instr, names, inputs):
    """GLSL of the maximum or minimum with a constant, or "". A constant is no NaN, so one comparison does. Some GPUs
    would make an instruction of it that drops NaN; a software rasteriser does what is written.
    """
    op = instr[0]
    if not shader.sampled or instr[1] != "float32" or (op != "maximum" and op != "minimum"):
        return ""
    for i in range(2):
        place = instr[2][i] - inputs
        if place >= 0 and expr["instrs"][place][0] == "constant":
            value = number_of(expr["instrs"][place][3])
            other = names[instr[2][1 - i]]
            if not is_nan(value):
                compare = "lessThan" if op == "maximum" else "greaterThan"
                bound = names[instr[2][i]]
                return "mix(" + other + ", " + bound + ", " + compare + "(" + other + ", " + bound + "))"
    return ""


def _register(dtype):
    if is_float(dtype):
        return "vec4"
    return "bvec4" if dtype == "bool" else "ivec4"


def _instruction(shader, instr, names, types, out_shape):
    """GLSL of one instruction, whose result is a number of its dtype."""
    text = _unbounded(shader, instr, names, types, out_shape)
    if instr[1] == "float16":
        return text if instr[0] in CLOSED_HALF else _called(shader, "half", "x_half", text)
    if instr[0] in CLOSED:
        return text
    if instr[1] == "uint8":
        return "(" + text + " & 255)"
    return "((" + text + " << 24) >> 24)" if instr[1] == "int8" else text


def _unbounded(shader, instr, names, types, out_shape):
    op = instr[0]
    dtype = instr[1]
    args = [names[operand] for operand in instr[2]]
    kinds = [types[operand] for operand in instr[2]]
    if op == "constant":
        return number_literal(instr[3], dtype)
    if op == "size":
        place = shader.uniform(instr[3], 0, 0, 0)
        return "vec4(" + place + ".x)" if is_float(dtype) else "ivec4(" + place + ".x)"
    if op == "iota":
        return _iota(shader, instr[3], out_shape)
    if op == "cast":
        return _cast(shader, args[0], kinds[0], dtype)
    if op == "bitcast":
        return _bitcast(args[0], kinds[0], dtype)
    if op == "where":
        shader.need("select")
        return "x_select(" + args[0] + ", " + args[1] + ", " + args[2] + ")"
    if op == "logical_not":
        return "not(" + args[0] + ")"
    if op == "logical_and" or op == "logical_or":
        sign = " * " if op == "logical_and" else " + "
        return "bvec4(ivec4(" + args[0] + ")" + sign + "ivec4(" + args[1] + "))"
    if op in COMPARE:
        if kinds[0] == "bool":
            return COMPARE[op] + "(ivec4(" + args[0] + "), ivec4(" + args[1] + "))"
        if kinds[0] == "uint32":
            return COMPARE[op] + "(uvec4(" + args[0] + "), uvec4(" + args[1] + "))"
        return COMPARE[op] + "(" + args[0] + ", " + args[1] + ")"
    entry = None
    if dtype == "uint32" and op in UNSIGNED:
        entry = UNSIGNED[op]
    elif not is_float(dtype) and op in INTEGER:
        entry = INTEGER[op]
    elif op in FLOAT:
        entry = FLOAT[op]
    if entry is None:
        raise error("EngineError", "the webgl engine has no instruction '" + op + "'")
    for function_name in entry[1]:
        shader.need(function_name)
    text = entry[0]
    if op == "random_bits":
        text = text.replace("index", "(row * u[0].w + c4 * 4 + ivec4(0, 1, 2, 3))")
    return _substitute(text, args)


def _substitute(text, args):
    """a, b, c as whole words replaced by the operands."""
    made = ""
    for i in range(len(text)):
        letter = text[i]
        before = text[i - 1] if i > 0 else " "
        after = text[i + 1] if i + 1 < len(text) else " "
        alone = not _is_word(before) and not _is_word(after)
        if alone and letter == "a":
            made = made + args[0]
        elif alone and letter == "b":
            made = made + args[1]
        elif alone and letter == "c":
            made = made + args[2]
        else:
            made = made + letter
    return made


def _is_word(letter):
    return letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."


def _iota(shader, axis, out_shape):
    rank = len(out_shape)
    if axis == rank - 1:
        return "(c4 * 4 + ivec4(0, 1, 2, 3))"
    inner = 1
    for i in range(axis + 1, rank - 1):
        inner = inner * out_shape[i]
    place = shader.uniform(inner, out_shape[axis], 0, 0)
    return "ivec4((row / " + place + ".x) % " + place + ".y)"


def _cast(shader, value, source, target):
    if source == target:
        return value
    if is_float(target):
        if source == "uint32":
            return _called(shader, "uint", "x_uint_to_float", value)
        return value if is_float(source) else "vec4(" + value + ")"
    if target == "bool":
        zero = "vec4(0.0)" if is_float(source) else "ivec4(0)"
        return "notEqual(" + value + ", " + zero + ")"
    if target == "uint32" and is_float(source):
        return _called(shader, "uint", "x_float_to_uint", value)
    if target == "uint8" and source != "bool":
        return "(ivec4(" + value + ") & 255)"
    if target == "int8" and source != "bool":
        return "((ivec4(" + value + ") << 24) >> 24)"
    return "ivec4(" + value + ")"


def _called(shader, library, function_name, value):
    shader.need(library)
    return function_name + "(" + value + ")"


def _bitcast(value, source, target):
    if is_float(target):
        return "intBitsToFloat(" + value + ")"
    if is_float(source):
        return "floatBitsToInt(" + value + ")"
    if target == "uint8":
        return "(" + value + " & 255)"
    return "((" + value + " << 24) >> 24)" if target == "int8" else value
