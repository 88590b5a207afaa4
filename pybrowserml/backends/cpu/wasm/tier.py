"""The second tier of the CPU engine: kernels in WebAssembly SIMD on the engine's own memory.

What a launch needs it asks for by a key (`want`); what is asked for while a plan is prepared becomes one small
module. A page whose Content-Security-Policy forbids WebAssembly, or a browser without SIMD, has no tier and runs
plain JavaScript.
"""

from ....platform.errors import error
from ....platform.maps import new_map
from ....platform.wasm import grow, instantiate, is_valid, shared_wasm_memory, wasm_memory
from .assembler import Function, module_of
from .commands import driver


class Call:
    """A function of a module; `run` is there once the module is compiled."""

    def __init__(self):
        self.run = None


# Up to here an elementwise run gains microseconds, less than a module takes to compile; the steps of a loop gain it
# again and again.
LEAST = 1025
LEAST_IN_LOOP = 32
# Functions that are found again by their keys; those of launches live as long as they do.
MOST_CALLS = 512


class Tier:
    """relaxed: multiply-add in one instruction is there (relaxed SIMD). kernels: the table of kernels, see
    wasm/kernels.py. least: elements from which on expressions are worth a function. shared: whether its memory is one
    that threads share.
    """

    def __init__(self, relaxed, kernels):
        self.relaxed = relaxed
        self.shared = False
        self.kernels = kernels
        self.least = LEAST
        # The one that was asked for last stands last.
        self.calls = new_map()
        self.pending = {}

    def want(self, key, build):
        """The Call of a key; build() gives its Function when it is asked for the first time, or was forgotten."""
        call = self.calls.at(key) if self.calls.has(key) else Call()
        if call.run is None and key not in self.pending:
            self.pending[key] = build()
        self.calls.drop(key)
        self.calls.put(key, call)
        return call

    def forget_oldest(self):
        """Let go of what was not asked for in a long time, half of all at once."""
        if self.calls.size() > MOST_CALLS:
            keys = self.calls.all_keys()
            for k in range(len(keys) - int(MOST_CALLS / 2)):
                self.calls.drop(keys[k])

    def memory(self, count, shared):
        """A memory of at least `count` four-byte elements that kernels can work on. shared: threads shall share it, if
        there can be such a memory here; `self.shared` tells.
        """
        found = shared_wasm_memory(count) if shared else None
        self.shared = found is not None
        return wasm_memory(count) if found is None else found

    def grown(self, memory, count):
        """The same with room for more."""
        return grow(memory, count)

    def madd(self, a, b, c):
        """The expression a * b + c of vectors."""
        if self.relaxed:
            return ["f32x4.relaxed_madd", a, b, c]
        return ["f32x4.add", ["f32x4.mul", a, b], c]

    def compile(self, memory):
        """Make what was asked for ready to run on a memory."""
        if len(self.pending) == 0:
            return None
        named = {}
        calls = []
        for key in self.pending:
            named["f" + str(len(calls))] = self.pending[key]
            calls.append(self.calls.at(key))
        functions = instantiate(module_of(named, self.shared), memory)
        if functions is None:
            raise error("EngineError", "the page forbids WebAssembly now, and did not before")
        for k in range(len(calls)):
            calls[k].run = functions["f" + str(k)]
        self.pending = {}
        self.forget_oldest()
        return None

    def driver(self, commands, memory):
        """The function (address of its numbers) of a list of commands, ready to run on a memory."""
        counts = [0 for _call in commands.calls]
        _note_counts(counts, commands.ops)
        code = module_of({"f0": driver(commands)}, self.shared, counts)
        functions = instantiate(code, memory, [call.run for call in commands.calls])
        if functions is None:
            raise error("EngineError", "the page forbids WebAssembly now, and did not before")
        return functions["f0"]


def _note_counts(counts, ops):
    """The count of arguments of each function that is called."""
    for op in ops:
        if op[0] == "call":
            counts[op[1]] = op[2]
        elif op[0] == "loop":
            _note_counts(counts, op[2])


def _probe(op):
    """A module with one vector instruction of three operands."""
    function = Function(["i32"], None)
    address = function.args[0]
    x = ["v128.load", address, 0]
    function.store("v128.store", address, [op, x, x, x], 0)
    return module_of({"f0": function}, False)


def open_tier(kernels):
    """[tier, ""]; [None, why] where there is none."""
    if not is_valid(_probe("v128.bitselect")):
        return [None, "no WebAssembly SIMD"]
    if instantiate(_probe("v128.bitselect"), wasm_memory(1)) is None:
        return [None, "the page forbids WebAssembly"]
    return [Tier(is_valid(_probe("f32x4.relaxed_madd")), kernels), ""]
