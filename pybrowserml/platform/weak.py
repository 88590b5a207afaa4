"""Weak references and finalizers."""

import weakref


def weak_ref(target):
    """A function that returns the target, or None when it is gone."""
    return weakref.ref(target)


def on_collect(target, callback):
    """Call `callback()` some time after the target became garbage. The callback must not refer to the target."""
    weakref.finalize(target, callback).atexit = False
