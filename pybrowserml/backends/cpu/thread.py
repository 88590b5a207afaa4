"""The thread's half of crew.py: prepare the steps that it is asked for, take pieces of their tiles, sleep.

The script of a thread is the bundle of the library, or this module where there is none.
"""

from ...platform.errors import attempt
from ...platform.parts import here
from ...platform.tasks import drive
from ...platform.threads import (
    add_word,
    breathe,
    load_word,
    read_bytes,
    serve_thread,
    store_word,
    swap_word,
    unpacked,
    wait_while,
    wake,
)
from ...platform.wasm import seen_memory
from .kernels import prepare_step
from .wasm.kernels import SIMD_KERNELS
from .wasm.tier import open_tier

# The words. LEFT: pieces that nobody has taken; DONE: pieces that are done; BELL rings when there is a job; SLEEPERS
# wait for it; READY: threads that have come; FAILED: a thread met an error; WAITS: the first thread sleeps until
# DONE changes.
LEFT = 0
DONE = 1
BELL = 2
SLEEPERS = 3
READY = 4
FAILED = 5
WAITS = 6
# The job. PLAN, TEXT, BYTES: number and description of the executable; START: tells one binding of a launch from
# another; OWN, OWN_SIZE: what each thread has of the memory for itself; COUNT: size of the memory.
PLAN = 8
TEXT = 9
BYTES = 10
STEP = 11
START = 12
WORK = 13
OWN = 14
OWN_SIZE = 15
COUNT = 16
FIRST = 17
END = 18
SIZE = 19
PIECES = 20
INS = 21
OUTS = 22
# For each thread the piece that it gave back since it could not begin it, or -1 where it failed within.
GIVEN_BACK = 24
MOST_THREADS = 16
OFFSETS = GIVEN_BACK + MOST_THREADS
WORDS = 1024

# How often a thread looks for work before it sleeps: some tenths of a millisecond.
SPINS = 20000
# Executables whose launches a thread keeps.
KEPT = 32


def take_piece(words):
    """How many pieces there were before one was taken; 0: none."""
    left = load_word(words, LEFT)
    while left > 0:
        found = swap_word(words, LEFT, left, left - 1)
        if found == left:
            return left
        left = found
    return 0


class Known:
    """An executable as a thread knows it; launches are prepared when they are first asked for."""

    def __init__(self, number, described):
        self.number = number
        self.steps = described["steps"]
        self.values = described["values"]
        self.reuse = described["reuse"]
        self.least = described["least"]
        self.launches = [None for _step in self.steps]


class Thread:
    """words: what the threads share beside the memory; number: of this thread, from 0."""

    def __init__(self, given):
        self.words = given["words"]
        self.number = given["number"]
        self.wasm = given["memory"]
        self.memory = seen_memory(self.wasm, 0)
        self.tier = open_tier(SIMD_KERNELS)[0]
        self.tier.relaxed = given["relaxed"]
        self.tier.shared = True
        self.known = []
        self.launch = None
        self.start = -1
        self.begun = False
        self.failed = False

    def work(self):
        """Returns after an error only."""
        words = self.words
        add_word(words, READY, 1)
        spins = 0
        while not self.failed:
            left = take_piece(words)
            if left > 0:
                self._take(left)
                spins = 0
            elif spins < SPINS:
                spins += 1
                breathe()
            else:
                add_word(words, SLEEPERS, 1)
                heard = load_word(words, BELL)
                if load_word(words, LEFT) == 0:
                    wait_while(words, BELL, heard, 0.0)
                add_word(words, SLEEPERS, -1)
                spins = 0

    def _take(self, left):
        words = self.words
        self.begun = False
        if attempt(lambda: self._piece(left))[1] is not None:
            words[GIVEN_BACK + self.number] = -1 if self.begun else left
            store_word(words, FAILED, 1)
            self.failed = True
        add_word(words, DONE, 1)
        if load_word(words, WAITS) == 1:
            wake(words, DONE)

    def _piece(self, left):
        words = self.words
        if words[START] != self.start:
            self._bind()
        self.begun = True
        first = words[FIRST] + (words[PIECES] - left) * words[SIZE]
        self.launch.run(first, min(first + words[SIZE], words[END]))

    def _bind(self):
        words = self.words
        if words[COUNT] != self.memory.count:
            self.memory = seen_memory(self.wasm, words[COUNT])
        launch = self._launch(words[STEP])
        ins = []
        outs = []
        for k in range(words[INS]):
            ins.append(words[OFFSETS + k])
        for k in range(words[OUTS]):
            outs.append(words[OFFSETS + words[INS] + k])
        launch.start(self.memory, ins, outs, words[WORK], words[OWN] + self.number * words[OWN_SIZE])
        self.launch = launch
        self.start = words[START]

    def _launch(self, s):
        known = self._executable()
        if known.launches[s] is None:
            self.tier.least = known.least
            launch = prepare_step(known.steps[s], known.values, self.tier)
            for pair in known.reuse[s]:
                launch.accept_reuse(pair[0], pair[1])
            self.tier.compile(self.memory)
            known.launches[s] = launch
        return known.launches[s]

    def _executable(self):
        number = self.words[PLAN]
        for k in range(len(self.known)):
            if self.known[k].number == number:
                return self.known[k]
        words = self.words
        made = Known(number, unpacked(read_bytes(self.memory, words[TEXT], words[BYTES])))
        if len(self.known) == KEPT:
            self.known.pop(0)
        self.known.append(made)
        return made


# A table, since it may lie in a file of its own, that of the engine (platform/parts).
THREADS = {"cpu": Thread}


def serve():
    """In a thread: work until it is ended."""
    serve_thread(lambda given: drive(_work(given)))
    return None


def _work(given):
    yield from here(THREADS, "cpu")
    THREADS["cpu"](given).work()
    return None


serve()
