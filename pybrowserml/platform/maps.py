"""Maps with any key: strings a user chose, integers, objects by identity."""

from typing import Any


class Map:
    def __init__(self):
        self._entries = {}

    @staticmethod
    def _key(key):
        return key if isinstance(key, (str, int)) else id(key)

    def has(self, key):
        return self._key(key) in self._entries

    def at(self, key) -> Any:
        """The value of a key, or None."""
        entry = self._entries.get(self._key(key))
        return None if entry is None else entry[1]

    def put(self, key, value):
        self._entries[self._key(key)] = (key, value)

    def drop(self, key):
        self._entries.pop(self._key(key), None)

    def size(self):
        return len(self._entries)

    def all_keys(self):
        return [entry[0] for entry in self._entries.values()]

    def all_values(self):
        return [entry[1] for entry in self._entries.values()]


def new_map():
    return Map()
