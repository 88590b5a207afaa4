"""What Python's operators and `numpy` are on tensors and variables, for type checkers; see `operators`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .graph import Tensor


class Operands:
    """The base of Tensor and Variable. In CPython `operators` gives it Python's operators; JavaScript has none."""

    if TYPE_CHECKING:

        def _binary(self, other: Any, /) -> "Tensor": ...

        def _unary(self) -> "Tensor": ...

        __add__ = __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = __pow__ = __matmul__ = _binary
        __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rpow__ = _binary
        __rmatmul__ = __and__ = __or__ = __xor__ = __rand__ = __ror__ = __rxor__ = _binary
        __lshift__ = __rshift__ = __rlshift__ = __rrshift__ = _binary
        __lt__ = __le__ = __gt__ = __ge__ = __getitem__ = _binary
        __neg__ = __abs__ = __invert__ = _unary

        def __len__(self) -> int: ...

        def __iter__(self) -> Iterator["Tensor"]: ...

        def __array__(self, dtype: Any = None, copy: Any = None) -> Any: ...

        def __float__(self) -> float: ...

        def __int__(self) -> int: ...

        def __round__(self, digits: Any = None) -> Any: ...

        ndim: int
        T: "Tensor"

        def reshape(self, *shape: Any) -> "Tensor": ...

        def squeeze(self, axis: Any = None) -> "Tensor": ...

        def astype(self, dtype: Any) -> "Tensor": ...

        def item(self) -> Any: ...

        def tolist(self) -> Any: ...

        def numpy(self) -> Any:
            """The value as a NumPy array, computed now if need be (CPython only)."""
