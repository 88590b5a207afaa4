"""Where the values of a plan lie while it runs: boxes of steps by bytes, and their picture."""

from ..backends.memory import plan_offsets
from ..backends.webgl.builder import Alias
from ..platform.numbers import fmt, to_int
from .record import total_bytes

WIDTH = 960
HEIGHT = 480
LEFT = 64
TOP = 40
BOTTOM = 36
# Boxes thinner than this get no label.
LABELLED = 11
HEX = "0123456789abcdef"


class Box:
    """A place of `bytes` bytes from `offset` on, in use from step `first` to `last`."""

    def __init__(self, label, kernel, offset, size, first, last):
        self.label = label
        self.kernel = kernel
        self.offset = offset
        self.bytes = size
        self.first = first
        self.last = last


class MemoryMap:
    """The memory that a plan needs beside its weights. columns: what happens, in order; what: how the engine has it."""

    def __init__(self, title, columns, boxes, total, what):
        self.title = title
        self.columns = columns
        self.boxes = boxes
        self.total = total
        self.what = what

    def in_use(self, column):
        """Bytes in use at a step; a result that is written over an operand counts once."""
        alive = [box for box in self.boxes if box.first <= column and column <= box.last]
        used = 0
        end = 0
        for box in sorted(alive, key=lambda box: box.offset):
            stop = box.offset + box.bytes
            begin = box.offset if box.offset > end else end
            if stop > begin:
                used = used + stop - begin
                end = stop
        return used

    def peak(self):
        """The most bytes in use at a step."""
        most = 0
        for column in range(len(self.columns)):
            used = self.in_use(column)
            most = used if used > most else most
        return most


def memory_map(record):
    """The MemoryMap of a Record's plan on its engine."""
    if hasattr(record.executable, "storage"):
        return _arena(record)
    if hasattr(record.executable, "builder"):
        return _textures(record)
    return _arrays(record)


def _steps_of(plan):
    return [str(s) + " " + plan["steps"][s]["kernel"] for s in range(len(plan["steps"]))]


def _producers(plan):
    """For each value the step that makes it, -1 for others."""
    made = [-1 for value in plan["values"]]
    for s in range(len(plan["steps"])):
        for value in plan["steps"][s]["outputs"]:
            if value is not None:
                made[value] = s
    return made


def _label(plan, value, producer):
    for entry in plan["inputs"]:
        if entry["value"] == value:
            return entry["name"]
    step = plan["steps"][producer]
    found = step["name"] if "name" in step and step["name"] is not None else step["kernel"]
    return "%" + str(value) + " " + found


def _kernel(plan, producer):
    return "input" if producer < 0 else plan["steps"][producer]["kernel"]


def _arena(record):
    """The CPU engine's scratch region, where the values lie as its plan says."""
    plan = record.plan
    storage = record.executable.storage
    launches = record.executable.launches
    made = _producers(plan)
    last = _last_reads(plan, storage, made)
    boxes = []
    for v in range(len(plan["values"])):
        root = storage.root[v]
        kind = storage.home[root][0]
        # A value that takes the place of another is a box of its own only where it is made by a step.
        if storage.offsets[v] < 0 or (kind == "scratch" and made[v] < 0):
            continue
        if made[v] >= 0 and storage.skipped[made[v]]:
            continue
        first = made[v] if made[v] > 0 else 0
        end = last[v] if last[v] > first else first
        boxes.append(
            Box(
                _label(plan, v, made[v]),
                _kernel(plan, made[v]),
                storage.offsets[v] * 4,
                storage.counts[v] * 4,
                first,
                end,
            )
        )
    for s in range(len(launches)):
        if not storage.skipped[s] and launches[s].workspace > 0:
            kernel = plan["steps"][s]["kernel"]
            size = launches[s].workspace * 4
            boxes.append(Box("workspace", kernel, storage.works[s] * 4, size, s, s))
    total = storage.total * 4
    return MemoryMap(record.title(), _steps_of(plan), boxes, total, "one arena")


def _last_reads(plan, storage, made):
    """For each value the last step that reads it, under any name that reshapes gave it; the end for what is handed out,
    -1 for what nobody reads.
    """
    base = [v for v in range(len(made))]
    for v in range(len(made)):
        while made[base[v]] >= 0 and storage.skipped[made[base[v]]]:
            base[v] = plan["steps"][made[base[v]]]["inputs"][0]
    last = [-1 for v in base]
    for s in range(len(plan["steps"])):
        for v in plan["steps"][s]["inputs"]:
            last[base[v]] = s
    for group in ["outputs", "updates"]:
        for entry in plan[group]:
            last[base[entry["value"]]] = len(plan["steps"]) - 1
    return last


def _textures(record):
    """The textures of a plan on WebGL, which come from a pool, drawn as if they lay in one arena."""
    plan = record.plan
    builder = record.executable.builder
    actions = builder.actions
    count = len(builder.layouts)
    first = [-1 for layout in builder.layouts]
    last = [-1 for layout in builder.layouts]
    aliases = [value for value in range(count)]
    for i in range(len(actions)):
        for value in actions[i].outputs:
            if first[value] < 0:
                first[value] = i
            last[value] = i
        for value in actions[i].inputs:
            last[value] = i
        if isinstance(actions[i], Alias):
            aliases[actions[i].outputs[0]] = actions[i].inputs[0]
    for group in ["outputs", "updates"]:
        for entry in plan[group]:
            last[entry["value"]] = len(actions) - 1
    for entry in plan["inputs"]:
        first[entry["value"]] = 0
    lifetimes = [[first[v], last[v]] if first[v] >= 0 and last[v] >= 0 else None for v in range(count)]
    for group in ["state", "constants"]:
        for entry in plan[group]:
            lifetimes[entry["value"]] = None
    sizes = [layout.bytes for layout in builder.layouts]
    planned = plan_offsets(sizes, lifetimes, aliases, 1)
    names = [
        str(builder.steps[i]) + " " + plan["steps"][builder.steps[i]]["kernel"] for i in range(len(actions))
    ]
    boxes = []
    for v in range(count):
        if lifetimes[v] is not None and aliases[v] == v:
            step = builder.steps[first[v]]
            is_input = len([entry for entry in plan["inputs"] if entry["value"] == v]) > 0
            label = _label(plan, v, step)
            kernel = "input" if is_input else plan["steps"][step]["kernel"]
            boxes.append(Box(label, kernel, planned["offsets"][v], sizes[v], first[v], last[v]))
    return MemoryMap(
        record.title(), names, boxes, planned["total"], "textures from a pool, as if in one arena"
    )


def _arrays(record):
    """Arrays of their own, which live as long as the plan says, drawn as if they lay in one arena."""
    plan = record.plan
    made = _producers(plan)
    sizes = []
    lifetimes = []
    for v in range(len(plan["values"])):
        value = plan["values"][v]
        size = record.width(value["dtype"])
        for dim in value["shape"]:
            size = size * dim
        sizes.append(size)
        lifetimes.append(plan["lifetimes"][v] if made[v] >= 0 else None)
    last = len(plan["steps"]) - 1
    lifetimes = [
        None if life is None else [life[0], life[1] if life[1] < last else last] for life in lifetimes
    ]
    planned = plan_offsets(sizes, lifetimes, [v for v in range(len(sizes))], 1)
    boxes = []
    for v in range(len(sizes)):
        life = lifetimes[v]
        if life is not None:
            label = _label(plan, v, made[v])
            boxes.append(
                Box(label, _kernel(plan, made[v]), planned["offsets"][v], sizes[v], life[0], life[1])
            )
    what = "arrays of their own, as if in one arena"
    return MemoryMap(record.title(), _steps_of(plan), boxes, planned["total"], what)


# The picture


def draw_memory(record):
    """The memory of a Record's plan as the text of an SVG: steps from left to right, bytes from below."""
    chart = memory_map(record)
    columns = len(chart.columns) if len(chart.columns) > 0 else 1
    total = chart.total if chart.total > 0 else 1
    wide = (WIDTH - LEFT - 8) / columns
    high = (HEIGHT - TOP - BOTTOM) / total
    floor = HEIGHT - BOTTOM
    lines = []
    lines.append(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '
        + str(WIDTH)
        + " "
        + str(HEIGHT)
        + '" font-family="system-ui, sans-serif" font-size="11">'
    )
    lines.append('<rect width="100%" height="100%" fill="#fff"/>')
    told = "Memory of " + chart.title + ": " + chart.what + ", " + bytes_text(chart.total)
    told = told + "; weights and constants " + bytes_text(total_bytes(record.plan, record.width))
    lines.append('<text x="' + str(LEFT) + '" y="22" font-size="13">' + escaped(told) + "</text>")
    for box in chart.boxes:
        x = LEFT + box.first * wide
        y = floor - (box.offset + box.bytes) * high
        width = (box.last - box.first + 1) * wide
        height = box.bytes * high
        lines.append(
            "<rect"
            + _attribute("x", x)
            + _attribute("y", y)
            + _attribute("width", width)
            + _attribute("height", height)
            + ' fill="'
            + _colour(box.kernel)
            + '" stroke="#333" stroke-width="0.4"><title>'
            + escaped(box.label + ": " + bytes_text(box.bytes))
            + escaped(", made by " + box.kernel + ", steps " + str(box.first) + " to " + str(box.last))
            + "</title></rect>"
        )
        if height >= LABELLED and width >= 6 * len(box.label):
            lines.append(
                "<text"
                + _attribute("x", x + 3)
                + _attribute("y", y + 10)
                + ">"
                + escaped(box.label)
                + "</text>"
            )
    for tick in range(5):
        y = floor - tick * (floor - TOP) / 4
        size = chart.total * tick / 4
        lines.append(
            '<text text-anchor="end"'
            + _attribute("x", LEFT - 6)
            + _attribute("y", y + 4)
            + ">"
            + bytes_text(size)
            + "</text>"
        )
        lines.append(
            "<line"
            + _attribute("x1", LEFT)
            + _attribute("x2", WIDTH - 8)
            + _attribute("y1", y)
            + _attribute("y2", y)
            + ' stroke="#ccc" stroke-width="0.5"/>'
        )
    every = 1 + to_int(columns / 24)
    for column in range(0, len(chart.columns), every):
        lines.append(
            "<text"
            + _attribute("x", LEFT + column * wide)
            + _attribute("y", floor + 14)
            + ">"
            + escaped(chart.columns[column].split(" ")[0])
            + "</text>"
        )
    lines.append(
        "<text"
        + _attribute("x", LEFT)
        + _attribute("y", HEIGHT - 8)
        + ">steps; hover over a box for its value</text>"
    )
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def bytes_text(count):
    """1.5 MB"""
    if count < 1000:
        return fmt(count, 0) + " B"
    if count < 1000000:
        return fmt(count / 1000, 1) + " KB"
    if count < 1000000000:
        return fmt(count / 1000000, 1) + " MB"
    return fmt(count / 1000000000, 2) + " GB"


def escaped(text):
    """A text as it stands in XML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(label, number):
    return " " + label + '="' + fmt(number, 2) + '"'


def _colour(kernel):
    """A light colour that is the same for a kernel in every picture."""
    mixed = 7
    for i in range(len(kernel)):
        mixed = (mixed * 31 + ord(kernel[i])) % 65521
    text = "#"
    for _part in range(3):
        text = text + HEX[9 + mixed % 7] + HEX[mixed % 16]
        mixed = (mixed * 75 + 74) % 65537
    return text
