"""WebAssembly: a page compiles and runs modules over a memory of its own; CPython has none."""


def wasm_memory(count):
    """A zeroed block of at least `count` four-byte elements, as `platform.buffers.memory` makes it, that modules can
    share and that grows without a copy.
    """
    raise NotImplementedError("WebAssembly runs in JavaScript only")


def shared_wasm_memory(count):
    """The same that threads can share, or None where there is none."""
    raise NotImplementedError("WebAssembly runs in JavaScript only")


def seen_memory(wasm, count):
    """The block of a memory that another thread made, and made at least `count` elements large."""
    raise NotImplementedError("WebAssembly runs in JavaScript only")


def grow(block, count):
    """The same block with room for at least `count` elements; views made before are void. Raises EngineError."""
    raise NotImplementedError("WebAssembly runs in JavaScript only")


def is_valid(code):
    """True where the engine understands the module of these bytes."""
    return False


def instantiate(code, block, functions=None):
    """A dict of the functions of a module, over a block of memory; None where the page forbids to compile it.
    functions: a list of those that it imports, from other modules over the same memory.
    """
    return None
