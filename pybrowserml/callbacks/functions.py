"""Callbacks made of functions."""

from .base import Callback


class LambdaCallback(Callback):
    """A callback made of functions; each is None or takes what the hook of that name takes."""

    def __init__(
        self,
        on_epoch_begin=None,
        on_epoch_end=None,
        on_train_begin=None,
        on_train_end=None,
        on_train_batch_begin=None,
        on_train_batch_end=None,
        on_test_begin=None,
        on_test_end=None,
        on_test_batch_begin=None,
        on_test_batch_end=None,
        on_predict_begin=None,
        on_predict_end=None,
        on_predict_batch_begin=None,
        on_predict_batch_end=None,
        on_batch_begin=None,
        on_batch_end=None,
        set_model=None,
        set_params=None,
    ):
        super().__init__()
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            "on_test_begin": on_test_begin,
            "on_test_end": on_test_end,
            "on_test_batch_begin": on_test_batch_begin,
            "on_test_batch_end": on_test_batch_end,
            "on_predict_begin": on_predict_begin,
            "on_predict_end": on_predict_end,
            "on_predict_batch_begin": on_predict_batch_begin,
            "on_predict_batch_end": on_predict_batch_end,
            "on_batch_begin": on_batch_begin,
            "on_batch_end": on_batch_end,
            "set_model": set_model,
            "set_params": set_params,
        }
        # The loop asks for hooks by name, as of a dict of functions.
        for key in given.keys():
            if given.get(key) is not None:
                setattr(self, key, given[key])
