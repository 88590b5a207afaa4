"""What is written down while functions are profiled: runs of plans, times of their steps, spans of time."""

from ..backends.resolve import element_count
from ..platform.buffers import element_bytes
from ..platform.maps import new_map
from ..platform.tasks import now
from .costs import bytes_of, flops_of, input_shapes

# Spans beyond these are counted in the rows only.
MOST_SPANS = 100000


class Span:
    """A piece of time in milliseconds on a track: "plans", "steps" or "GPU"."""

    def __init__(self, track, label, group, started, ended):
        self.track = track
        self.label = label
        self.group = group
        self.started = started
        self.ended = ended


class Row:
    """A step of a plan. path: its number; for one of a loop's body that of the loop before it, "12.3".

    flops, read, written: of one call; own: whether they count for the totals (those of a loop stand in the steps of its
    body, where these are known). programs: the sources of its shaders; latencies: times for which nothing was drawn.
    """

    def __init__(self, path, step, values, width):
        self.path = path
        self.kernel = step["kernel"]
        self.label = step["name"] if "name" in step and step["name"] is not None else ""
        self.shapes = _shapes_text(step, values)
        self.flops = flops_of(step, values)
        moved = bytes_of(step, values, width)
        self.read = moved[0]
        self.written = moved[1]
        self.calls = 0
        self.milliseconds = 0.0
        self.draws = 0
        self.fetches = 0
        self.programs = new_map()


class Record:
    """A plan at certain sizes on an engine. runs: how often it ran; milliseconds: for how long in all.

    It knows the rows of each container: the executable for the plan itself, whatever the engine has for the bodies of
    its loops.
    """

    def __init__(self, number, backend, executable, plan):
        self.number = number
        self.backend = backend
        self.executable = executable
        self.plan = plan
        self.width = _width_on(backend)
        self.runs = 0
        self.milliseconds = 0.0
        self.rows = []
        self.known = new_map()
        self.add(executable, plan, "")

    def add(self, container, plan, prefix):
        """The rows of the steps of a plan, or of the body of a loop that has the path `prefix`."""
        known = self.known.at(container)
        if known is not None:
            return known
        rows = []
        for s in range(len(plan["steps"])):
            path = str(s) if prefix == "" else prefix + "." + str(s)
            rows.append(Row(path, plan["steps"][s], plan["values"], self.width))
        self.known.put(container, rows)
        self.rows.extend(rows)
        return rows

    def add_body(self, container, plan, outer):
        """The rows of a loop's body; the row of the loop keeps only what is around it."""
        outer.flops = 0
        outer.read = 0
        outer.written = 0
        return self.add(container, plan, outer.path)

    def title(self):
        """plan 2 (batch=32, 46 steps) on cpu"""
        parts = []
        sizes = self.executable.sizes
        for key in sizes.keys():
            parts.append(key + "=" + str(sizes[key]))
        parts.append(str(len(self.plan["steps"])) + " steps")
        return "plan " + str(self.number) + " (" + ", ".join(parts) + ") on " + self.backend.backend_name


class Journal:
    """All that is written down. records: a Record for each executable; notes: what the reader should know."""

    def __init__(self):
        self.records = []
        self.known = new_map()
        self.spans = []
        self.dropped = 0
        self.notes = []

    def record_of(self, backend, executable, plan):
        known = self.known.at(executable)
        if known is None:
            known = Record(len(self.records) + 1, backend, executable, plan)
            self.known.put(executable, known)
            self.records.append(known)
        return known

    def span(self, track, label, group, started, ended):
        """Note a span; one that goes on where the last of the same label ended makes that longer."""
        if len(self.spans) > 0:
            last = self.spans[len(self.spans) - 1]
            if last.track == track and last.label == label and started - last.ended < 0.001:
                last.ended = ended
                return None
        if len(self.spans) >= MOST_SPANS:
            self.dropped = self.dropped + 1
        else:
            self.spans.append(Span(track, label, group, started, ended))
        return None

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)
        return None


def clock_step():
    """The smallest time that the clock can tell, in milliseconds."""
    smallest = 1000.0
    for _turn in range(4):
        started = now()
        ended = now()
        while ended - started <= 0.0:
            ended = now()
        if ended - started < smallest:
            smallest = ended - started
    return smallest


def _width_on(backend):
    """A function from a dtype to the bytes of an element in the memory of an engine."""
    if backend.backend_name == "numpy":
        return element_bytes
    return lambda dtype: 8 if dtype == "float64" else 4


def _shapes_text(step, values):
    given = [_shape_text(shape) for shape in input_shapes(step, values)]
    made = [_shape_text(values[value]["shape"]) for value in step["outputs"] if value is not None]
    return " ".join(given) + " -> " + " ".join(made)


def _shape_text(shape):
    return "1" if len(shape) == 0 else "x".join([str(dim) for dim in shape])


def total_bytes(plan, width):
    """Bytes of a plan's state and constants."""
    total = 0
    for group in ["state", "constants"]:
        for entry in plan[group]:
            value = plan["values"][entry["value"]]
            total = total + element_count(value["shape"]) * width(value["dtype"])
    return total
