"""Threads of the CPU engine: a launch's tiles are shared out among workers that see the same memory.

A worker is the library once more (thread.py). It has launches of its own, prepared from the same steps, so that
whatever a tile keeps beside the memory is its thread's. Words that all threads see say what is to be done; each thread
takes the next piece of tiles, and who takes the last ones does not matter, since a tile gives the same numbers on
every thread.

Nobody writes the words of a job while one of its pieces is not done, and whoever has got a piece reads them only then.
So a thread that comes late, or never, keeps nobody waiting.
"""

from ...platform.errors import error
from ...platform.tasks import now
from ...platform.threads import (
    add_word,
    breathe,
    end_thread,
    load_word,
    may_wait,
    packed,
    processors,
    shared_words,
    start_thread,
    store_word,
    wait_while,
    wake,
)
from .launch import split
from .thread import (
    BELL,
    BYTES,
    COUNT,
    DONE,
    END,
    FAILED,
    FIRST,
    GIVEN_BACK,
    INS,
    LEFT,
    OFFSETS,
    OUTS,
    OWN,
    OWN_SIZE,
    PIECES,
    PLAN,
    READY,
    SIZE,
    SLEEPERS,
    START,
    STEP,
    TEXT,
    WAITS,
    WORDS,
    WORK,
    take_piece,
)

DEFAULT_THREADS = 4
# Pieces a thread: more share the work out more evenly.
SHARES = 4
# What a launch must take, in nanoseconds, to be shared out, and what a plan must take before threads are started.
LEAST_LAUNCH = 60000
LEAST_PLAN = 1000000
SPINS = 2000
PATIENCE = 20000.0


def default_threads():
    """As many as run at the same time, but few."""
    return max(1, min(processors(), DEFAULT_THREADS))


class Crew:
    """The threads beside the first one of an engine.

    count: how many; why: why fewer work. They come some time after they were called; until then, and when one of them
    is lost, the first thread works alone.
    """

    def __init__(self, memory, count, relaxed, script):
        self.count = count
        self.why = "the threads are starting"
        self.words = shared_words(WORDS)
        self.threads = []
        self.waits = may_wait()
        self.starts = 0
        self.patience = PATIENCE
        for k in range(count):
            given = {"memory": memory.wasm, "words": self.words, "number": k, "relaxed": relaxed}
            found = start_thread(script, given, self.dismiss)
            if found[0] is None:
                self.dismiss(found[1])
                break
            self.threads.append(found[0])

    def ready(self):
        """Whether all have come."""
        if len(self.threads) == 0 or load_word(self.words, READY) < self.count:
            return False
        self.why = ""
        return True

    def dismiss(self, why):
        """End all threads; the first one works alone from now on."""
        threads = self.threads
        self.threads = []
        self.why = why
        for thread in threads:
            end_thread(thread)
        return None

    def describe(self, job, memory):
        """Tell of what executable the next tiles are, and where its description lies."""
        words = self.words
        words[PLAN] = job.number
        words[TEXT] = job.text
        words[BYTES] = job.size
        words[COUNT] = memory.count
        words[OWN] = job.own
        words[OWN_SIZE] = job.own_size

    def bind(self, step, ins, outs, work):
        """Tell what launch the next tiles are of; False if it has too many operands."""
        words = self.words
        if OFFSETS + len(ins) + len(outs) > WORDS:
            return False
        self.starts = (self.starts + 1) & 0x3FFFFFFF
        words[STEP] = step
        words[START] = self.starts
        words[WORK] = work
        words[INS] = len(ins)
        words[OUTS] = len(outs)
        for k in range(len(ins)):
            words[OFFSETS + k] = ins[k]
        for k in range(len(outs)):
            words[OFFSETS + len(ins) + k] = outs[k]
        return True

    def run(self, launch, first, end):
        """Compute tiles first to end - 1 of the launch that is bound, which do not depend on each other."""
        words = self.words
        units = split(end - first, launch.unit)
        size = split(units, SHARES * (self.count + 1)) * launch.unit
        pieces = split(end - first, size)
        if pieces < 2 or len(self.threads) == 0:
            launch.run(first, end)
            return None
        words[FIRST] = first
        words[END] = end
        words[SIZE] = size
        count = pieces
        words[PIECES] = pieces
        words[DONE] = 0
        store_word(words, LEFT, pieces)
        add_word(words, BELL, 1)
        if load_word(words, SLEEPERS) > 0:
            wake(words, BELL)
        mine = take_piece(words)
        try:
            while mine > 0:
                start = first + (pieces - mine) * size
                launch.run(start, min(start + size, end))
                add_word(words, DONE, 1)
                mine = take_piece(words)
        finally:
            if mine > 0:
                # An error: nobody takes what is left, and what others have taken is waited for.
                pieces -= 1
                while take_piece(words) > 0:
                    pieces -= 1
            self._await(pieces)
        if load_word(words, FAILED) > 0:
            self.dismiss("a thread failed")
            for k in range(self.count):
                piece = words[GIVEN_BACK + k]
                if piece < 0:
                    raise error("EngineError", "a kernel of the cpu engine failed in a thread")
                if piece > 0:
                    start = first + (count - piece) * size
                    launch.run(start, min(start + size, end))
        return None

    def _await(self, pieces):
        """Wait until so many pieces are done."""
        words = self.words
        done = load_word(words, DONE)
        spins = 0
        since = 0.0
        while done < pieces:
            spins += 1
            if spins % SPINS == 0:
                if since == 0.0:
                    since = now()
                elif now() - since > self.patience:
                    self.dismiss("a thread did not answer")
                    raise error("EngineError", "a thread of the cpu engine did not answer")
                if self.waits:
                    store_word(words, WAITS, 1)
                    wait_while(words, DONE, done, self.patience)
                    store_word(words, WAITS, 0)
            breathe()
            found = load_word(words, DONE)
            if found != done:
                since = 0.0
            done = found


class Job:
    """What threads must know of an executable: its number, and the block of its description, `size` bytes."""

    def __init__(self, number, heap, size):
        self.number = number
        self.heap = heap
        self.size = size
        self.text = heap.take(split(size, 4))
        self.own = 0
        self.own_size = 0

    def give_back(self):
        """Free the block, once."""
        if self.text >= 0:
            self.heap.give_back(self.text, split(self.size, 4))
            self.text = -1


def description(plan, launches, least):
    """The bytes that tell a thread what the steps are that it may be asked for."""
    steps = []
    reuse = []
    for s in range(len(launches)):
        steps.append(plan["steps"][s] if launches[s].is_shared() else None)
        reuse.append(launches[s].accepted)
    values = [{"shape": value["shape"], "dtype": value["dtype"]} for value in plan["values"]]
    return packed({"steps": steps, "values": values, "reuse": reuse, "least": least})
