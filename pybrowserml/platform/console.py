"""What a person sees: lines, warnings, tables, and the progress of training."""

import sys
import warnings

from .numbers import fmt, is_nan


def write_line(text):
    print(text)


def warn(text):
    """Tell the user once about something that is allowed but rarely meant."""
    warnings.warn(text, UserWarning, stacklevel=2)


def write_table(title, heads, rows, notes):
    """A table with a title above and lines of notes below; rows are lists of strings. Returns nothing."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), title_justify="left")
    for i, head in enumerate(heads):
        table.add_column(escape(head), justify="right" if i == len(heads) - 1 else "left")
    for row in rows:
        table.add_row(*[escape(cell) for cell in row])
    console = Console()
    console.print(table)
    for note in notes:
        console.print(escape(note))


class Progress:
    """A bar for the batches of an epoch, with the logs beside it, then one line when the epoch is done."""

    def __init__(self, epochs, verbose):
        self.epochs = epochs
        self.verbose = verbose
        self.bar = None
        self.task = None
        self.title = ""

    def start_epoch(self, epoch, batches):
        """batches: how many there are, None when unknown. epoch -1 stands for an evaluation or prediction."""
        self.title = f"Epoch {epoch + 1}/{self.epochs}" if epoch >= 0 else "Evaluating"
        if self.verbose != 1 or not sys.stdout.isatty():
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[logs]}"),
            transient=True,
        )
        self.task = self.bar.add_task(self.title, total=batches, logs="")
        self.bar.start()

    def end_batch(self, logs):
        if self.bar is not None and self.task is not None:
            self.bar.update(self.task, advance=1, logs=_logs_text(logs))

    def end_epoch(self, logs, seconds):
        self.close()
        if self.verbose != 0:
            print(f"{self.title}  {fmt(seconds, 1)} s  {_logs_text(logs)}", flush=True)

    def close(self):
        if self.bar is not None:
            self.bar.stop()
            self.bar = None


def _logs_text(logs):
    parts = []
    for name, value in logs.items():
        shown = (
            "nan" if is_nan(value) else f"{value:.4f}" if abs(value) >= 1e-3 or value == 0 else f"{value:.2e}"
        )
        parts.append(f"{name}: {shown}")
    return "  ".join(parts)


def new_progress(epochs, verbose):
    """A Progress; verbose 0 shows nothing, 1 a bar and a line an epoch, 2 the lines only."""
    return Progress(epochs, verbose)
