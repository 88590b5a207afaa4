"""The CPU engine: plans on loops over typed arrays, in slices of time; for its memory see store and binder."""

from ...platform.buffers import memory, set_at, zeros
from ...platform.errors import error
from ...platform.tasks import PAUSE, now
from ...platform.threads import thread_obstacle, write_bytes
from ...platform.weak import on_collect
from ..backend import Executable
from ..buffer import Buffer, releaser
from ..resolve import element_count, resolve
from .binder import SLICE_MILLISECONDS, Binder
from .crew import LEAST_LAUNCH, LEAST_PLAN, Crew, Job, default_threads, description
from .heap import ALIGNMENT, Heap, rounded
from .instant import LONGEST, instant_of
from .kept import Kept
from .launch import split
from .pace import Pace
from .short import is_short, short_run
from .storage import Storage
from .store import MAX_ELEMENTS, SMALL, Block, is_small, units_for
from .thread import MOST_THREADS
from .wasm.commands import Commands
from .wasm.kernels import SIMD_KERNELS
from .wasm.tier import LEAST, open_tier

CHUNK_MILLISECONDS = 1.0
# Of a piece of a launch that threads share out: to begin one costs some microseconds.
SHARED_MILLISECONDS = 4.0


class CpuExecutable(Executable):
    """A plan with its kernels chosen and its values placed. short: its ShortRun, if it is so short.

    shared_cost: what the launches take, in nanoseconds, that threads may share out; own: what they need of their
    workspace for each thread; job: what threads know of the plan, once they do; pace: whether they share them
    out. least: Tier.least when it was prepared. runs, took: how many there were, and the milliseconds of the shortest;
    instant: its Instant, once it has one.
    """

    def __init__(self, plan, sizes, launches, storage, constants, kept):
        super().__init__(plan, sizes)
        self.kept = kept
        self.launches = launches
        self.storage = storage
        self.constants = constants
        self.short = short_run(plan, launches, storage, SMALL, int(SLICE_MILLISECONDS))
        self.shared_cost = 0.0
        self.own = 0
        self.job = None
        self.pace = Pace(0.0)
        self.least = 0
        self.runs = 0
        self.took = LONGEST + 1.0
        self.instant = None


class CpuBackend(Binder):
    """The engine on the processor. One run at a time: callers queue on `lock`.

    wasm: whether kernels may be WebAssembly; without it, or where it cannot run, all are plain JavaScript. threads: how
    many, see `use_threads`. least_launch, least_plan: see crew; 0: everything is shared out, whatever it takes.
    """

    def __init__(self, wasm=True, threads=None):
        opened = open_tier(SIMD_KERNELS) if wasm else [None, "not asked for"]
        self.obstacle = thread_obstacle()
        super().__init__(opened[0], self.obstacle == "")
        self.wasm = opened[1] if self.tier is None else ("relaxed SIMD" if self.tier.relaxed else "SIMD")
        if self.tier is None:
            self.obstacle = "threads need WebAssembly"
        elif self.obstacle == "" and not self.tier.shared:
            self.obstacle = "there is no shared WebAssembly memory"
        self.crew = None
        self.jobs = 0
        self.least_launch = LEAST_LAUNCH
        self.least_plan = LEAST_PLAN
        self.use_threads(threads, None)
        self.running = False

    def capabilities(self):
        return {
            "name": "cpu",
            "why": "runs everywhere",
            "wasm": self.wasm,
            "threads": self.threads if self._threads_why(True) == "" else 1,
            "threads_why": self._threads_why(False),
            "limits": {"max_elements": MAX_ELEMENTS, "element_bytes": 4, "sync": True},
        }

    # Threads

    def use_threads(self, count, script):
        """Let `count` threads (None: as many as the device runs at the same time, at most 4) share out the work of
        large plans. They start with the first such plan. script: the address of a script that they run, a bundle of the
        library; None for the one that this engine is from.
        """
        wanted = default_threads() if count is None else count
        self.threads = min(max(1, wanted), MOST_THREADS)
        self.script = script
        if self.crew is not None:
            self.crew.dismiss("")
            self.crew = None

    def _threads_why(self, forever):
        """Why one thread works alone; "" if more do. forever: only what will not change by itself."""
        if self.threads == 1:
            return "one was asked for, or the device has one"
        if self.obstacle != "":
            return self.obstacle
        if self.crew is None:
            return "" if forever else "they start with the first large plan"
        if self.crew.ready() or (forever and len(self.crew.threads) > 0):
            return ""
        return self.crew.why

    def _is_worth_sharing(self, launch):
        return launch.is_shared() and launch.cost >= self.least_launch and launch.tiles > launch.unit

    def _may_share(self, executable):
        return executable.shared_cost > 0.0 and self.crew is not None and self.crew.ready()

    def _crew_for(self, executable):
        """The threads that share out an executable's work; None where one does it alone."""
        if self.threads == 1 or self.obstacle != "" or executable.shared_cost <= 0.0:
            return None
        if self.crew is None:
            if executable.shared_cost < self.least_plan:
                return None
            self.crew = Crew(self.memory, self.threads - 1, self.tier.relaxed, self.script)
        if not self.crew.ready():
            return None
        if self.least_launch > 0.0 and not executable.pace.shares:
            return None
        if executable.job is None:
            self.jobs += 1
            data = description(executable.plan, executable.launches, executable.least)
            executable.job = Job(self.jobs, self.heap, len(data))
            self._grow(self.heap.top)
            write_bytes(self.memory, executable.job.text, data)
            on_collect(executable, executable.job.give_back)
        return self.crew

    def forget(self, executable):
        """Give back the constants of an executable that will not run again."""
        if executable.instant is not None:
            executable.instant.close()
            executable.instant = None
        for buffer in executable.constants:
            self.release(buffer)
        if executable.job is not None:
            executable.job.give_back()
            executable.job = None

    def dispose(self):
        self.use_threads(1, None)
        self.memory = memory(0)
        self.heap = Heap()

    # Plans

    def prepare(self, plan, sizes):
        resolved = resolve(plan, sizes)
        yield PAUSE
        launches = []
        kept = Kept(resolved, self.tier)
        least = LEAST
        if self.tier is not None and is_short(resolved):
            least = 1
        pause_at = now() + SLICE_MILLISECONDS
        for s in range(len(resolved["steps"])):
            if self.tier is not None:
                # Set anew after each pause, in which another plan may be prepared.
                self.tier.least = least
            launches.append(kept.prepare(s))
            if now() > pause_at:
                yield PAUSE
                pause_at = now() + SLICE_MILLISECONDS
        kept.close()
        if self.tier is not None:
            self.tier.least = LEAST
        if self.tier is not None:
            self.tier.compile(self.memory)
        storage = Storage(resolved, launches, True, SMALL)
        constants = []
        for entry in resolved["constants"]:
            value = resolved["values"][entry["value"]]
            data = zeros(value["dtype"], element_count(value["shape"]))
            set_at(data, entry["data"], 0)
            block = Block(-1, units_for(value["shape"], value["dtype"]), data)
            constants.append(Buffer(self, value["shape"], value["dtype"], block))
        made = CpuExecutable(resolved, sizes, launches, storage, constants, kept)
        made.least = least
        for buffer in constants:
            # An executable may be forgotten by everybody.
            on_collect(made, releaser(buffer))
        count = 0
        for s in range(len(launches)):
            launch = launches[s]
            if not storage.skipped[s] and self._is_worth_sharing(launch):
                made.shared_cost += launch.cost
                made.own = max(made.own, rounded(launch.workspace - launch.common))
                count += 1
        made.pace = Pace(made.shared_cost / max(1, count))
        return made

    def run(self, executable, inputs, state):
        if self.running:
            raise error("EngineError", "the cpu engine is busy with another run; queue on its lock")
        self.running = True
        outputs = []
        bound = []
        progress = _Progress()
        started = now()
        try:
            self.sharing = self._crew_for(executable)
            yield from self._bring(executable, inputs, state)
            outputs = self.new_outputs(executable)
            bound = self._bind(executable, inputs, state, outputs)
            yield from self._steps(executable, bound, progress)
        finally:
            # A caller that gives up at a pause gets no half-updated variables: the rest is computed at once.
            abandoned = not progress.done
            if progress.paused and _writes_state(executable):
                self._finish(executable, bound, progress)
            if progress.done:
                self._commit(executable, bound, outputs, state)
            if abandoned:
                for buffer in outputs:
                    self.release(buffer)
            self.running = False
        if progress.pauses == 0:
            executable.took = min(executable.took, now() - started)
        executable.runs += 1
        if self._may_share(executable):
            executable.pace.ran(progress.milliseconds)
        return outputs

    def instant(self, executable, given, state):
        if self.watch is not None or self._crew_for(executable) is not None:
            return None
        if self._may_share(executable) and executable.pace.is_trying():
            return None
        return instant_of(self, executable, given, state)

    def new_commands(self):
        """An empty list of commands for launches, or None in plain JavaScript."""
        return None if self.tier is None else Commands([])

    def driver(self, commands):
        """The function of a list of commands."""
        return self.tier.driver(commands, self.memory)

    def run_at_once(self, executable, inputs):
        if executable.short is None or self.running:
            return None
        for item in inputs:
            if isinstance(item, Buffer) and not is_small(item):
                return None
        base = self.heap.top
        self._grow(base + executable.storage.total + ALIGNMENT)
        executable.short.run(self.memory, base, inputs)
        outputs = []
        for result in executable.short.results:
            host = self._taken_out(result.dtype, result.place, result.count)
            outputs.append(Buffer(self, result.shape, result.dtype, Block(-1, result.count, host)))
        return outputs

    def _start_step(self, executable, bound, s):
        """Start the launch of a step; whether threads may share it out."""
        step = executable.plan["steps"][s]
        ins = []
        for v in step["inputs"]:
            ins.append(bound[v])
        outs = []
        for v in step["outputs"]:
            outs.append(-1 if v is None else bound[v])
        launch = executable.launches[s]
        work = bound[len(bound) - 1] + executable.storage.works[s]
        launch.start(self.memory, ins, outs, work)
        return (
            self.sharing is not None
            and self._is_worth_sharing(launch)
            and self.sharing.bind(s, ins, outs, work)
        )

    def _steps(self, executable, bound, progress):
        """Generator: run every step in chunks of tiles of about a millisecond, pausing after each slice of
        time.
        """
        steps = executable.plan["steps"]
        launches = executable.launches
        watch = self.watch
        # The clock is asked once a chunk: for small steps it costs as much as they do.
        before = now()
        since = before
        pause_at = before + SLICE_MILLISECONDS
        if self.sharing is not None:
            self.sharing.describe(executable.job, self.memory)
        for s in range(len(steps)):
            progress.step = s
            progress.tile = 0
            if executable.storage.skipped[s] or launches[s].tiles == 0:
                continue
            launch = launches[s]
            shared = self._start_step(executable, bound, s)
            chunk = 1
            milliseconds = CHUNK_MILLISECONDS
            phase = 0
            if shared:
                milliseconds = SHARED_MILLISECONDS
                share = SHARED_MILLISECONDS * 1000000.0 * self.threads / launch.cost
                chunk = (
                    max(self.threads, int(split(launch.tiles, launch.unit) * min(share, 1.0))) * launch.unit
                )
            # A loop finds out while it runs how many tiles it has.
            while progress.tile < launch.tiles:
                if before >= pause_at:
                    progress.paused = True
                    progress.pauses += 1
                    progress.milliseconds += before - since
                    yield PAUSE
                    progress.paused = False
                    before = now()
                    since = before
                    pause_at = before + SLICE_MILLISECONDS
                end = progress.tile + chunk
                if end > launch.tiles:
                    end = launch.tiles
                if shared:
                    while launch.phases[phase] <= progress.tile:
                        phase += 1
                    end = min(end, launch.phases[phase])
                    self.sharing.run(launch, progress.tile, end)
                else:
                    launch.run(progress.tile, end)
                progress.tile = end
                if watch is not None:
                    watch.ran(s, before)
                if end < launch.tiles or s + 1 < len(steps):
                    after = now()
                    if after - before < milliseconds * 0.5:
                        chunk = chunk * 2
                    elif shared:
                        chunk = max(self.threads, int(chunk / launch.unit) >> 1) * launch.unit
                    elif chunk > 1:
                        chunk = chunk >> 1
                    before = after
        progress.milliseconds += now() - since
        progress.done = True
        return None

    def _finish(self, executable, bound, progress):
        """Compute what an abandoned run left, without pauses."""
        first = progress.step
        for s in range(first, len(executable.launches)):
            launch = executable.launches[s]
            if executable.storage.skipped[s] or launch.tiles == 0:
                continue
            begin = 0
            if s == first:
                begin = progress.tile
            else:
                self._start_step(executable, bound, s)
            launch.run(begin, launch.tiles)
        progress.done = True


class _Progress:
    """How far a run is: step, next tile, whether it stands at a pause, how many there were, whether all is computed;
    milliseconds: what the steps took, without pauses.
    """

    def __init__(self):
        self.step = 0
        self.tile = 0
        self.paused = False
        self.pauses = 0
        self.milliseconds = 0.0
        self.done = False


def _writes_state(executable):
    for direct in executable.storage.direct_updates:
        if direct:
            return True
    return False
