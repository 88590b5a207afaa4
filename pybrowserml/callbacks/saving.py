"""Callbacks that write to files (in a page: to "indexeddb://name"): models, backups, logs."""

from typing import Any

from ..core.host import host_array
from ..ops.arguments import shown
from ..platform.buffers import is_array
from ..platform.console import write_line
from ..platform.errors import error, kind_of
from ..platform.files import exists, read_file, remove_folder, split_path, write_file
from ..platform.numbers import fmt, is_finite, is_string, is_whole, show
from ..platform.page import when_hidden
from ..platform.tasks import drive
from ..platform.text import to_json, utf8_decode, utf8_encode
from .base import Callback
from .monitor import MonitorCallback

MOST_LOG_BYTES = 268435456


def filled_name(template, epoch, logs, batch=None):
    """ "m-{epoch:02d}-{val_loss:.2f}" with the numbers of an epoch, counted from 1.

    In braces: epoch, batch or a name of the logs; behind a colon 03d (so many digits) or .2f (so many decimals).
    Raises ArgumentError for other fields.
    """
    text = str(template)
    found = ""
    while "{" in text:
        start = text.index("{")
        if "}" not in text:
            break
        end = text.index("}")
        found = found + text[0:start] + _field(text[start + 1 : end], epoch, logs, batch)
        text = text[end + 1 : len(text)]
    return found + text


def _field(field, epoch, logs, batch):
    parts = field.split(":")
    name = parts[0]
    form = parts[1] if len(parts) > 1 else ""
    if name == "epoch":
        value = epoch + 1
    elif name == "batch" and batch is not None:
        value = batch + 1
    elif logs is not None and name in logs:
        value = logs[name]
    else:
        raise error("ArgumentError", "the file name asks for {" + field + "}, which the logs do not have")
    if form == "":
        return show(value)
    digits = form[0 : len(form) - 1]
    if form.endswith("d") and is_whole(value):
        shown = str(value)
        while len(shown) < int("0" + digits):
            shown = ("0" if digits.startswith("0") else " ") + shown
        return shown
    if form.endswith("f") and digits.startswith("."):
        return fmt(value, int(digits[1 : len(digits)]))
    raise error("ArgumentError", "the file name has the form '" + form + "'; known are such as 03d and .2f")


class ModelCheckpoint(MonitorCallback):
    """Save the model after each epoch, or after every so many batches.

    filepath: a folder; "{epoch:02d}" and "{val_loss:.2f}" in it are filled in. save_best_only: only when the monitored
    number improved. save_weights_only: weights without the architecture, to a .safetensors file. save_freq: "epoch" or
    a number of batches. initial_value_threshold: a value to be better than.
    """

    def __init__(
        self,
        filepath,
        monitor="val_loss",
        verbose=0,
        save_best_only=False,
        save_weights_only=False,
        mode="auto",
        save_freq: str | int = "epoch",
        initial_value_threshold=None,
    ):
        super().__init__(monitor, mode, initial_value_threshold)
        _require_frequency(save_freq, "ModelCheckpoint")
        self.filepath = filepath
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq: Any = save_freq
        self.epoch = 0
        self.batches = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        return None

    def on_train_batch_end(self, batch, logs=None):
        if is_string(self.save_freq):
            return None
        self.batches = self.batches + 1
        return self._save(self.epoch, logs, batch) if self.batches % self.save_freq == 0 else None

    def on_epoch_end(self, epoch, logs=None):
        return self._save(epoch, logs, None) if is_string(self.save_freq) else None

    def _save(self, epoch, logs, batch):
        if self.save_best_only:
            # Without the number the model is saved, as in Keras.
            value = self.monitored(logs, "ModelCheckpoint")
            if value is not None:
                if not self.improves(value, self.best):
                    return None
                self.best = value
        path = filled_name(self.filepath, epoch, logs, batch)
        if self.verbose > 0:
            write_line("Epoch " + str(epoch + 1) + ": saving to " + path)
        return self.model.save_weights(path) if self.save_weights_only else self.model.save(path)


def _require_frequency(save_freq, owner):
    if save_freq != "epoch" and (not is_whole(save_freq) or save_freq < 1):
        raise error(
            "ArgumentError",
            owner + ": save_freq must be 'epoch' or a number of batches, got " + shown(save_freq),
        )
    return None


class BackupAndRestore(Callback):
    """Go on where an interrupted `fit` was: weights, optimizer, random state, place in the data, metrics.

    backup_dir: a folder of its own, written after each epoch, or with save_freq after every so many batches. When fit
    starts and there is one, training takes it up, within an epoch too, exactly as if it had not been interrupted.
    delete_checkpoint: remove the folder when training ends. on_hide: in a page, also write it when the tab is hidden.
    """

    def __init__(
        self,
        backup_dir,
        save_freq: str | int = "epoch",
        double_checkpoint=False,
        delete_checkpoint=True,
        on_hide=False,
    ):
        super().__init__()
        _require_frequency(save_freq, "BackupAndRestore")
        if backup_dir is None or backup_dir == "":
            raise error("ArgumentError", "BackupAndRestore: backup_dir must name a folder of its own")
        self.backup_dir = backup_dir
        self.save_freq: Any = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self.on_hide = on_hide
        self.batches = 0
        self.forget: Any = None
        self.hidden = False

    def on_train_begin(self, logs=None):
        if self.on_hide:
            self.forget = when_hidden(self._note_hidden)
        return drive(self._restore())

    def _note_hidden(self):
        self.hidden = True
        return None

    def _restore(self):
        there = yield exists(self.backup_dir)
        if there:
            yield self.model.load_state(self.backup_dir)
        return None

    def on_train_batch_end(self, batch, logs=None):
        self.batches = self.batches + 1
        due = not is_string(self.save_freq) and self.batches % self.save_freq == 0
        if due or self.hidden:
            self.hidden = False
            return self.model.save(self.backup_dir)
        return None

    def on_epoch_end(self, epoch, logs=None):
        return self.model.save(self.backup_dir) if is_string(self.save_freq) else None

    def on_train_end(self, logs=None):
        if self.forget is not None:
            self.forget()
        return drive(self._end())

    def _end(self):
        there = yield exists(self.backup_dir)
        if there and self.delete_checkpoint:
            yield remove_folder(self.backup_dir)
        return None


def _cell(value):
    """A number of the logs as text, with all its digits; several stand in quotes and brackets."""
    if is_array(value):
        return '"[' + ", ".join([_digits(float(number)) for number in host_array(value, None).data]) + ']"'
    return _digits(value)


def _digits(value):
    if is_whole(value):
        return show(value)
    if is_finite(value):
        return to_json(value)
    return "nan" if value != value else "inf" if value > 0 else "-inf"


class CSVLogger(Callback):
    """Write the logs of every epoch as a line of a CSV file: epoch, then the names in alphabetical order.

    append: go on with a file that exists, whose heads stay.
    """

    def __init__(self, filename, separator=",", append=False):
        super().__init__()
        self.filename = filename
        self.separator = separator
        self.append = append
        self.keys: Any = None
        self.text = ""

    def on_train_begin(self, logs=None):
        return drive(self._begin())

    def _begin(self):
        self.text = ""
        self.keys = None
        if self.append:
            place = split_path(self.filename)
            try:
                data = yield read_file(place[0], place[1], MOST_LOG_BYTES)
            except Exception as caught:
                if kind_of(caught) != "FormatError":
                    raise
                return None
            self.text = utf8_decode(data)
            heads = self.text.split("\n")[0].split(self.separator)
            if len(heads) > 1:
                self.keys = heads[1 : len(heads)]
        return None

    def on_epoch_end(self, epoch, logs=None):
        logs = {} if logs is None else logs
        if self.keys is None:
            self.keys = sorted([key for key in logs.keys()])
            # Validation may come in later epochs only.
            if len([key for key in self.keys if key.startswith("val_")]) == 0:
                self.keys.extend(["val_" + key for key in self.keys])
            heads = ["epoch"]
            heads.extend(self.keys)
            self.text = self.text + self.separator.join(heads) + "\n"
        cells = [str(epoch)]
        for key in self.keys:
            cells.append(_cell(logs[key]) if key in logs else "NA")
        self.text = self.text + self.separator.join(cells) + "\n"
        place = split_path(self.filename)
        return write_file(place[0], place[1], utf8_encode(self.text))
