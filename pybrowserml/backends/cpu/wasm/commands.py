"""What launches do, written down as calls of functions in WebAssembly, and one function that does all of it.

A launch of a few numbers takes longer to start from JavaScript than it takes to run. Where all that a row of launches
does is to call functions with numbers that stay the same as long as nothing moves in memory (see launch.Launch.record),
they write it on a list of Commands, and `driver` makes a function that reads those numbers from memory.
"""

from ....platform.text import to_json
from .assembler import Function, unsigned

CALL = 0x10
# memory.copy, from memory 0 to memory 0.
COPY = [0xFC, 0x0A, 0x00, 0x00]
# More numbers than these are no short work.
MOST_NUMBERS = 65536


class Commands:
    """ops: lists that begin with what is done: ["call", number of the Call, count of arguments], ["word"] (store a word
    at a place), ["copy"], ["loop", turns, ops of a turn, numbers of a turn]. numbers: what they take, in their order.
    calls: the Calls, shared with the lists of turns.
    """

    def __init__(self, calls):
        self.ops = []
        self.numbers = []
        self.calls = calls

    def turn(self):
        """An empty list for a part of this one."""
        return Commands(self.calls)

    def call(self, call, given):
        """Call a function; given: its arguments, whole numbers."""
        at = -1
        for k in range(len(self.calls)):
            if self.calls[k] is call:
                at = k
        if at < 0:
            at = len(self.calls)
            self.calls.append(call)
        self.ops.append(["call", at, len(given)])
        self.numbers.extend(given)

    def word(self, place, number):
        """Store a number at a place; places and counts are in units of four bytes."""
        self.ops.append(["word"])
        self.numbers.extend([place * 4, number])

    def carry(self, source, target, count):
        """Copy `count` units."""
        if count > 0:
            self.ops.append(["copy"])
            self.numbers.extend([target * 4, source * 4, count * 4])

    def follow(self, part):
        """What another list of the same calls says comes next."""
        self.ops.extend(part.ops)
        self.numbers.extend(part.numbers)

    def repeat(self, turns):
        """A loop over lists that differ in their numbers only; whether they do, and are not too long."""
        first = to_json(turns[0].ops)
        if len(turns) * len(turns[0].numbers) > MOST_NUMBERS:
            return False
        for part in turns:
            if to_json(part.ops) != first:
                return False
        self.ops.append(["loop", len(turns), turns[0].ops, len(turns[0].numbers)])
        for part in turns:
            self.numbers.extend(part.numbers)
        return True

    def key(self):
        """What the function depends on, beside the Calls."""
        return to_json(self.ops)


def driver(commands):
    """The function (numbers): does what is on a list of commands, whose numbers begin at that address."""
    f = Function(["i32"], None)
    _write(f, commands.ops, f.args[0])
    return f


def _write(f, ops, numbers):
    """Code for ops whose numbers begin at a Local; how many they are."""
    at = 0
    for op in ops:
        kind = op[0]
        if kind == "call":
            for k in range(op[2]):
                f.push(["i32.load", numbers, 4 * (at + k)])
            f.code.append(CALL)
            f.code.extend(unsigned(op[1]))
            at += op[2]
        elif kind == "word":
            f.store("i32.store", ["i32.load", numbers, 4 * at], ["i32.load", numbers, 4 * at + 4], 0)
            at += 2
        elif kind == "copy":
            for k in range(3):
                f.push(["i32.load", numbers, 4 * (at + k)])
            f.code.extend(COPY)
            at += 3
        else:
            row = f.local("i32")
            left = f.local("i32")
            f.put(row, ["i32.add", numbers, 4 * at])
            f.put(left, op[1])
            f.begin_while(left)
            _write(f, op[2], row)
            f.move(row, 4 * op[3])
            f.put(left, ["i32.sub", left, 1])
            f.end_while()
            at += op[1] * op[3]
    return at
