"""The WebGL2 backend: plans become lists of draws; textures come from a pool; reads go through a pixel
buffer.
"""

from ...core.host import HostArray
from ...platform import webgl
from ...platform.buffers import from_numbers
from ...platform.errors import error
from ...platform.tasks import PAUSE, drive_sync, now, sleep
from ..backend import Backend, Buffer, Executable
from ..resolve import resolve
from .builder import Alias, Builder
from .control import Loop, draws_of
from .inner import run_island, run_loop
from .island import Island
from .kernels import KERNELS
from .layout import Layout, log2_floor, pack, unpack
from .programs import ProgramCache
from .textures import TexturePool

# Bytes of unused textures kept for the next run.
KEPT_BYTES = 268435456
# Fetches queued before the first fence; later the queue is sized so that it takes about QUEUE_MILLISECONDS.
FIRST_QUEUE = 4000000
LEAST_QUEUE = 200000
QUEUE_MILLISECONDS = 12


class WebGLExecutable(Executable):
    """actions: draws and aliases in order; constants: textures by value; last: per value, the last action
    that reads it.
    """

    def __init__(self, plan, sizes):
        super().__init__(plan, sizes)
        self.builder = None
        self.actions = []
        self.constants = []
        self.dying = []


def open_engine(options):
    """[engine, None], or [None, the reason why there is none].

    options: dict with any of `targets` (at most so many render targets), `texture_size` (at most this size;
    both are used by tests), `canvas`.
    """
    made = webgl.webgl_context(options["canvas"] if "canvas" in options else None)
    if made[0] is None:
        return [None, made[1]]
    limits = webgl.probe(made[0])
    if limits["targets"] < 1:
        return [None, "the device cannot draw to float textures"]
    if "targets" in options and options["targets"] < limits["targets"]:
        limits["targets"] = options["targets"]
    if "texture_size" in options and options["texture_size"] < limits["texture_size"]:
        limits["texture_size"] = options["texture_size"]
    return [WebGLBackend(made[0], limits), None]


class WebGLBackend(Backend):
    """One WebGL2 context of its own, with its programs and textures."""

    def __init__(self, context, limits):
        super().__init__("webgl")
        self.context = context
        self.limits = limits
        self.targets = limits["targets"]
        self.max_shift = log2_floor(limits["texture_size"])
        self.pool = TexturePool(context, KEPT_BYTES)
        self.programs = ProgramCache(context)
        self.draws = 0
        self.lost = False
        self.disposed = False
        self.queued = 0
        self.queue_limit = FIRST_QUEUE
        self.fences = []
        self.passed = 0
        backend = self

        def lose():
            backend.lost = True
            return None

        webgl.on_lost(context, lose)

    def capabilities(self):
        return {
            "name": "webgl",
            "why": "WebGL2 with float render targets",
            "targets": self.targets,
            "texture_size": 2**self.max_shift,
            "layers": self.limits["layers"],
            "units": self.limits["units"],
            "renderer": self.limits["renderer"],
            "parallel_compile": self.limits["parallel_compile"],
        }

    def stats(self):
        """Counters: programs compiled, draws so far, textures and their bytes."""
        return {
            "programs": self.programs.count(),
            "draws": self.draws,
            "textures": self.pool.count,
            "bytes": self.pool.bytes,
            "free_bytes": self.pool.free_bytes,
        }

    def check(self):
        """Raise EngineLostError once the context is gone."""
        if self.disposed:
            raise error("EngineError", "the webgl engine was disposed")
        if self.lost or webgl.is_lost(self.context):
            self.lost = True
            raise error("EngineLostError", "the GPU took its context away")

    def prepare(self, plan, sizes):
        self.check()
        resolved = resolve(plan, sizes)
        executable = WebGLExecutable(resolved, sizes)
        values = resolved["values"]
        builder = Builder(
            [value["shape"] for value in values],
            [value["dtype"] for value in values],
            self.targets,
            self.max_shift,
            self.limits["units"],
            KERNELS,
        )
        started = now()
        for step in resolved["steps"]:
            if step["kernel"] not in KERNELS:
                raise error("EngineError", "the webgl engine has no kernel '" + step["kernel"] + "'")
            builder.begin(step)
            KERNELS[step["kernel"]](builder, step)
            if now() - started > 8:
                yield PAUSE
                started = now()
        executable.builder = builder
        executable.actions = builder.actions
        self.require_fit(resolved, builder)
        yield from self.compile_all(draws_of(executable.actions))
        self.complete(executable, resolved)
        return executable

    def require_fit(self, plan, builder):
        """Raise EngineError for a value that is larger than the device's textures."""
        for i in range(len(builder.layouts)):
            if builder.layouts[i].depth > self.limits["layers"]:
                raise error("EngineError", _too_large(plan, builder, i))
        for action in builder.actions:
            if isinstance(action, Loop):
                self.require_fit(action.body, action.builder)

    def complete(self, item, plan):
        """Lifetimes and constants of an executable, or of a loop's body, and of the loops inside."""
        builder = item.builder
        item.dying = _dying(plan, builder)
        for constant in plan["constants"]:
            place = constant["value"]
            texture = self.upload_texture(
                builder.layouts[place], constant_data(constant, builder, place), "a constant"
            )
            item.constants.append([place, texture])
        for entry in builder.tables:
            texture = self.upload_texture(builder.layouts[entry[0]], entry[1], "a table")
            item.constants.append([entry[0], texture])
        for action in item.actions:
            if isinstance(action, Loop):
                self.complete(action, action.body)

    def compile_all(self, draws):
        """Generator: start every program that draws need, then wait for them."""
        started = now()
        for draw in draws:
            draw.program = self.programs.start(draw.source)
            if now() - started > 8:
                yield PAUSE
                started = now()
        yield from self.programs.settle()
        for draw in draws:
            yield from self.programs.finish(draw.program, draw.samplers)
            if now() - started > 8:
                yield PAUSE
                started = now()
        return None

    def run(self, executable, inputs, state):
        self.check()
        plan = executable.plan
        builder = executable.builder
        textures = []
        for i in range(len(builder.layouts)):
            textures.append(None)
        done = False
        try:
            for entry in executable.constants:
                self.pool.retain(entry[1])
                textures[entry[0]] = entry[1]
            for i in range(len(plan["inputs"])):
                place = plan["inputs"][i]["value"]
                textures[place] = self.take_input(builder.layouts[place], inputs[i])
            for i in range(len(plan["state"])):
                place = plan["state"][i]["value"]
                self.make_resident(state[i])
                textures[place] = state[i].buffer.handle
                self.pool.retain(textures[place])
            for i in range(len(executable.actions)):
                yield from self.perform(executable, i, textures)
            for entry in plan["outputs"]:
                self.ensure(builder, textures, entry["value"])
            for entry in plan["updates"]:
                self.ensure(builder, textures, entry["value"])
            self.check()
            outputs = []
            for entry in plan["outputs"]:
                outputs.append(self.keep(builder, textures, entry["value"]))
            for entry in plan["updates"]:
                slot = state[entry["state"]]
                old = slot.buffer
                slot.buffer = self.keep(builder, textures, entry["value"])
                slot.host = None
                slot.version = slot.version + 1
                self.release(old)
            done = True
            return outputs
        finally:
            for i in range(len(textures)):
                if textures[i] is not None:
                    self.pool.release(textures[i])
            if not done:
                webgl.flush(self.context)

    def forget(self, executable):
        """Give back what an executable, or a loop in it, holds; it cannot run afterwards."""
        for entry in executable.constants:
            self.pool.release(entry[1])
        for action in executable.actions:
            if isinstance(action, Loop):
                self.forget(action)
        executable.constants = []
        executable.actions = []

    def finish(self):
        """Generator: wait until the GPU has done all that was asked of it."""
        sync = webgl.fence(self.context)
        yield from self.wait_fence(sync)
        webgl.delete_fence(self.context, sync)
        self.settle()
        return None

    def run_sync(self, executable, inputs, state):
        """A run without waiting: its commands are queued at once, however long they take."""
        return drive_sync(self.run(executable, inputs, state))

    def keep(self, builder, textures, place):
        """A Buffer of a value's texture, with a reference of its own."""
        self.pool.retain(textures[place])
        return Buffer(self, builder.shapes[place], builder.dtypes[place], textures[place])

    def ensure(self, builder, textures, place):
        """Values without elements are never drawn; they still need a texture to be handed out."""
        if textures[place] is None:
            textures[place] = self.pool.acquire(builder.layouts[place], "a value")

    def perform(self, executable, i, textures):
        """Generator: one action, then the release of the values that nobody reads any more."""
        builder = executable.builder
        action = executable.actions[i]
        for value in action.inputs:
            self.ensure(builder, textures, value)
        if isinstance(action, Alias):
            texture = textures[action.inputs[0]]
            self.pool.retain(texture)
            textures[action.outputs[0]] = texture
        elif isinstance(action, Loop):
            yield from run_loop(self, action, builder, textures)
        elif isinstance(action, Island):
            yield from run_island(self, action, builder, textures)
        else:
            targets = []
            for value in action.outputs:
                purpose = "the step '" + builder.names[i] + "'"
                textures[value] = self.pool.acquire(builder.layouts[value], purpose)
                targets.append(textures[value])
            yield from self.draw(action, [textures[value].handle for value in action.inputs], targets)
        for value in executable.dying[i]:
            if textures[value] is not None:
                self.pool.release(textures[value])
                textures[value] = None
        return None

    def draw(self, action, sources, targets):
        """Generator: the draws of an action; long ones in bands of texel rows, so that no command holds the
        GPU long.
        """
        yield from self.draw_lines(action, sources, targets, 0, action.layout.lines)

    def draw_lines(self, action, sources, targets, first, end):
        """Generator: `draw` for the lines of texels from first to end - 1 only, counted over all pages."""
        layout = action.layout
        for page in range(layout.pages):
            begin = page * layout.height
            if end <= begin or first >= begin + layout.height:
                continue
            framebuffer = self.pool.framebuffer(targets, page)
            height = layout.page_height(page)
            low = first - begin if first > begin else 0
            stop = end - begin if end - begin < height else height
            while low < stop:
                cost = layout.width * action.fetches
                band = self.queue_limit // cost
                if band < 1:
                    band = 1
                high = low + band if low + band < stop else stop
                webgl.draw(
                    self.context,
                    action.program.handle,
                    action.pages[page],
                    framebuffer,
                    sources,
                    layout.width,
                    height,
                    low,
                    high,
                )
                self.draws = self.draws + 1
                self.queued = self.queued + cost * (high - low)
                low = high
                if self.queued > self.queue_limit:
                    yield from self.throttle()
        return None

    def throttle(self):
        """Generator: mark what is queued by a fence and wait for the one before, so that the GPU is neither
        idle nor far behind; learn from the fences how much it does in a few milliseconds.
        """
        self.fences.append([webgl.fence(self.context), self.queued, now()])
        self.queued = 0
        if len(self.fences) < 2:
            return None
        first = self.fences.pop(0)
        yield from self.wait_fence(first[0])
        webgl.delete_fence(self.context, first[0])
        begun = first[2] if first[2] > self.passed else self.passed
        self.passed = now()
        elapsed = self.passed - begun
        limit = first[1] * QUEUE_MILLISECONDS / (elapsed if elapsed > 1 else 1)
        if limit > 2 * self.queue_limit:
            limit = 2 * self.queue_limit
        if limit < self.queue_limit / 2:
            limit = self.queue_limit / 2
        self.queue_limit = limit // 1 if limit > LEAST_QUEUE else LEAST_QUEUE
        return None

    def wait_fence(self, sync):
        """Generator: until a fence has passed, or at once for a caller that cannot wait. Asking without end
        would take a core from a software rasteriser.
        """
        started = now()
        while not webgl.fence_passed(self.context, sync):
            if now() - started > 2:
                yield sleep(1)
            else:
                hurried = yield PAUSE
                if hurried:
                    return None
        return None

    def settle(self):
        """Forget fences whose work is known to be done."""
        for entry in self.fences:
            webgl.delete_fence(self.context, entry[0])
        self.fences = []
        self.queued = 0

    def take_input(self, layout, given):
        """A texture with one reference for a HostArray or Buffer."""
        if isinstance(given, Buffer):
            if given.handle is None:
                raise error("EngineError", "an input buffer was released before the run")
            self.pool.retain(given.handle)
            return given.handle
        return self.upload_texture(layout, given.data, "an input")

    def upload_texture(self, layout, data, purpose):
        texture = self.pool.acquire(layout, purpose)
        if layout.size > 0:
            webgl.write_texture(
                self.context,
                texture.handle,
                layout.kind,
                layout.width,
                layout.height,
                layout.depth,
                pack(layout, data),
            )
        return texture

    def make_resident(self, slot):
        """Bring a slot's value to this engine."""
        if slot.buffer is None:
            slot.buffer = self.upload(slot.host)
            slot.host = None

    def layout(self, shape, dtype):
        return Layout(shape, dtype, self.targets, self.max_shift)

    def upload(self, host):
        self.check()
        if host.dtype == "float64":
            raise error(
                "EngineError", "the webgl engine has no float64: cast to float32 or use the cpu engine"
            )
        texture = self.upload_texture(self.layout(host.shape, host.dtype), host.data, "an upload")
        return Buffer(self, host.shape, host.dtype, texture)

    def read_parts(self, texture, layout):
        """The framebuffers of all pages of a texture with the layers in use in each."""
        parts = []
        used = layout.layers if layout.layers < layout.rows else layout.rows
        if used < 1:
            used = 1
        for page in range(layout.pages):
            parts.append([self.pool.framebuffer([texture], page), used])
        return parts

    def read(self, buffer):
        hosts = yield from self.read_many([buffer])
        return hosts[0]

    def read_many(self, buffers):
        """Generator → HostArrays: all transfers start at once, one fence tells when the last has arrived."""
        self.check()
        pending = []
        for buffer in buffers:
            pending.append(self.start_read(buffer))
        for i in range(len(pending)):
            if pending[i] is not None:
                yield from self.wait_fence(pending[i].sync)
        self.settle()
        self.check()
        hosts = []
        for i in range(len(buffers)):
            layout = self.layout(buffers[i].shape, buffers[i].dtype)
            if pending[i] is None:
                data = unpack(layout, [], 1)
            else:
                used = layout.layers if layout.layers < layout.rows else layout.rows
                data = unpack(layout, webgl.finish_read(self.context, pending[i]), used)
            hosts.append(HostArray(data, buffers[i].shape, buffers[i].dtype))
        return hosts

    def start_read(self, buffer):
        """A transfer under way, or None for a buffer without elements."""
        layout = self.layout(buffer.shape, buffer.dtype)
        texture = self.held(buffer)
        if layout.size == 0:
            return None
        parts = self.read_parts(texture, layout)
        depth = parts[0][1] * layout.pages
        return webgl.start_read(self.context, parts, layout.kind, layout.width, layout.height, depth)

    def read_sync(self, buffer):
        self.check()
        layout = self.layout(buffer.shape, buffer.dtype)
        texture = self.held(buffer)
        if layout.size == 0:
            return HostArray(unpack(layout, [], 1), buffer.shape, buffer.dtype)
        parts = self.read_parts(texture, layout)
        pixels = webgl.read_now(
            self.context, parts, layout.kind, layout.width, layout.height, parts[0][1] * layout.pages
        )
        return HostArray(unpack(layout, pixels, parts[0][1]), buffer.shape, buffer.dtype)

    def held(self, buffer):
        if buffer.handle is None:
            raise error("EngineError", "a buffer was read after its release")
        return buffer.handle

    def release(self, buffer):
        if buffer.handle is not None:
            self.pool.release(buffer.handle)
            buffer.handle = None

    def dispose(self):
        if not self.disposed:
            self.disposed = True
            self.pool.trim(0)
            self.programs.dispose()
            webgl.lose_context(self.context)


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
