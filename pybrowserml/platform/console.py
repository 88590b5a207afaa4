"""What a person sees: lines, warnings, tables."""

import logging
import sys
import warnings


class _Logging:
    """Whether messages go to the person at the console, or else to the log of the process."""

    def __init__(self):
        self.interactive = True


LOGGING = _Logging()


def set_interactive(interactive):
    """Let messages go to the console, or to the logger "pybrowserml"."""
    LOGGING.interactive = interactive


def is_interactive():
    """Whether messages go to the console."""
    return LOGGING.interactive


def write_line(text):
    write_part(text + "\n")


def write_part(text):
    """Write without ending the line."""
    if not LOGGING.interactive:
        logging.getLogger("pybrowserml").info(text.strip())
        return
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        # A console of few letters: bars become question marks.
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


def is_terminal():
    """Whether what was written in a line can be written over."""
    return LOGGING.interactive and (sys.stdout.isatty() or "ipykernel" in sys.modules)


def usual_verbosity():
    """What `verbose="auto"` means: progress is shown."""
    return 1


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
