"""What a profile shows: a table, a file for a viewer of traces, a picture of memory."""

from ..platform.console import write_line
from ..platform.errors import error
from ..platform.files import split_path, write_file
from ..platform.maps import new_map
from ..platform.numbers import fmt, is_whole
from ..platform.tasks import waits
from ..platform.text import to_json, utf8_encode
from .memory import bytes_text, draw_memory, memory_map

TRACKS = ["plans", "steps", "GPU"]
SORTS = ["time", "order", "kernel"]


class Profile:
    """What `profile` found. Numbers are those of one call of the function.

    steps: a dict for each step, the slowest first: "plan", "engine", "path" (its number, and in the body of a loop the
    loop's before it), "kernel", "name", "shapes", "calls", "milliseconds", "flops", "bytes_read", "bytes_written",
    "draws", "fetches" (texels that shaders read), "programs", and "limit": the time that it would take at the measured
    limits over the time that it took, None where none were measured. milliseconds: from the beginning to the end;
    in_steps: the part of it that stands in `steps`. notes: what is to be known of the numbers.
    """

    def __init__(self, journal, started, ended, repeats, limits):
        self.milliseconds = (ended - started) / repeats
        self.repeats = repeats
        self.notes = [note for note in journal.notes]
        if journal.dropped > 0:
            self.notes.append(str(journal.dropped) + " spans were too many for the trace")
        self._records = journal.records
        self._spans = journal.spans
        self._started = started
        self.limits = {}
        self.steps = []
        for record in journal.records:
            engine = record.backend.backend_name
            best = limits.at(record.backend)
            if best is not None:
                self.limits[engine] = {"gflops": best.flops / 1e6, "gigabytes": best.bytes / 1e6}
            for row in record.rows:
                if row.calls > 0:
                    self.steps.append(_step_of(record, row, repeats, best))
        self.steps = [self.steps[i] for i in _slowest_first([step["milliseconds"] for step in self.steps])]
        self.in_steps = 0.0
        for step in self.steps:
            self.in_steps = self.in_steps + step["milliseconds"]

    def kernels(self):
        """A dict for each kernel and engine with the sums of its steps, the slowest first."""
        groups = new_map()
        for step in self.steps:
            key = step["kernel"] + " on " + step["engine"]
            if not groups.has(key):
                made = {"kernel": step["kernel"], "engine": step["engine"], "steps": 0, "calls": 0}
                for field in SUMS:
                    made[field] = 0.0
                groups.put(key, made)
            group = groups.at(key)
            group["steps"] = group["steps"] + 1
            group["calls"] = group["calls"] + step["calls"]
            for field in SUMS:
                group[field] = group[field] + step[field]
        found = groups.all_values()
        return [found[i] for i in _slowest_first([group["milliseconds"] for group in found])]

    def to_string(self, sort_by="time", most=40):
        """The table as text.

        sort_by: "time"; "order", that of the plans; or "kernel", sums of each. most: how many rows are shown.
        """
        if sort_by not in SORTS:
            raise error(
                "ArgumentError", "to_string: sort_by must be time, order or kernel, got " + str(sort_by)
            )
        lines = [self._summary()]
        for record in self._records:
            lines.append(_about(record, self.repeats))
        lines.append("")
        lines.extend(_table(self.kernels() if sort_by == "kernel" else self._sorted(sort_by), most, self))
        for engine in self.limits.keys():
            best = self.limits[engine]
            text = "limits of " + engine + " here: " + fmt(best["gflops"], 1) + " GFLOP/s, "
            lines.append(text + fmt(best["gigabytes"], 1) + " GB/s read and written")
        lines.extend(["note: " + note for note in self.notes])
        return "\n".join(lines)

    def print(self, sort_by="time", most=40):
        """Print the table; the arguments are those of to_string."""
        write_line(self.to_string(sort_by, most))
        return None

    def __str__(self):
        return self.to_string()

    def to_trace(self):
        """The text of a file in the Trace Event Format (JSON), which chrome://tracing and ui.perfetto.dev open."""
        events = []
        for i in range(len(TRACKS)):
            labels = {"name": TRACKS[i]}
            events.append({"name": "thread_name", "ph": "M", "pid": 1, "tid": i + 1, "args": labels})
        for span in self._spans:
            events.append(
                {
                    "name": span.label,
                    "cat": "prepare" if span.group == "prepare" else span.track,
                    "ph": "X",
                    "ts": _micro(span.started - self._started),
                    "dur": _micro(span.ended - span.started),
                    "pid": 1,
                    "tid": TRACKS.index(span.track) + 1,
                    "args": {"name": span.group},
                }
            )
        for record in self._records:
            events.extend(self._memory_events(record))
        return to_json({"traceEvents": events, "displayTimeUnit": "ms"})

    @waits
    def save(self, path):
        """Write a file: the trace for a name that ends in .json, the table for .txt, the picture of memory for .svg.

        path: a file; in a page "download://name.json".
        """
        text = str(path)
        if text.endswith(".json"):
            content = self.to_trace()
        elif text.endswith(".txt"):
            content = self.to_string() + "\n"
        elif text.endswith(".svg"):
            content = self.memory_svg()
        else:
            raise error("ArgumentError", "save: the name must end in .json, .txt or .svg, got " + text)
        place = split_path(path)
        yield write_file(place[0], place[1], utf8_encode(content))
        return None

    def memory_svg(self, plan=None):
        """The picture of a plan's memory: steps from left to right, bytes from below, a box for each value.

        plan: its number as in the table; by default that which took the longest. Raises ArgumentError where none ran.
        """
        return draw_memory(self._record(plan))

    def memory(self, plan=None):
        """A dict of a plan's memory beside its weights: "bytes" of the whole, "peak" in use at once, "boxes": for each
        value a dict of "name", "kernel" that made it, "offset", "bytes", and the steps "first" and "last" that need it.
        """
        chart = memory_map(self._record(plan))
        boxes = []
        for box in chart.boxes:
            boxes.append(
                {
                    "name": box.label,
                    "kernel": box.kernel,
                    "offset": box.offset,
                    "bytes": box.bytes,
                    "first": box.first,
                    "last": box.last,
                }
            )
        return {"bytes": chart.total, "peak": chart.peak(), "boxes": boxes}

    def _record(self, plan):
        if len(self._records) == 0:
            raise error("ArgumentError", "no plan ran while this was profiled")
        if plan is not None:
            if not is_whole(plan) or plan < 1 or plan > len(self._records):
                told = "this profile has plans 1 to " + str(len(self._records)) + ", got " + str(plan)
                raise error("ArgumentError", told)
            return self._records[plan - 1]
        longest = self._records[0]
        for record in self._records:
            longest = record if record.milliseconds > longest.milliseconds else longest
        return longest

    def _summary(self):
        calls = "" if self.repeats == 1 else " a call, mean of " + str(self.repeats)
        text = fmt(self.milliseconds, 2) + " ms" + calls + ", of which " + fmt(self.in_steps, 2)
        return text + " ms in the steps below; the rest is waiting, transfers, and work on the host"

    def _sorted(self, sort_by):
        if sort_by == "time":
            return self.steps
        found = []
        for record in self._records:
            for row in record.rows:
                for step in self.steps:
                    if step["plan"] == record.number and step["path"] == row.path:
                        found.append(step)
        return found

    def _memory_events(self, record):
        """A counter: the bytes of intermediate values over the steps of a plan's first run."""
        chart = memory_map(record)
        by_step = hasattr(record.executable, "builder")
        events = []
        seen = new_map()
        for span in self._spans:
            if span.track == "plans" and span.label == record.title() and seen.size() > 0:
                break
            number = span.label.split(" ")[0]
            if span.track != "plans" and "." not in number and not seen.has(number):
                seen.put(number, True)
                column = -1
                for i in range(len(chart.columns)):
                    if column < 0 and chart.columns[i].split(" ")[0] == number:
                        column = i
                if column >= 0:
                    events.append(
                        {
                            "name": "memory of plan "
                            + str(record.number)
                            + (" (textures)" if by_step else ""),
                            "ph": "C",
                            "ts": _micro(span.started - self._started),
                            "pid": 1,
                            "tid": 1,
                            "args": {"bytes": chart.in_use(column)},
                        }
                    )
        return events


SUMS = ["milliseconds", "flops", "bytes_read", "bytes_written", "draws", "fetches", "programs"]


def _step_of(record, row, repeats, best):
    flops = row.flops * row.calls / repeats
    read = row.read * row.calls / repeats
    written = row.written * row.calls / repeats
    took = row.milliseconds / repeats
    limit = None
    # A reshape copies nothing.
    if best is not None and row.kernel != "reshape" and took > 0 and best.flops > 0 and best.bytes > 0:
        compute = flops / best.flops
        move = (read + written) / best.bytes
        limit = (compute if compute > move else move) / took
    return {
        "plan": record.number,
        "engine": record.backend.backend_name,
        "path": row.path,
        "kernel": row.kernel,
        "name": row.label,
        "shapes": row.shapes,
        "calls": row.calls / repeats,
        "milliseconds": took,
        "flops": flops,
        "bytes_read": read,
        "bytes_written": written,
        "draws": row.draws / repeats,
        "fetches": row.fetches / repeats,
        "programs": row.programs.size(),
        "limit": limit,
    }


def _about(record, repeats):
    chart = memory_map(record)
    text = (
        record.title()
        + ": "
        + fmt(record.runs / repeats, 0)
        + " runs, "
        + fmt(record.milliseconds / repeats, 2)
    )
    return (
        text + " ms; memory " + bytes_text(chart.total) + ", at most " + bytes_text(chart.peak()) + " in use"
    )


def _micro(milliseconds):
    return milliseconds * 1000.0


def _slowest_first(times):
    """The order of falling times; the earlier one first among equals."""
    left = [i for i in range(len(times))]
    keyed = sorted([-time for time in times])
    order = []
    for key in keyed:
        for k in range(len(left)):
            if -times[left[k]] == key:
                order.append(left.pop(k))
                break
    return order


def _table(rows, most, profile):
    """The lines of a table of dicts of steps or of kernels."""
    if len(rows) == 0:
        return ["no plan ran"]
    has_limits = len(profile.limits.keys()) > 0 and "limit" in rows[0]
    has_draws = False
    for row in rows:
        has_draws = has_draws or row["draws"] > 0
    several = "plan" in rows[0] and len(profile._records) > 1
    heads = [] if not several else ["plan"]
    if "path" in rows[0]:
        heads.append("step")
    heads.extend(["kernel", "ms", "%", "calls", "GFLOP/s", "GB/s", "bytes"])
    if has_limits:
        heads.append("% limit")
    if has_draws:
        heads.extend(["draws", "programs", "fetches"])
    heads.append("name, shapes" if "path" in rows[0] else "steps")
    lines = [heads]
    for row in rows[0:most]:
        took = row["milliseconds"]
        moved = row["bytes_read"] + row["bytes_written"]
        cells = [] if not several else [str(row["plan"])]
        if "path" in row:
            cells.append(row["path"])
        cells.append(row["kernel"] if several or "path" in row else row["kernel"] + " on " + row["engine"])
        cells.append(fmt(took, 3))
        cells.append(fmt(100 * took / profile.in_steps, 1) if profile.in_steps > 0 else "")
        cells.append(fmt(row["calls"], 0 if row["calls"] >= 1 else 2))
        cells.append(fmt(row["flops"] / took / 1e6, 2) if took > 0 and row["flops"] > 0 else "")
        cells.append(fmt(moved / took / 1e6, 2) if took > 0 else "")
        cells.append(bytes_text(moved))
        if has_limits:
            cells.append("" if row["limit"] is None else fmt(100 * row["limit"], 0))
        if has_draws:
            cells.extend([fmt(row["draws"], 0), str(row["programs"]), _count_text(row["fetches"])])
        if "path" in row:
            cells.append((row["name"] + "  " if row["name"] != "" else "") + row["shapes"])
        else:
            cells.append(str(row["steps"]))
        lines.append(cells)
    texts = _aligned(lines, ["kernel", "name, shapes"])
    if len(rows) > most:
        texts.append("... and " + str(len(rows) - most) + " more")
    return texts


def _count_text(count):
    if count < 10000:
        return fmt(count, 0)
    return fmt(count / 1e6, 2) + " M"


def _aligned(lines, left):
    """Cells in columns, numbers to the right. left: heads of the columns of texts."""
    widths = []
    for column in range(len(lines[0])):
        width = 0
        for cells in lines:
            width = len(cells[column]) if len(cells[column]) > width else width
        widths.append(width)
    texts = []
    for cells in lines:
        text = ""
        for column in range(len(cells)):
            space = ""
            while len(space) + len(cells[column]) < widths[column]:
                space = space + " "
            cell = cells[column] + space if lines[0][column] in left else space + cells[column]
            text = text + ("  " if column > 0 else "") + cell
        texts.append(text.rstrip())
    return texts
