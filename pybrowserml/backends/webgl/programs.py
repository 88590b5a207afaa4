"""Programs by source: compiled once for an engine, all that a plan needs in parallel.

They stay for the next plan that asks for the same, but of those that no executable draws with any more only the latest:
a page may use one model after the other, and each program takes a tenth to half a megabyte of the GPU's process.
"""

from ...platform import webgl
from ...platform.errors import error
from ...platform.maps import new_map
from ...platform.tasks import TURN, now, sleep

# Programs that are kept while nobody draws with them.
MOST_UNUSED = 128


def lost_error():
    """What is raised once the context is gone."""
    return error("EngineLostError", "the GPU took its memory away")


class Program:
    """users: executables that draw with it."""

    def __init__(self, source, handle):
        self.source = source
        self.handle = handle
        self.users = 0
        self.ready = False
        self.warm = False
        self.drawn = False
        self.problem = None


class ProgramCache:
    """most_unused: how many are kept that have no users; unused: those by source, the one that was left first is the
    first.
    """

    def __init__(self, context, most_unused):
        self.context = context
        self.most_unused = most_unused
        self.programs = new_map()
        self.unused = new_map()

    def start(self, source):
        """The program of a source, whose compilation goes on in the background. Who draws with it says so by `take`."""
        known = self.programs.at(source)
        if known is None:
            known = Program(source, webgl.start_program(self.context, source))
            self.programs.put(source, known)
        return known

    def take(self, program):
        """An executable draws with a program."""
        program.users = program.users + 1
        self.unused.drop(program.source)

    def give_back(self, program):
        """An executable is forgotten that drew with a program."""
        program.users = program.users - 1
        if program.users > 0:
            return None
        self.unused.put(program.source, program)
        while self.unused.size() > self.most_unused:
            oldest = self.unused.all_values()[0]
            self.unused.drop(oldest.source)
            self.programs.drop(oldest.source)
            webgl.delete_program(self.context, oldest.handle)
        return None

    def settle(self):
        """Generator: wait until the GPU has worked off what it was told. A result that is asked for earlier blocks the
        page until then, all other compilations included."""
        sync = webgl.fence(self.context)
        hurried = yield TURN
        while not hurried and not webgl.fence_passed(self.context, sync):
            yield sleep(2)
        webgl.delete_fence(self.context, sync)

    def finish(self, program, samplers):
        """Generator: wait for one program and check it."""
        started = now()
        hurried = False
        while not hurried and not program.ready and not webgl.program_ready(self.context, program.handle):
            if now() - started > 50:
                yield sleep(4)
            else:
                hurried = yield TURN
        if not program.ready:
            program.problem = webgl.finish_program(self.context, program.handle, samplers)
            program.ready = True
        if program.problem is not None:
            if webgl.is_lost(self.context):
                raise lost_error()
            raise error("EngineLostError", "a shader does not compile: " + program.problem)
        return None

    def warm_up(self, draw):
        """Have the GPU make code of a draw's program now."""
        handle = draw.program.handle
        webgl.warm_program(self.context, handle, draw.layout.kind, draw.targets, draw.kinds)

    def count(self):
        return self.programs.size()

    def dispose(self):
        for program in self.programs.all_values():
            webgl.delete_program(self.context, program.handle)
        self.programs = new_map()
        self.unused = new_map()
