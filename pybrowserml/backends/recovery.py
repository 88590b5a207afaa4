"""When an engine cannot go on: another takes over its variables and tensors, and what was under way is done again.

An engine tells by an EngineLostError: its memory is gone, or exhausted, or a program does not compile. The engine that
takes over is the restored one of the same device, where that comes back in time, else the next of the table. Buffers
are changed in place, so that whoever holds them goes on with them.
"""

from ..core.host import HostArray
from ..core.slots import Slot
from ..platform.buffers import copy_of
from ..platform.errors import error, kind_of, message_of
from ..platform.maps import new_map
from .active import active_backend, replace_engine, row_after
from .buffer import Buffer
from .journal import SETTINGS

TENSOR = (
    "a tensor's value was lost with the memory of the GPU, and what it was computed from is not there any more: compute"
    " it anew; what has to outlive such a loss is kept in a Variable, or read with data()"
)
VARIABLE = "a variable's value was lost with the memory of the GPU: set it anew, or load the model again"


def is_loss(caught):
    """Whether an exception tells that the engine cannot go on."""
    return kind_of(caught) == "EngineLostError"


def present(backend):
    """The engine that works in the place of one that may have been given up."""
    while backend.successor is not None:
        backend = backend.successor
    return backend


def on_engine(wanted, work):
    """Generator → what the generator `work(backend)` gives, under the engine's lock; after a loss, once more on the
    engine that takes over. wanted: the engine, None for the active one.
    """
    while True:
        backend = present(active_backend() if wanted is None else wanted)
        ticket = yield backend.lock.acquire()
        try:
            # Who held the lock before may have given the engine up.
            if backend.successor is None:
                try:
                    result = yield from work(backend)
                    return result
                except Exception as caught:
                    if not is_loss(caught):
                        raise caught
                    yield from recover(backend, backend, caught)
        finally:
            backend.lock.release(ticket)


def recover(backend, held, caught):
    """Generator: let another engine take over, unless one has already. held: the engine whose lock the caller holds, or
    None; caught: what happened.
    """
    ticket = None
    if held is not backend:
        ticket = yield backend.lock.acquire()
    try:
        if backend.successor is None:
            yield from _take_over(backend, caught)
    finally:
        if held is not backend:
            backend.lock.release(ticket)
    return None


def _take_over(backend, caught):
    engine = yield from backend.restored(SETTINGS.wait)
    if engine is not None:
        try:
            yield from _bring_over(backend, engine, engine)
            engine.journal = backend.journal
            if engine.journal is not None:
                engine.journal.backend = engine
        except Exception as again:
            if not is_loss(again):
                raise again
            engine = None
    if engine is None:
        row = yield from row_after(backend)
        if row is None:
            raise caught
        # The runs are done again on an engine of their own: who uses the other one need not be waited for.
        engine = row.opened()
        yield from _bring_over(backend, row.make(), engine)
        if backend.journal is not None:
            backend.journal.discard()
    backend.successor = engine
    backend.journal = None
    replace_engine(backend, engine, message_of(caught))
    return None


def _bring_over(backend, worker, engine):
    """Generator: what the journal of an engine leads to, made by a worker, goes to another engine."""
    journal = backend.journal
    if journal is None or journal.broken:
        return None
    if not backend.is_gone():
        try:
            yield from _move_variables(journal, engine)
            return None
        except Exception as caught:
            if not is_loss(caught):
                raise caught
    slots = yield from _replay(journal, worker)
    for slot in slots.all_keys():
        if journal.holds(slot):
            made = slots.at(slot)
            yield from _hand_over(made.host, made.buffer, slot.buffer, worker, engine)
    for entry in journal.entries:
        for buffer in entry.outputs:
            if entry.values is not None and buffer.handle is not None and buffer.backend is backend:
                yield from _hand_over(None, entry.value_of(buffer), buffer, worker, engine)
        entry.values = None
        if worker is not engine and entry.runner is not None:
            entry.runner.forget_engine(worker)
    return None


def _move_variables(journal, engine):
    """Generator: the variables of a journal from the memory of an engine that still has it."""
    for entry in journal.entries:
        for slot in entry.slots:
            if journal.holds(slot) and not slot.is_saved():
                host = yield from journal.backend.read(slot.buffer)
                _put(slot.buffer, engine, engine.upload(host))
    return None


def _hand_over(host, value, buffer, worker, engine):
    """Generator: a Buffer that lost its value gets that of a worker's Buffer, or of the host where this is None."""
    if value is None:
        _put(buffer, engine, engine.upload(host))
    elif worker is engine:
        _put(buffer, engine, value)
    else:
        found = yield from worker.read(value)
        _put(buffer, engine, engine.upload(found))
    return None


def _put(buffer, engine, made):
    """Let a Buffer have the value of another, which gives it up."""
    buffer.backend = engine
    buffer.handle = made.handle
    made.handle = None


def _replay(journal, worker):
    """Generator → a map of slots to others, with the values to which the journal leads. `values` of the entries whose
    results are wanted are made too.
    """
    slots = new_map()
    others = []
    for entry in journal.entries:
        entry.values = None
    for entry in [entry for entry in journal.entries]:
        if entry.runner is None:
            slots.put(entry.slots[0], Slot(entry.placed))
        elif entry.is_wanted():
            own = []
            for slot in entry.slots:
                if not slots.has(slot):
                    slots.put(slot, Slot(slot.saved))
                own.append(slots.at(slot))
            inputs = []
            for given in entry.inputs:
                value = yield from _value_again(given, worker, others)
                inputs.append(value)
            entry.values = yield from entry.runner.run_again(worker, inputs, own)
    for entry in others:
        for value in entry.values:
            worker.release(value)
        entry.values = None
    return slots


def _value_again(given, worker, others):
    """Generator → an input of a run that is done again. others: runs outside of the journal, done again for it."""
    if not isinstance(given, Buffer):
        return given
    if given.handle is not None and not given.backend.is_gone():
        if given.backend is worker:
            return given
        host = yield from given.backend.read(given)
        return host
    entry = given.recipe
    if entry.values is None:
        inputs = []
        for source in entry.inputs:
            value = yield from _value_again(source, worker, others)
            inputs.append(value)
        others.append(entry)
        entry.values = yield from entry.runner.run_again(worker, inputs, [])
    return entry.value_of(given)


def fetch_slot(slot, held):
    """Generator → HostArray of a variable that is in the memory of an engine. held: as `fetch`."""
    if slot.is_saved():
        return HostArray(copy_of(slot.saved.data), slot.shape, slot.dtype)
    hosts = yield from fetch([slot.buffer], held, VARIABLE)
    return hosts[0]


def fetch(buffers, held, lost=TENSOR):
    """Generator → HostArrays of Buffers, those of lost engines included. held: the engine whose lock the caller holds,
    or None; lost: what is told where a value cannot be had again.
    """
    recipes = [buffer.recipe for buffer in buffers if buffer.recipe is not None]
    for entry in recipes:
        entry.reading = entry.reading + 1
    try:
        while True:
            for buffer in buffers:
                yield from bring_back(buffer, held, lost)
            backend = buffers[0].backend
            try:
                hosts = yield from backend.read_many(buffers)
                return hosts
            except Exception as caught:
                if not is_loss(caught):
                    raise caught
                yield from recover(backend, held, caught)
    finally:
        for entry in recipes:
            entry.reading = entry.reading - 1


def bring_back(buffer, held, lost=TENSOR):
    """Generator: where the memory of a Buffer's engine is lost, have its value again on the engine that took over.
    Raises TensorLostError where that cannot be.
    """
    if buffer.handle is None or not buffer.backend.is_gone():
        return None
    yield from recover(buffer.backend, held, error("EngineLostError", "the GPU took its memory away"))
    while buffer.backend.is_gone():
        entry = buffer.recipe
        if entry is None or entry.dropped or entry.ordered:
            raise error("TensorLostError", lost)
        backend = present(buffer.backend)
        ticket = None
        if held is not backend:
            ticket = yield backend.lock.acquire()
        try:
            if backend.successor is None:
                try:
                    yield from _compute(entry, backend)
                except Exception as caught:
                    if not is_loss(caught):
                        raise caught
                    yield from recover(backend, backend, caught)
        finally:
            if held is not backend:
                backend.lock.release(ticket)
    return None


def _compute(entry, backend):
    """Generator: a run outside of a journal once more; the results that are still held, and those of the runs before
    it, get their values.
    """
    done = []
    try:
        yield from _value_again(entry.outputs[0], backend, done)
        for made in done:
            for buffer in made.outputs:
                if buffer.handle is not None and buffer.backend.is_gone():
                    _put(buffer, backend, made.value_of(buffer))
    finally:
        for made in done:
            for value in [] if made.values is None else made.values:
                backend.release(value)
            made.values = None
    return None
