"""Things that are held only as long as somebody else holds them."""

import weakref


class WeakItems:
    """Items in the order in which they came, as long as somebody holds them and `wanted(item)` is true."""

    def __init__(self, wanted):
        self._wanted = wanted
        self._references = []

    def count(self):
        """How many are noted, those included that are gone since `keep` was called last."""
        return len(self._references)

    def add(self, item):
        self._references.append(weakref.ref(item))

    def keep(self):
        """The items that are alive and wanted; the others are forgotten."""
        alive = []
        kept = []
        for reference in self._references:
            item = reference()
            if item is not None and self._wanted(item):
                alive.append(item)
                kept.append(reference)
        self._references = kept
        return alive


def weak_items(wanted):
    return WeakItems(wanted)


def on_collect(target, callback):
    """Call `callback()` some time after the target became garbage. The callback must not refer to the target."""
    weakref.finalize(target, callback).atexit = False
