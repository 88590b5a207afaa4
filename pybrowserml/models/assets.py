"""Vocabularies of a model's layers as files, in the places where Keras keeps them (CPython only)."""

from ..platform.errors import error
from .hooks import give_assets, has_own, own_assets
from .keras_weights import places_of

FILE = "vocabulary.txt"


def written_assets(model):
    """A list of [path, bytes]; the vocabularies of layers stand in their configurations, too."""
    found = []
    for place in places_of(model):
        tokens = _vocabulary(place.layer)
        if tokens is not None:
            text = "\n".join(str(token) for token in tokens)
            found.append([f"assets/{place.under(FILE)}", text.encode("utf-8")])
        elif has_own(place.layer, "save_assets"):
            for path, data in own_assets(place.layer):
                found.append([f"assets/{place.under(path)}", data])
    return found


def _vocabulary(layer):
    """What Keras writes for a layer that learned a vocabulary, or None."""
    if not hasattr(layer, "set_vocabulary") or layer.vocabulary is None:
        return None
    return layer.get_vocabulary()


def read_assets(model, archive, read):
    """Give vocabularies to layers whose configuration has none. read(entry): the bytes of an entry."""
    names = set(archive.namelist())
    for place in places_of(model):
        layer = place.layer
        if has_own(layer, "load_assets"):
            start = "assets/" + place.under("")
            inside = sorted(name for name in names if name.startswith(start) and not name.endswith("/"))
            give_assets(layer, [[name[len(start) :], read(name)] for name in inside])
            continue
        if not hasattr(layer, "set_vocabulary") or layer.vocabulary is not None:
            continue
        entry = f"assets/{place.under(FILE)}"
        if entry not in names:
            raise error("FormatError", f"layer '{layer.name}' has no vocabulary: there is no {entry}")
        lines = read(entry).decode("utf-8").split("\n")
        while lines and lines[-1] == "":
            lines.pop()
        layer.set_vocabulary([int(line) for line in lines] if _counts(layer) else lines)


def _counts(layer):
    """Whether a vocabulary is made of whole numbers."""
    return type(layer).__name__ == "IntegerLookup"
