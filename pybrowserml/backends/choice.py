"""Which engine a model runs on: that which takes less time for its plans on this device.

The first prediction runs on the processor, and so does the second; no context of WebGL is opened for that. When they
are short, the matter is settled. Else the GPU tries the same plan beside, with copies of the weights, and takes over if
it was faster. A step of training is tried on both before the first one is done, since a change of engines in the middle
would change the numbers. What was found is remembered for the device and the plan.
"""

from ..core.host import own_host
from ..core.slots import Slot, fetch_hosts
from ..platform.errors import message_of
from ..platform.memory import device_text, keep, recall, today
from ..platform.numbers import bit_xor, fmt, imul, is_dict, is_number, is_string
from ..platform.tasks import drive, now, within
from ..platform.text import from_json, to_json, utf8_encode
from .active import CHOICE
from .recovery import on_engine
from .resolve import element_count
from .runner import PlanRunner, read_outputs


class Settings:
    """In milliseconds. short: up to this a plan stays on the processor; patience: after this the GPU is tried at once,
    if there is one; budget: for the timed runs of a trial; endurance: a first run that takes more is the only one.
    days: how long a choice is remembered. clock: tells the time.
    """

    def __init__(self):
        self.short = 2.0
        self.patience = 100.0
        self.budget = 50.0
        self.endurance = 1000.0
        self.days = 30
        self.clock = now


SETTINGS = Settings()
# A choice made for some numbers holds for up to so many times as many.
MUCH_MORE = 4


class EngineChoice:
    """wasm: whether the processor's engine may use WebAssembly; remember: whether choices outlive the page.

    backend: in use now. settled: whether it stays; fixed: whether it was for training. times: milliseconds of a run, by
    engine. why: a sentence. looking, known: whether the code for the GPUs was asked for, and has come.
    """

    def __init__(self, wasm=True, remember=True):
        rows = [row for row in CHOICE.engines if wasm or not row.wasm]
        self.host = [row for row in rows if row.emulated is None][0]
        self.gpus = [row for row in rows if row.emulated is not None]
        self.backend = self.host.opened()
        self.remember = remember
        self.settled = len(self.gpus) == 0
        self.fixed = False
        self.times = {}
        self.why = "the only engine here" if self.settled else "the first predictions are timed here"
        self.runs = 0
        self.elements = 0
        self.trying = None
        self.closed = False
        self.looking = False
        self.known = False

    def keep_to(self, engine_name):
        """Use the engine of this name, on which a model was trained, if it is here; whether it is."""
        for row in CHOICE.engines:
            if row.engine_name == engine_name and row.probe()[0]:
                self.backend = row.opened()
                self._settle("the engine that the model was trained on")
                self.fixed = True
                return True
        return False

    def changed(self, backend, why):
        """Another engine had to take over."""
        self.backend = backend
        self._settle(why)
        return None

    def _settle(self, why):
        self.settled = True
        self.why = why
        return None

    # Predictions

    def predict(self, runner, inputs):
        """Generator → HostArrays of the outputs of a plan that changes no variables."""
        elements = _elements_of(inputs)
        if self.settled and self._is_much_more(elements):
            self.settled = False
            self.runs = 0
            self.times = {}
        if self.settled or self.trying is not None:
            buffers = yield from _run_on(self.backend, runner, inputs)
            hosts = yield from read_outputs(buffers)
            return hosts
        self.elements = elements
        timed = yield from self._on_host(runner, inputs)
        if timed is None:
            # It takes long: see at once what the GPU does.
            yield from self._try(runner, inputs)
            buffers = yield from _run_on(self.backend, runner, inputs)
            hosts = yield from read_outputs(buffers)
            return hosts
        if not self.settled and self.trying is None:
            self.runs = self.runs + 1
            if self._is_short():
                self._settle("a run takes " + self._time_text(self.host) + ": too short for a GPU to pay")
            elif self.runs > 1:
                # It goes on when this prediction is over, whose numbers are its caller's.
                self.trying = drive(self._try(runner, [own_host(given, None) for given in inputs]))
        return timed

    def keeps(self, inputs):
        """Whether the engine stays for a prediction of these inputs, so that nothing is timed."""
        return self.settled and not self._is_much_more(_elements_of(inputs))

    def _is_much_more(self, elements):
        """Whether a choice for the processor was made for far less."""
        chosen = self.elements > 0 and not self.fixed and self.backend is self.host.backend
        return chosen and elements > MUCH_MORE * self.elements

    def _is_short(self):
        return self.times[self.host.engine_name] <= SETTINGS.short

    def _on_host(self, runner, inputs):
        """Generator → HostArrays, and the time is noted; None where it takes long and there is a GPU."""
        backend = self.backend
        begun = [0.0]

        def work(held):
            yield from runner.make_ready(held, inputs)
            begun[0] = SETTINGS.clock()
            done = yield from within(
                runner.run_locked(held, inputs), SETTINGS.patience, self._has_gpu, SETTINGS.clock
            )
            return done

        done = yield from on_engine(backend, work)
        if not done[0]:
            return None
        hosts = yield from read_outputs(done[1])
        self._note(self.host, SETTINGS.clock() - begun[0])
        return hosts

    def _has_gpu(self):
        """Whether there is one that may be faster; None while that is not known."""
        if not self.looking:
            self.looking = True
            drive(self._look())
        if not self.known:
            return None
        for row in self.gpus:
            if row.obstacle() is None:
                return True
        return False

    def _look(self):
        """Generator: load what the GPUs need. What fails is told when they are tried."""
        try:
            for row in self.gpus:
                yield from row.loaded()
        except Exception:
            return None
        self.known = True
        return None

    def _note(self, row, took):
        known = self.times.get(row.engine_name)
        if known is None or took < known:
            self.times[row.engine_name] = took
        return None

    # Training

    def before_training(self, runner, inputs):
        """Generator: settle on an engine for a plan that changes variables, before it does."""
        if self.fixed or self.closed:
            return None
        if self.trying is not None:
            yield self.trying
        if len(self.gpus) > 0:
            self.times = {}
            self.elements = _elements_of(inputs)
            took = yield from self._time_copies(self.host, runner, inputs)
            if took is not None:
                self._note(self.host, took)
            if took is not None and self._is_short():
                self.backend = self.host.opened()
                self._settle("a step takes " + self._time_text(self.host) + ": too short for a GPU to pay")
            else:
                yield from self._try(runner, inputs)
        self.fixed = True
        return None

    # Trials

    def _try(self, runner, inputs):
        """Generator: settle by what was found here before, or by what the GPUs do with copies of the variables."""
        try:
            yield from self._compare(runner, inputs)
        except Exception as caught:
            self.backend = self.host.opened()
            self._settle("the GPU failed when it was tried: " + message_of(caught))
        self.trying = None
        return None

    def _compare(self, runner, inputs):
        key = _key(runner.plan, self.elements)
        if self.remember:
            known = yield recall(key)
            done = yield from self._apply(known, runner, inputs)
            if done:
                return None
        fastest = self.host
        told = self._time_text(self.host)
        besides = ""
        device = ""
        for row in self.gpus:
            yield from row.loaded()
            reason = row.obstacle()
            if reason is not None:
                besides = besides + "; " + reason
                continue
            took = yield from self._time_copies(row, runner, inputs)
            if self.closed:
                return None
            if took is None:
                besides = besides + "; " + row.engine_name + " was lost"
                continue
            self._note(row, took)
            told = told + ", " + self._time_text(row)
            device = _device_of(row.opened())
            host = self.times.get(fastest.engine_name)
            if host is None or took < host:
                fastest = row
        if fastest is not self.host:
            # Its programs are compiled before anybody waits for them.
            yield from _ready_on(fastest.opened(), runner, inputs)
        self.backend = fastest.opened()
        self._settle("a run takes " + told + " here" + besides)
        if self.remember:
            entry = {"engine": fastest.engine_name, "times": self.times, "device": device}
            entry["day"] = today()
            entry["why"] = self.why
            yield keep(key, to_json(entry))
        return None

    def _apply(self, text, runner, inputs):
        """Generator → whether what was remembered settles the matter."""
        found = _entry(text)
        if found is None:
            return False
        for row in CHOICE.engines:
            if row.engine_name != found["engine"]:
                continue
            if row.emulated is not None:
                yield from row.loaded()
                if row.obstacle() is not None or _device_of(row.opened()) != found["device"]:
                    return False
                # Its programs are compiled before anybody waits for them.
                yield from _ready_on(row.opened(), runner, inputs)
            elif row is not self.host:
                return False
            for engine_name in found["times"].keys():
                if engine_name not in self.times:
                    self.times[engine_name] = found["times"][engine_name]
            self.backend = row.opened()
            self._settle(found["why"] + ", as was found before")
            return True
        return False

    def _time_copies(self, row, runner, inputs):
        """Generator → milliseconds of a run on the engine of a row, with copies of the variables; None where the engine
        is lost meanwhile.
        """
        hosts = yield from fetch_hosts(runner.variables)
        slots = [Slot(host) for host in hosts]
        wanted = row.opened()
        # What the model's own runner keeps is for its own variables.
        own = PlanRunner(runner.plan, [])

        def work(backend):
            if backend is not wanted:
                return None
            yield from own.make_ready(backend, inputs)
            least = yield from _timed(backend, own, inputs, slots)
            return least

        try:
            took = yield from on_engine(wanted, work)
        finally:
            own.forget_engine(wanted)
            for slot in slots:
                slot.give_back()
        return took

    def _time_text(self, row):
        took = self.times.get(row.engine_name)
        if took is None:
            return "more than " + fmt(SETTINGS.patience, 0) + " ms on " + row.engine_name
        return fmt(took, 1) + " ms on " + row.engine_name


def _timed(backend, runner, inputs, slots):
    """Generator → milliseconds of the fastest of some runs, the first of which only warms up."""
    least = None
    begun = SETTINGS.clock()
    for turn in range(4):
        started = SETTINGS.clock()
        buffers = yield from runner.run_again(backend, inputs, slots)
        if len(buffers) > 0:
            yield from backend.read_many(buffers)
        for buffer in buffers:
            backend.release(buffer)
        took = SETTINGS.clock() - started
        if (turn > 0 or took > SETTINGS.patience) and (least is None or took < least):
            least = took
        # Not so soon after what is compiled while it runs; but what takes long is not done twice.
        if least is not None and SETTINGS.clock() - begun > (
            SETTINGS.budget if turn > 0 else SETTINGS.endurance
        ):
            break
    return least


def _run_on(backend, runner, inputs):
    runner.backend = backend
    buffers = yield from runner.run(inputs)
    return buffers


def _ready_on(wanted, runner, inputs):
    def work(backend):
        yield from runner.make_ready(backend, inputs)
        return None

    yield from on_engine(wanted, work)
    return None


def _elements_of(inputs):
    count = 0
    for given in inputs:
        count = count + element_count(given.shape)
    return count


def _key(plan, elements):
    """What a choice depends on: the plan, how much goes through it, the browser."""
    data = utf8_encode(to_json([elements, plan["values"], plan["steps"], plan["subplans"], device_text()]))
    return "v1 " + str(_hash(data, -2128831035)) + " " + str(_hash(data, 1540483477))


def _hash(data, begin):
    """FNV-1a."""
    mixed = begin
    for i in range(len(data)):
        mixed = imul(bit_xor(mixed, data[i]), 16777619)
    return mixed


def _device_of(backend):
    """The renderer of a GPU's engine."""
    found = backend.capabilities()
    return str(found["renderer"]) if "renderer" in found else ""


def _entry(text):
    """What was remembered, None where that is nothing, old or not ours."""
    if text is None:
        return None
    try:
        found = from_json(text)
    except Exception:
        return None
    if not is_dict(found) or not is_dict(found.get("times")) or not is_number(found.get("day")):
        return None
    for key in ["engine", "device", "why"]:
        if not is_string(found.get(key)):
            return None
    return found if today() - found["day"] <= SETTINGS.days else None
