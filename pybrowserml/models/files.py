"""The files of Keras as formats of `save` and `load_model` (CPython only)."""

from ..core.keras_form import with_modules
from . import hooks
from .formats import FileFormat, format_of, register_format, register_writer
from .revival import USUAL


def _keras(name):
    """A function of models/keras_file, that is imported when it is called."""

    def call(*arguments):
        from . import keras_file

        return getattr(keras_file, name)(*arguments)

    return call


def _operation_of(entry):
    """`operation_of` of models/keras_functions, that is imported when it is called."""
    from .keras_functions import operation_of

    return operation_of(entry)


def _h5(name):
    """A function of models/h5_file, that is imported when it is called."""

    def call(*arguments):
        from . import h5_file

        return getattr(h5_file, name)(*arguments)

    return call


KERAS = FileFormat(
    ".keras",
    _keras("save_keras"),
    _keras("load_keras"),
    _keras("save_weights_keras"),
    _keras("load_weights_h5"),
    _keras("save_layer"),
    _keras("save_keras_folder"),
)
WEIGHTS = FileFormat(
    ".weights.h5",
    _h5("refuse_model"),
    _h5("refuse_weights"),
    _keras("save_weights_h5"),
    _keras("load_weights_h5"),
)
H5 = [
    FileFormat(
        ending,
        _h5("save_h5"),
        _h5("load_h5"),
        _h5("save_weights_alone"),
        _h5("load_weights_alone"),
        None,
        None,
        _h5("load_weights_by_name"),
    )
    for ending in (".h5", ".hdf5")
]


def install():
    """Make the formats known."""
    for kind in (KERAS, WEIGHTS, *H5):
        register_format(kind)
    register_writer(with_modules)
    hooks.install()
    USUAL[0].operation = _operation_of


__all__ = ["KERAS", "format_of", "install"]
