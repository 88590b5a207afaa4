"""The types of arguments that take more than their default shows (CPython only: annotations leave no JavaScript)."""

from collections.abc import Callable, Sequence
from typing import Any

# One for all axes, or one for each.
Sizes = int | Sequence[int]
# One axis, several, or all.
Axes = int | Sequence[int] | None
# The same margin everywhere, one for each axis, or one for each side of each axis.
Margins = int | Sequence[int] | Sequence[Sequence[int]]
# A number, or the ends of a range to draw it from.
Factor = float | Sequence[float]
# The name of a function, or the function.
Activation = str | Callable[..., Any] | None
# The name of an initializer, its configuration, or an initializer.
Initial = str | dict[str, Any] | Callable[..., Any] | None
# A number, a schedule, or a function of the step.
Rate = float | Callable[..., Any]
