"""Executables: a plan as a list of actions, with its programs compiled and its constants in textures."""

from ...platform import webgl
from ...platform.buffers import from_numbers
from ...platform.errors import error
from ...platform.tasks import PAUSE, now
from ...platform.weak import on_collect
from ..backend import Executable
from ..resolve import resolve
from .builder import Builder, Draw
from .control import Loop, draws_of
from .kernels import KERNELS
from .rearranged import arranged_steps
from .shared_epilogue import shared_ends
from .views import settle_results


class Held:
    """The programs of an executable, and the textures of the constants of it and its loops, given back once:
    when it is forgotten, or when the garbage collector took it.
    """

    def __init__(self, pool, cache):
        self.pool = pool
        self.cache = cache
        self.textures = []
        self.programs = []

    def hold(self, program):
        if program not in self.programs:
            self.programs.append(program)
            self.cache.take(program)
        return None

    def give_back(self):
        for texture in self.textures:
            self.pool.release(texture)
        for program in self.programs:
            self.cache.give_back(program)
        self.textures = []
        self.programs = []
        return None


class WebGLExecutable(Executable):
    """actions: draws and aliases in order; constants: textures by value, which `held` gives back; dying: per action the
    values that nobody reads after it.
    """

    def __init__(self, plan, sizes, held):
        super().__init__(plan, sizes)
        self.builder = None
        self.actions = []
        self.constants = []
        self.dying = []
        self.held = held


def prepared(backend, plan, sizes):
    """Generator → WebGLExecutable."""
    resolved = resolve(plan, sizes)
    executable = WebGLExecutable(resolved, sizes, Held(backend.pool, backend.programs))
    # It may be forgotten by everybody.
    on_collect(executable, executable.held.give_back)
    values = resolved["values"]
    builder = Builder(
        [value["shape"] for value in values],
        [value["dtype"] for value in values],
        backend.targets,
        backend.max_shift,
        backend.limits["units"],
        backend.half,
        KERNELS,
        backend.sampled,
    )
    started = now()
    steps = arranged_steps(builder, resolved)
    builder.ends = shared_ends(builder, steps)
    begun = 0
    for step in steps:
        if step["kernel"] not in KERNELS:
            raise error("EngineError", "the webgl engine has no kernel '" + step["kernel"] + "'")
        builder.begin(step)
        KERNELS[step["kernel"]](builder, step)
        if now() - started > 8:
            begun = begin_programs(backend, executable.held, builder.actions, begun)
            yield PAUSE
            started = now()
    settle_results(builder, resolved)
    executable.builder = builder
    executable.actions = builder.actions
    require_fit(backend, resolved, builder)
    yield from compile_all(backend, draws_of(executable.actions), executable.held)
    complete(backend, executable.held, executable, resolved)
    return executable


def require_fit(backend, plan, builder):
    """Raise EngineError for a value that is larger than the device's textures."""
    for i in range(len(builder.layouts)):
        if builder.layouts[i].depth > backend.limits["layers"]:
            raise error("EngineError", _too_large(plan, builder, i))
    for action in builder.actions:
        if isinstance(action, Loop):
            require_fit(backend, action.body, action.builder)


def complete(backend, held, item, plan):
    """Lifetimes and constants of an executable, or of a loop's body, and of the loops inside."""
    builder = item.builder
    item.dying = _dying(plan, builder)
    for constant in plan["constants"]:
        place = constant["value"]
        texture = backend.transfers.upload(
            builder.layouts[place], constant_data(constant, builder, place), "a constant"
        )
        held.textures.append(texture)
        item.constants.append([place, texture])
    for entry in builder.tables:
        texture = backend.transfers.upload(builder.layouts[entry[0]], entry[1], "a table")
        held.textures.append(texture)
        item.constants.append([entry[0], texture])
    for action in item.actions:
        if isinstance(action, Loop):
            complete(backend, held, action, action.body)


def begin_programs(backend, held, actions, begun):
    """Start the programs of draws from an action on, so that the GPU has something to do meanwhile; how many actions
    there are.
    """
    for i in range(begun, len(actions)):
        if isinstance(actions[i], Draw):
            held.hold(backend.programs.start(actions[i].source))
    webgl.flush(backend.context)
    return len(actions)


def compile_all(backend, draws, held):
    """Generator: start every program that draws need, then wait for them."""
    programs = backend.programs
    fresh = []
    started = now()
    for draw in draws:
        draw.program = programs.start(draw.source)
        held.hold(draw.program)
        if not draw.program.warm:
            draw.program.warm = True
            fresh.append(draw)
        if now() - started > 8:
            yield PAUSE
            started = now()
    yield from programs.settle()
    for draw in draws:
        yield from programs.finish(draw.program, len(draw.kinds))
        if now() - started > 8:
            yield PAUSE
            started = now()
    for draw in fresh:
        programs.warm_up(draw)
    return None


def constant_data(constant, builder, place):
    """The typed array of a plan's constant."""
    return from_numbers(builder.dtypes[place], constant["data"])


def _dying(plan, builder):
    """For each action, the values whose texture may go back to the pool after it."""
    last = []
    for i in range(len(builder.layouts)):
        last.append(-1)
    for i in range(len(builder.actions)):
        for value in builder.actions[i].outputs:
            last[value] = i
        for value in builder.actions[i].inputs:
            last[value] = i
    for entry in plan["outputs"]:
        last[entry["value"]] = -1
    for entry in plan["updates"]:
        last[entry["value"]] = -1
    dying = []
    for i in range(len(builder.actions)):
        dying.append([])
    for value in range(len(last)):
        if last[value] >= 0:
            dying[last[value]].append(value)
    return dying


def _too_large(plan, builder, value):
    for step in plan["steps"]:
        for place in step["outputs"]:
            if place == value:
                name = step["name"] if "name" in step else step["kernel"]
                return "the step '" + name + "' makes a tensor larger than the device's textures"
    return (
        "a tensor of " + str(builder.layouts[value].size) + " elements is larger than the device's textures"
    )
