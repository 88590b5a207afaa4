"""The WebGL2 backend: plans become lists of draws; textures come from a pool; reads go through a pixel
buffer.
"""

from ...platform import webgl
from ...platform.errors import error
from ...platform.maps import new_map
from ...platform.tasks import TURN, drive_sync, now, sleep
from ..backend import Backend
from ..buffer import Buffer, released_error
from .builder import Alias
from .control import Loop
from .executable import prepared
from .inner import run_island, run_loop
from .island import Island
from .layout import log2_floor
from .programs import MOST_UNUSED, ProgramCache, lost_error
from .queue import EAGER_MILLISECONDS, DrawQueue
from .renderer import is_sampled, is_software
from .textures import TexturePool
from .transfers import Transfers

# Bytes of unused textures kept for the next run.
KEPT_BYTES = 268435456
# What is computed may lie in a texture so many times larger than it needs, if one is free.
ROOMY = 4
TAKEN = "the GPU took its memory away while it was asked what it can do"


def open_engine(options):
    """[engine, None], or [None, the reason why there is none].

    options: dict with any of `targets` (at most so many render targets), `texture_size` (at most this size), `sampled`
    (see Shader), `programs` (see ProgramCache; these are used by tests), `canvas`.
    """
    found = _open(options)
    if found[1] == TAKEN and "canvas" not in options:
        # The next context may stay.
        found = _open(options)
    return found


def _open(options):
    made = webgl.webgl_context(options["canvas"] if "canvas" in options else None)
    if made[0] is None:
        return [None, made[1]]
    limits = webgl.probe(made[0])
    if webgl.is_lost(made[0]):
        return [None, TAKEN]
    if limits["targets"] < 1:
        return [None, "the device cannot draw to float textures"]
    if "targets" in options and options["targets"] < limits["targets"]:
        limits["targets"] = options["targets"]
    if "texture_size" in options and options["texture_size"] < limits["texture_size"]:
        limits["texture_size"] = options["texture_size"]
    return [WebGLBackend(made[0], limits, options), None]


def is_half(limits):
    """Whether floats have half precision: in textures, or where shaders compute (single precision has 23 bits)."""
    return limits["half"] or limits["float_bits"] < 23


class WebGLBackend(Backend):
    """One WebGL2 context of its own, with its programs and textures."""

    def __init__(self, context, limits, options):
        super().__init__("webgl")
        self.may_lose = True
        self.compiles = True
        self.options = options
        self.context = context
        self.limits = limits
        self.targets = limits["targets"]
        self.half = limits["half"]
        self.sampled = options["sampled"] if "sampled" in options else is_sampled(limits["renderer"])
        self.max_shift = log2_floor(limits["texture_size"])
        self.pool = TexturePool(context, KEPT_BYTES, self.half)
        self.programs = ProgramCache(context, options["programs"] if "programs" in options else MOST_UNUSED)
        self.queue = DrawQueue(context, self.pool)
        self.transfers = Transfers(self)
        self.lost = False
        self.returned = False
        self.disposed = False
        backend = self

        def lose():
            backend.lost = True
            return None

        def give_back():
            backend.returned = True
            return None

        webgl.watch_loss(context, lose, give_back)

    def capabilities(self):
        return {
            "name": "webgl",
            "why": "WebGL2 with " + ("half-float" if self.half else "float") + " render targets",
            "precision": "half" if is_half(self.limits) else "single",
            "targets": self.targets,
            "texture_size": 2**self.max_shift,
            "layers": self.limits["layers"],
            "units": self.limits["units"],
            "renderer": self.limits["renderer"],
            "software": is_software(self.limits["renderer"]),
            "parallel_compile": self.limits["parallel_compile"],
        }

    def stats(self):
        """Counters: programs compiled, draws so far, textures and their bytes."""
        return {
            "programs": self.programs.count(),
            "draws": self.queue.draws,
            "textures": self.pool.count,
            "bytes": self.pool.bytes,
            "free_bytes": self.pool.free_bytes,
        }

    def check(self):
        """Raise EngineLostError once the context is gone."""
        if self.disposed:
            raise error("EngineError", "the webgl engine was disposed")
        if self.is_gone():
            raise lost_error()

    def is_gone(self):
        self.lost = self.lost or webgl.is_lost(self.context)
        return self.lost

    def restored(self, wait):
        """Generator → the engine of the context that the canvas gets after a loss."""
        # The event may not have come yet where a call noticed the loss.
        if webgl.was_short(self.context) or not self.is_gone():
            return None
        started = now()
        while not self.returned and now() - started < wait:
            hurried = yield TURN
            if hurried:
                return None
            yield sleep(5)
        if not self.returned:
            return None
        options = {"canvas": webgl.canvas_of(self.context)}
        for key in self.options.keys():
            if key != "canvas":
                options[key] = self.options[key]
        return open_engine(options)[0]

    def prepare(self, plan, sizes):
        self.check()
        executable = yield from prepared(self, plan, sizes)
        return executable

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
            # What is not here yet is brought when it is read first, so that no more is under way than a few draws need.
            absent = new_map()
            for i in range(len(plan["state"])):
                place = plan["state"][i]["value"]
                if state[i].buffer is None:
                    absent.put(place, state[i])
                else:
                    textures[place] = state[i].buffer.handle
                    self.pool.retain(textures[place])
            for i in range(len(executable.actions)):
                if absent.size() > 0:
                    self.fetch_state(absent, executable.actions[i].inputs, textures)
                yield from self.perform(executable, i, textures)
            self.fetch_state(absent, absent.all_keys(), textures)
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
                old = slot.buffer.handle
                slot.buffer.handle = textures[entry["value"]]
                self.pool.retain(slot.buffer.handle)
                self.pool.release(old)
                slot.version = slot.version + 1
            done = True
            return outputs
        finally:
            for i in range(len(textures)):
                if textures[i] is not None:
                    self.pool.release(textures[i])
            if not done:
                webgl.flush(self.context)

    def forget(self, executable):
        executable.held.give_back()
        executable.constants = []
        executable.actions = []

    def finish(self):
        """Generator: wait until the GPU has done all that was asked of it."""
        sync = webgl.fence(self.context)
        yield from self.queue.wait_fence(sync, EAGER_MILLISECONDS)
        webgl.delete_fence(self.context, sync)
        self.queue.settle()
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
        if self.watch is not None:
            self.watch.enter(executable, i)
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
                # An output may be drawn part by part.
                if textures[value] is None:
                    purpose = "the step '" + builder.names[i] + "'"
                    # All targets of a draw have one size.
                    times = ROOMY if len(action.outputs) == 1 else 1
                    textures[value] = self.pool.acquire(builder.layouts[value], purpose, times)
                targets.append(textures[value])
            yield from self.queue.draw(action, [textures[value].handle for value in action.inputs], targets)
        for value in executable.dying[i]:
            if textures[value] is not None:
                self.pool.release(textures[value])
                textures[value] = None
        if self.watch is not None:
            self.watch.leave()
        return None

    def take_input(self, layout, given):
        """A texture with one reference for a HostArray or Buffer."""
        if isinstance(given, Buffer):
            if given.handle is None:
                raise released_error()
            self.pool.retain(given.handle)
            return given.handle
        return self.transfers.upload(layout, given.data, "an input")

    def fetch_state(self, absent, places, textures):
        """Bring the slots of `absent` whose values are among `places`."""
        for place in places:
            slot = absent.at(place)
            if slot is not None:
                absent.drop(place)
                self.make_resident(slot)
                textures[place] = slot.buffer.handle
                self.pool.retain(textures[place])

    def make_resident(self, slot):
        """Bring a slot's value to this engine."""
        if slot.buffer is None:
            slot.buffer = self.upload(slot.host)
            slot.host = None

    def upload(self, host):
        self.check()
        if host.dtype == "float64":
            raise error(
                "EngineError", "the webgl engine has no float64: cast to float32 or use the cpu engine"
            )
        texture = self.transfers.upload(self.transfers.layout(host.shape, host.dtype), host.data, "an upload")
        return Buffer(self, host.shape, host.dtype, texture)

    def read(self, buffer):
        hosts = yield from self.read_many([buffer])
        return hosts[0]

    def read_many(self, buffers):
        hosts = yield from self.transfers.read_many(buffers)
        return hosts

    def read_sync(self, buffer):
        self.check()
        return self.transfers.read_sync(buffer)

    def release(self, buffer):
        if buffer.handle is not None:
            self.pool.release(buffer.handle)
            buffer.handle = None

    def dispose(self):
        if not self.disposed:
            self.disposed = True
            self.pool.trim(0)
            self.programs.dispose()
            webgl.unwatch_loss(self.context)
            webgl.lose_context(self.context)
