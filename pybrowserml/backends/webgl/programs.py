"""Programs by source: compiled once for an engine, all that a plan needs in parallel."""

from ...platform import webgl
from ...platform.errors import error
from ...platform.maps import new_map
from ...platform.tasks import TURN, now, sleep


def lost_error():
    """What is raised once the context is gone."""
    return error("EngineLostError", "the GPU took its memory away")


class Program:
    def __init__(self, handle):
        self.handle = handle
        self.ready = False
        self.warm = False
        self.drawn = False
        self.problem = None


class ProgramCache:
    def __init__(self, context):
        self.context = context
        self.programs = new_map()

    def start(self, source):
        """The program of a source, whose compilation goes on in the background."""
        known = self.programs.at(source)
        if known is None:
            known = Program(webgl.start_program(self.context, source))
            self.programs.put(source, known)
        return known

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
