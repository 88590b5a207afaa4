"""One module of the library to JavaScript: Transcrypt's code generator, with the page kept out of its output.

Transcrypt gives lists and strings their Python methods by adding them to `Array.prototype` and
`String.prototype`. A page would see these names, and a page that has a `remove` of its own would break
transpiled code. So this generator turns the calls of such methods into calls of functions
(`xs.append (x)` becomes `m_append (xs, x)`, see platform/js/runtime.js), and the runtime adds nothing to
anything. Other differences to plain Transcrypt: `==` is `===`, `is None` also holds for what JavaScript calls
undefined, default arguments are JavaScript's own, and methods are native functions, without a bound copy made
at each access.
"""

from .module import javascript_of
from .transcrypt import SubsetError

__all__ = ["SubsetError", "javascript_of"]
