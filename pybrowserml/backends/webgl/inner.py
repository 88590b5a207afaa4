"""Actions that are more than draws, run by the engine: the loops and islands of a plan.

Each is a generator that puts its results into `textures`, which has a texture with one reference for each value.
"""

from ..buffer import Buffer
from .control import STEPS_PER_FLAG


def run_island(backend, action, builder, textures):
    """Generator: a step on the processor."""
    given = []
    for i in range(len(action.inputs)):
        spec = action.step.inputs[i]
        given.append(Buffer(backend, spec[0], spec[1], textures[action.inputs[i]]))
    hosts = yield from backend.read_many(given)
    found = yield from action.step.run(hosts)
    for i in range(len(found)):
        if found[i] is not None:
            value = action.step_outputs[i]
            textures[value] = backend.transfers.upload(builder.layouts[value], found[i].data, "a result")
    return None


def run_loop(backend, action, builder, textures):
    """Generator: a loop, whose results it puts into `textures`."""
    held = []
    for i in range(action.carries):
        texture = textures[action.inputs[i]]
        backend.pool.retain(texture)
        held.append(texture)
    try:
        for stack in action.stacks:
            textures[stack.value] = backend.pool.acquire(builder.layouts[stack.value], "a loop's results")
        if action.length is None:
            yield from _repeat(backend, action, builder, textures, held)
        else:
            for k in range(action.length):
                step = action.length - 1 - k if action.reverse else k
                yield from _step(backend, action, builder, textures, held, step)
            for stack in action.stacks:
                if len(stack.waiting) > 0:
                    yield from _copy_waiting(backend, stack, textures)
        for i in range(action.carries):
            if action.finals[i] is not None:
                backend.pool.retain(held[i])
                textures[action.finals[i]] = held[i]
    finally:
        for texture in held:
            backend.pool.release(texture)
        for stack in action.stacks:
            _forget_waiting(backend, stack)
    return None


def _copy_waiting(backend, stack, textures):
    """Generator: the slices of a result that wait, of steps that follow each other, go to their place."""
    low = stack.waiting[0][0]
    high = low
    for entry in stack.waiting:
        low = entry[0] if entry[0] < low else low
        high = entry[0] if entry[0] > high else high
    sources = [stack.waiting[0][1].handle for k in range(stack.held)]
    for entry in stack.waiting:
        sources[entry[0] - low] = entry[1].handle
    lines = stack.lines(low, high)
    yield from backend.queue.draw_lines(stack.draw, sources, [textures[stack.value]], lines[0], lines[1])
    _forget_waiting(backend, stack)


def _forget_waiting(backend, stack):
    for entry in stack.waiting:
        backend.pool.release(entry[1])
    stack.waiting = []


def _repeat(backend, action, builder, textures, held):
    """Generator: the steps of a `while`; its flag is read every few steps."""
    count = 0
    while action.limit is None or count < action.limit:
        hosts = yield from backend.read_many([Buffer(backend, [], "bool", held[0])])
        if not hosts[0].data[0]:
            break
        for _turn in range(STEPS_PER_FLAG):
            if action.limit is None or count < action.limit:
                yield from _step(backend, action, builder, textures, held, 0)
                count = count + 1
    return None


def _step(backend, action, builder, textures, held, step):
    """Generator: the body of a loop once; its next carries take the place of the present ones in `held`."""
    places = action.places_in
    values = [None for layout in action.builder.layouts]
    for draw in action.stepped:
        draw.set_step(step)
    try:
        for entry in action.constants:
            backend.pool.retain(entry[1])
            values[entry[0]] = entry[1]
        for i in range(len(places)):
            item = i - action.carries
            if item >= 0 and item < action.stacked:
                source = textures[action.inputs[i]]
                part = action.scalars[item]
                if action.sources[item] is not None:
                    backend.pool.retain(source)
                    values[action.sources[item]] = source
                elif part is not None:
                    texture = backend.pool.acquire(builder.layouts[part.value], "a slice")
                    values[places[i]] = texture
                    part.set_step(step)
                    yield from backend.queue.draw(part.draw, [source.handle], [texture])
            else:
                texture = held[i] if item < 0 else textures[action.inputs[i]]
                backend.pool.retain(texture)
                values[places[i]] = texture
        for stack in action.stacks:
            if stack.direct is not None:
                backend.pool.retain(textures[stack.value])
                values[stack.direct.value] = textures[stack.value]
        for i in range(len(action.actions)):
            yield from backend.perform(action, i, values)
        for i in range(len(action.places_out)):
            item = i - action.carries
            if item < 0 or item >= len(action.stacks) or action.stacks[item].direct is None:
                backend.ensure(action.builder, values, action.places_out[i])
        for i in range(len(action.stacks)):
            stack = action.stacks[i]
            if stack.draw is not None:
                texture = values[action.places_out[action.carries + i]]
                backend.pool.retain(texture)
                stack.waiting.append([step, texture])
                if len(stack.waiting) == stack.held:
                    yield from _copy_waiting(backend, stack, textures)
        for i in range(action.carries):
            texture = values[action.places_out[i]]
            backend.pool.retain(texture)
            backend.pool.release(held[i])
            held[i] = texture
    finally:
        for texture in values:
            if texture is not None:
                backend.pool.release(texture)
    return None
