"""Transposes with a reshape before or behind them, as heads of attention are parted and joined, move texels between the
reshape's operand and its result at once: one draw in the place of two or three.
"""

from .joined import changed, links_of, with_joined


def arranged_steps(builder, plan):
    """The steps of a plan, some of them with less to do; see `with_joined`. A transpose that reads the operand of a
    reshape says by a key `shape` what shape it had.
    """
    steps = list(with_joined(builder, plan))
    links = links_of(builder, plan, steps)
    readers, writers = links[0], links[1]
    for i in range(len(steps)):
        step = steps[i]
        if step["kernel"] == "transpose" and _keeps_texels(builder, step):
            before = writers[step["inputs"][0]]
            if before >= 0 and _is_copy(builder, steps[before]):
                steps[i] = _reading(builder, step, steps[before]["inputs"][0])
                value = step["inputs"][0]
                readers[value] = readers[value] - 1
                if readers[value] == 0:
                    steps[before] = changed(steps[before], "outputs", [None])
        elif _is_copy(builder, step):
            source = step["inputs"][0]
            before = writers[source]
            if readers[source] == 1 and before >= 0 and steps[before]["kernel"] == "transpose":
                earlier = steps[before]
                if _keeps_texels(builder, earlier):
                    if "shape" not in earlier:
                        earlier = _reading(builder, earlier, earlier["inputs"][0])
                    steps[before] = changed(earlier, "outputs", step["outputs"])
                    steps[i] = changed(step, "outputs", [None])
    return steps


def _reading(builder, step, source):
    made = changed(step, "inputs", [source])
    made["shape"] = builder.shapes[step["inputs"][0]]
    return made


def _keeps_texels(builder, step):
    """Whether a transpose, as the plan has it, leaves whole texels as they are."""
    perm = step["params"]["perm"]
    target = step["outputs"][0]
    if target is None or len(perm) == 0 or perm[len(perm) - 1] != len(perm) - 1:
        return False
    layout = builder.layouts[target]
    return layout.size > 0 and layout.channels % 4 == 0


def _is_copy(builder, step):
    """Whether a reshape has to move texels, but no parts of them."""
    if step["kernel"] != "reshape" or step["outputs"][0] is None:
        return False
    a = builder.layouts[step["inputs"][0]]
    b = builder.layouts[step["outputs"][0]]
    return a.size > 0 and a.channels != b.channels and a.channels % 4 == 0 and b.channels % 4 == 0
