"""Progress as lines."""

from ..platform.console import write_line
from ..platform.numbers import fmt, is_number
from .base import Callback


class ProgbarLogger(Callback):
    """A line in the console after each epoch, with its logs: where `verbose` is 0, and in a page."""

    def on_epoch_end(self, epoch, logs=None):
        epochs = None if self.params is None else self.params.get("epochs")
        parts = ["Epoch " + str(epoch + 1) + ("" if epochs is None else "/" + str(epochs))]
        found = {} if logs is None else logs
        for key in found.keys():
            if is_number(found[key]):
                parts.append(key + ": " + fmt(found[key], 4))
        write_line(" - ".join(parts))
        return None
