"""A user's own Python modules to JavaScript, with Python's meaning.

The library is written in a strict subset, so that its loops become plain JavaScript loops. Users write ordinary Python:
here every operator, index, call, text and loop becomes a call of a small runtime (`platform/js/python/`), which gives
it the meaning that it has in Python, on numbers, lists, dicts, tensors and objects of classes of their own. What has
no meaning in a page is refused with file, line, column, the construct, and what to write instead.
"""

from .problems import Refused
from .program import Program, lower_program

__all__ = ["Program", "Refused", "lower_program"]
