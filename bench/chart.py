"""The ratios of a run as an SVG chart, for a light and a dark page."""

import math
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pygal
from figures import RIVALS, best, ratio
from pygal.style import Style

SERIES = {"ours cpu": "SIMD or what cpu chooses", "ours plain": "plain JavaScript", "ours webgl": "WebGL"}
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#333",
    foreground_strong="#111",
    foreground_subtle="#888",
    colors=("#2a78c8", "#e08a1e", "#3a9a5b"),
    font_family="system-ui, sans-serif",
    label_font_size=11,
    major_label_font_size=11,
    legend_font_size=12,
    title_font_size=14,
)
DARK = """@media (prefers-color-scheme: dark) {
  svg text, svg text.title { fill: #ddd !important }
  svg .guides, svg .axis path { stroke: #555 !important }
}"""


def draw(result: dict, file: Path) -> bool:
    """Bars from 1: to the right where we are faster than the best peer of the same kind. False: nothing to draw."""
    rows = [row for row in result["rows"] if any(_ratio(row, name) for name in SERIES)]
    if not rows:
        return False
    rows.reverse()  # a horizontal chart counts from below
    values = {title: [_log(_ratio(row, name)) for row in rows] for name, title in SERIES.items()}
    low, high = _range([value for each in values.values() for value in each if value is not None])
    chart = pygal.HorizontalBar(
        style=STYLE,
        js=[],
        width=860,
        height=120 + 34 * len(rows),
        margin=12,
        spacing=4,
        truncate_label=-1,
        legend_at_bottom=True,
        show_y_guides=True,
        range=(low, high),
        title=f"Time of the best peer over ours, {result['date'][:10]}",
    )
    chart.add_xml_filter(_for_any_page)
    chart.x_labels = [row["name"] for row in rows]
    chart.y_labels = [
        {"value": math.log10(tick), "label": f"{tick:g}×"}
        for tick in TICKS
        if low <= math.log10(tick) <= high
    ]
    for title, each in values.items():
        chart.add(title, each, formatter=_times)
    chart.render_to_file(str(file))
    return True


def _for_any_page(root):
    """No scripts, which a picture does not need and pages refuse; light text on a dark page."""
    for parent in list(root.iter()):
        for child in [child for child in parent if str(child.tag).rpartition("}")[2] == "script"]:
            parent.remove(child)
    style = ElementTree.SubElement(root, "style", {"type": "text/css"})
    style.text = DARK
    return root


def _ratio(row: dict, name: str) -> float | None:
    ours, rival = row["contestants"].get(name), best(row, RIVALS[name])
    return ratio(ours, rival)[1] if ours and rival else None


def _log(value: float | None) -> float | None:
    return None if value is None else math.log10(value)


def _range(values: list[float]) -> tuple[float, float]:
    """From a tick below all values, and below 1, to one above."""
    ticks = [math.log10(tick) for tick in TICKS]
    low = max((tick for tick in ticks if tick <= min([*values, -0.1])), default=ticks[0])
    high = min((tick for tick in ticks if tick >= max([*values, 0.1])), default=ticks[-1])
    return min(low, *values), max(high, *values)


def _times(value: float | None) -> str:
    return "" if value is None else f"{10**value:.2f}×"
