"""Files that `save` and `load_model` know by their ending, besides the library's own folders.

Only CPython has such: the entrance registers them (models/keras_file, models/h5_file). A page has folders alone.
"""

from ..platform.files import split_path
from ..platform.numbers import is_string

FORMATS = []
# Functions that make of a model's configuration what is written to texts, where there are such.
WRITERS = []


class FileFormat:
    """What can be done with files of an ending.

    ending: such as ".keras". save(model, path, include_optimizer), save_weights(model, path), load_weights(model, path,
    skip_mismatch): generators. load(path, compile, custom_objects): the model. save_layer(layer, path): a generator,
    too, or None where a layer alone cannot be kept. save_folder(model, path, include_optimizer): a
    generator that writes the parts of the file into a folder, or None. load_by_name(model, path, skip_mismatch): a
    generator that loads weights of layers by their names, or None.
    """

    def __init__(
        self,
        ending,
        save,
        load,
        save_weights,
        load_weights,
        save_layer=None,
        save_folder=None,
        load_by_name=None,
    ):
        self.ending = ending
        self.save = save
        self.load = load
        self.save_weights = save_weights
        self.load_weights = load_weights
        self.save_layer = save_layer
        self.save_folder = save_folder
        self.load_by_name = load_by_name


def register_format(kind):
    """Make a FileFormat known. Where several endings fit a path, the first that was registered counts."""
    FORMATS.append(kind)
    return None


def register_writer(writer):
    """Make a function known that adds to a model's configuration what readers of its text ask for."""
    WRITERS.append(writer)
    return None


def written_entry(entry):
    """A model's configuration as texts have it."""
    for writer in WRITERS:
        entry = writer(entry)
    return entry


def format_of(path):
    """The FileFormat of a path, or None; an open file is of the first."""
    if len(FORMATS) == 0:
        return None
    if hasattr(path, "write"):
        return FORMATS[0]
    file_name = split_path(path)[1]
    for kind in FORMATS:
        if is_string(file_name) and file_name.endswith(kind.ending):
            return kind
    return None


def also_weights():
    """The endings that save_weights takes besides its own, as text."""
    return "".join([" or " + kind.ending for kind in FORMATS])
