"""A small assembler of WebAssembly: functions of expressions and loops, and the module that holds them.

An expression is a Local (its value), a whole number (an i32), or a list: the name of an instruction, its operands,
then its immediate if it has one (offset in bytes, lane, or 16 lanes). Further heads: ["f32", x], ["v128", [4 words]],
["f32x4", x] (four times x) and ["i32x4", n]. Formats: WebAssembly Core Specification 2.0, chapter 5.
"""

from ....platform.buffers import bytes_of, from_numbers, set_at, zeros
from ....platform.errors import error
from .opcodes import opcode

KINDS = {"i32": 0x7F, "f32": 0x7D, "f64": 0x7C, "v128": 0x7B}
EMPTY = 0x40
# More pages than a memory has that threads share.
MOST_PAGES = 65536


def append_unsigned(code, n):
    """A whole number >= 0 as LEB128."""
    while n > 127:
        code.append((n & 127) | 128)
        n = n >> 7
    code.append(n)


def append_signed(code, n):
    """A whole number of 32 bits as signed LEB128."""
    while n < -64 or n > 63:
        code.append((n & 127) | 128)
        n = n >> 7
    code.append(n & 127)


def unsigned(n):
    """The bytes of a whole number >= 0 as LEB128."""
    found = []
    append_unsigned(found, n)
    return found


def float_bytes(x):
    """The four bytes of a float32."""
    return list(bytes_of(from_numbers("float32", [x]), "float32"))


def word_bytes(n):
    """The four bytes of an int32."""
    return list(bytes_of(from_numbers("int32", [n]), "int32"))


class Local:
    """A parameter or variable of a function."""

    def __init__(self, index, kind):
        self.index = index
        self.kind = kind


class Function:
    """A function under construction.

    params: kinds of its parameters; their Locals are `args`. result: the kind of its result, or None.
    """

    def __init__(self, params, result):
        self.params = params
        self.result = result
        self.args = []
        self.kinds = []
        self.code = []
        self.depth = 0
        for k in range(len(params)):
            self.args.append(Local(k, params[k]))

    def local(self, kind):
        """A new variable, zero at first."""
        self.kinds.append(kind)
        return Local(len(self.params) + len(self.kinds) - 1, kind)

    def locals(self, kind, count):
        return [self.local(kind) for _k in range(count)]

    def put(self, local, expression):
        """local = expression"""
        self.push(expression)
        self.code.append(0x21)
        append_unsigned(self.code, local.index)

    def move(self, local, bytes_on):
        """local = local + bytes_on"""
        self.put(local, ["i32.add", local, bytes_on])

    def store(self, op, address, value, offset):
        """Store a value at address + offset bytes; op: "v128.store", "f32.store" or "i32.store"."""
        self.push([op, address, value, offset])

    def store_lane(self, op, address, value, offset, lane):
        """Store a lane of a vector; op: "v128.store32_lane" or "v128.store64_lane"."""
        self.push([op, address, value, offset, lane])

    def begin_loop(self):
        """A loop whose body runs at least once, closed by `again_if`."""
        self.code.extend([0x03, EMPTY])

    def again_if(self, condition):
        self.push(condition)
        self.code.extend([0x0D, 0x00, 0x0B])

    def begin_while(self, condition):
        """A loop that runs as long as a condition holds, closed by `end_while`."""
        self.code.extend([0x02, EMPTY, 0x03, EMPTY])
        self.push(["i32.eqz", condition])
        self.code.extend([0x0D, 0x01])

    def end_while(self):
        self.code.extend([0x0C, 0x00, 0x0B, 0x0B])

    def begin_if(self, condition):
        self.push(condition)
        self.code.extend([0x04, EMPTY])

    def otherwise(self):
        self.code.append(0x05)

    def end_if(self):
        self.code.append(0x0B)

    def push(self, expression):
        """Code that leaves an expression's value on the stack."""
        code = self.code
        if isinstance(expression, Local):
            code.append(0x20)
            append_unsigned(code, expression.index)
            return None
        if not isinstance(expression, list):
            code.append(0x41)
            append_signed(code, expression)
            return None
        row = opcode(expression[0])
        if row is None:
            self._constant(expression[0], expression[1])
            return None
        operands = row[1]
        for k in range(1, operands + 1):
            self.push(expression[k])
        for byte in row[0]:
            code.append(byte)
        kind = row[2]
        if kind == "":
            return None
        immediate = expression[operands + 1]
        if kind == "lane":
            code.append(immediate)
        elif kind == "lanes":
            code.extend(immediate)
        else:
            # Alignment is a hint; 0 promises nothing.
            code.append(0)
            append_unsigned(code, immediate)
            if kind == "memory lane":
                code.append(expression[operands + 2])
        return None

    def _constant(self, head, value):
        if head == "f32":
            self.code.append(0x43)
            self.code.extend(float_bytes(value))
        elif head == "f32x4":
            self._vector(float_bytes(value), 4)
        elif head == "i32x4":
            self._vector(word_bytes(value), 4)
        elif head == "v128":
            bits = []
            for word in value:
                bits.extend(word_bytes(word))
            self._vector(bits, 1)
        else:
            raise error("EngineError", "the assembler knows no instruction '" + str(head) + "'")

    def _vector(self, bits, times):
        self.code.extend([0xFD, 12])
        for _k in range(times):
            self.code.extend(bits)

    def body(self):
        """The entry of the code section, in parts."""
        head = unsigned(len(self.kinds))
        for kind in self.kinds:
            head.extend([1, KINDS[kind]])
        end = [0x0B]
        return [unsigned(len(head) + len(self.code) + len(end)), head, self.code, end]


def joined(parts):
    """One list of the elements of several."""
    found = []
    for part in parts:
        found.extend(part)
    return found


def _text(name):
    return joined([unsigned(len(name)), [ord(letter) for letter in name]])


def _section(number, count, parts):
    """The parts of a section of `count` entries, which are given in parts."""
    head = unsigned(count)
    size = len(head)
    for part in parts:
        size = size + len(part)
    found = [[number], unsigned(size), head]
    found.extend(parts)
    return found


def module_of(functions, shared, imported=None):
    """The bytes of a module with functions {name: Function}, all exported, over an imported memory "m" "m".

    shared: whether the memory is one that threads share; such a memory has an upper limit. imported: counts of the
    parameters (i32) of functions without result that come from outside, "c" "0" and so on; they have the first numbers.
    """
    types = []
    indices = []
    exports = []
    bodies = []
    imports = []
    for count in [] if imported is None else imported:
        kinds = [KINDS["i32"] for _k in range(count)]
        imports.append(joined([_text("c"), _text(str(len(imports))), [0x00], unsigned(len(types))]))
        types.append(joined([[0x60], unsigned(count), kinds, [0x00]]))
    first = len(types)
    for name in functions:
        function = functions[name]
        kinds = [KINDS[kind] for kind in function.params]
        results = [] if function.result is None else [KINDS[function.result]]
        types.append(joined([[0x60], unsigned(len(kinds)), kinds, unsigned(len(results)), results]))
        exports.append(joined([_text(name), [0x00], unsigned(first + len(indices))]))
        indices.append(unsigned(first + len(indices)))
        bodies.extend(function.body())
    limits = joined([[0x03, 0x00], unsigned(MOST_PAGES)]) if shared else [0x00, 0x00]
    memory = joined([_text("m"), _text("m"), [0x02], limits])
    imports.append(memory)
    # The code is long: it is copied once.
    parts = [[0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]]
    parts.extend(_section(1, len(types), types))
    parts.extend(_section(2, len(imports), imports))
    parts.extend(_section(3, len(indices), indices))
    parts.extend(_section(7, len(exports), exports))
    parts.extend(_section(10, len(indices), bodies))
    size = 0
    for part in parts:
        size = size + len(part)
    code = zeros("uint8", size)
    at = 0
    for part in parts:
        set_at(code, part, at)
        at = at + len(part)
    return code
