"""Keras's ways from folders and arrays to batches: image_dataset_from_directory and its like."""

from typing import Any

from ..core.host import HostArray
from ..core.rng import next_key
from ..ops.arguments import require_choice, require_whole, shown
from ..ops.image.resizing import INTERPOLATIONS, target_size
from ..platform.errors import error
from ..platform.numbers import is_number, is_string
from ..platform.streams import list_files, text_stream
from ..platform.tasks import drive_sync
from .dataset import Dataset
from .elements import STRING, Item, common_rows, leaf_of, row_item, stack_items, take_apart
from .folders import class_places, divided, file_stage, given_labels, label_leaf
from .making import range_dataset
from .mixing import ShuffleStage
from .pictures import SUFFIXES, ImagesStage
from .stages import Cursor, Stage

COLORS = {"grayscale": 1, "rgb": 3, "rgba": 4}


class _Found:
    """The files of a directory: stage gives files, or pairs of a file and a label; names: of the classes."""

    def __init__(self, stage, names):
        self.stage = stage
        self.names = names


def _files(directory, suffixes, labels, label_mode, class_names, shuffle, seed, validation_split, subset, op):
    if label_mode is not None:
        require_choice(label_mode, ["int", "binary", "categorical"], op + ": label_mode")
    if validation_split is not None:
        if not is_number(validation_split) or not (validation_split > 0 and validation_split < 1):
            raise error(
                "ArgumentError",
                op + ": validation_split must lie between 0 and 1, got " + shown(validation_split),
            )
        require_choice(subset, ["training", "validation", "both"], op + ": subset")
        if shuffle and seed is None:
            raise error(
                "ArgumentError",
                op + ": a validation_split of mixed files needs a seed, or both parts overlap",
            )
    elif subset is not None:
        raise error("ArgumentError", op + ": subset needs validation_split")
    entries = list_files(directory, suffixes)
    if len(entries) == 0:
        raise error("ArgumentError", op + ": there are no files to read")
    names = class_names
    numbers = None
    if is_string(labels):
        require_choice(labels, ["inferred"], op + ": labels")
        found = class_places(entries, class_names, op)
        numbers = found[0]
        names = found[1]
    elif labels is not None:
        numbers = given_labels(labels, entries, op)
    key = next_key(seed) if shuffle else None
    classes = 0
    if numbers is not None and label_mode is not None:
        for number in numbers:
            classes = number + 1 if number >= classes else classes
        if names is not None:
            classes = len(names)
        if label_mode == "binary" and classes != 2:
            raise error("ArgumentError", op + ": label_mode 'binary' needs two classes, got " + str(classes))
    parts = divided(entries, numbers, validation_split, subset, key)
    columns = []
    if numbers is not None and label_mode is not None:
        columns.append([label_leaf(number, label_mode, classes) for number in parts[1]])
    stage = file_stage(parts[0], columns)
    if shuffle and len(parts[0]) > 0:
        stage = ShuffleStage(stage, len(parts[0]), key, True)
    return _Found(stage, names)


def _parts(subset, made) -> Any:
    """What `made(subset)` gives; for "both" a list of that of "training" and that of "validation"."""
    if subset == "both":
        return [made("training"), made("validation")]
    return made(subset)


def _batched(stage, batch_size, names):
    dataset = Dataset(stage)
    if batch_size is not None:
        dataset = dataset.batch(batch_size)
    dataset.class_names = names
    return dataset


def image_dataset_from_directory(
    directory,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size=None,
    shuffle=True,
    seed=None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation="bilinear",
    follow_links=False,
    crop_to_aspect_ratio=False,
    pad_to_aspect_ratio=False,
    data_format: str | None = None,
    format: str | None = None,
    verbose=True,
) -> Dataset:
    """Batches of the images in the folders of a directory, float32 of 0 .. 255, with a label a folder.

    directory: a path; in a page the files of a directory, or a list of addresses. labels: "inferred" from the folders,
    a list with an integer for each file in the order of their paths, or None. label_mode: "int", "binary" (float32 (1,)
    of two classes), "categorical" (one-hot) or None. class_names: the folders in another order than the sorted one.
    color_mode: "grayscale", "rgb" or "rgba". batch_size: None gives images one by one. image_size: [256, 256] unless
    told. validation_split, subset: the last fraction of the files (mixed by the seed) is "validation", the others
    "training"; "both" gives a list of the two Datasets. The names of the classes stand in `class_names` of the Dataset.
    data_format: "channels_last" only. follow_links, format and verbose are known for Keras's sake: they change nothing.
    """
    op = "image_dataset_from_directory"
    if data_format is not None:
        require_choice(data_format, ["channels_last"], op + ": data_format")
    require_choice(color_mode, ["grayscale", "rgb", "rgba"], op + ": color_mode")
    require_choice(interpolation, INTERPOLATIONS, op + ": interpolation")
    size = target_size([256, 256] if image_size is None else image_size, op + ": image_size")
    how = [interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio]

    def made(part):
        found = _files(
            directory, SUFFIXES, labels, label_mode, class_names, shuffle, seed, validation_split, part, op
        )
        return _batched(ImagesStage(found.stage, COLORS[color_mode], size, how), batch_size, found.names)

    return _parts(subset, made)


def text_dataset_from_directory(
    directory,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle=True,
    seed=None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links=False,
    format: str | None = None,
    verbose=True,
) -> Dataset:
    """Batches of the texts in the `.txt` files of a directory, with a label a folder; see
    `image_dataset_from_directory`. max_length: of a text, what is longer is cut.
    """
    op = "text_dataset_from_directory"
    if max_length is not None:
        require_whole(max_length, 1, op + ": max_length")

    def made(part):
        found = _files(
            directory, [".txt"], labels, label_mode, class_names, shuffle, seed, validation_split, part, op
        )
        return _batched(_TextsStage(found.stage, max_length), batch_size, found.names)

    return _parts(subset, made)


class _TextsStage(Stage):
    def __init__(self, source, most):
        super().__init__([source])
        self.most = most

    def count(self):
        return self.sources[0].count()

    def begin(self, path):
        return _TextsCursor(self.sources[0].begin(path), self.most)


class _TextsCursor(Cursor):
    def __init__(self, source, most):
        super().__init__([source])
        self.most = most

    def advance(self):
        item = yield from self.sources[0].advance()
        if item is None:
            return None
        stream = text_stream(item.leaves[0].value)
        parts = []
        while True:
            chunk = yield stream.next_chunk()
            if chunk is None:
                break
            parts.append(chunk)
        stream.close()
        content = "".join(parts)
        if self.most is not None and len(content) > self.most:
            content = content[0 : self.most]
        leaves = [leaf for leaf in item.leaves]
        leaves[0] = HostArray([content], [], STRING)
        return Item(leaves, item.spec)

    def skip(self, count):
        passed = yield from self.sources[0].skip(count)
        return passed


def timeseries_dataset_from_array(
    data,
    targets,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle=False,
    seed=None,
    start_index: int | None = None,
    end_index: int | None = None,
) -> Dataset:
    """Batches of windows of an array along its first axis, with the target of the row that each begins at.

    data: an array of steps. targets: an array that is as long, or None. sequence_length: steps of a window;
    sequence_stride: rows between the starts of windows; sampling_rate: rows between steps. batch_size: None gives
    windows one by one. start_index, end_index: the rows that are used. Raises ArgumentError where no window fits.
    """
    op = "timeseries_dataset_from_array"
    require_whole(sequence_length, 1, op + ": sequence_length")
    require_whole(sequence_stride, 1, op + ": sequence_stride")
    require_whole(sampling_rate, 1, op + ": sampling_rate")
    first = 0 if start_index is None else require_whole(start_index, 0, op + ": start_index")
    rows = _whole_of(data, op)
    row_total = common_rows([rows.leaves[0].shape], rows.spec, op)
    last = row_total if end_index is None else require_whole(end_index, 1, op + ": end_index")
    if last > row_total or last <= first:
        raise error(
            "ArgumentError",
            op
            + ": the rows "
            + str(first)
            + " .. "
            + str(last)
            + " are not among the "
            + str(row_total)
            + " of data",
        )
    starts = last - first - (sequence_length - 1) * sampling_rate
    labels = None
    if targets is not None:
        labels = _whole_of(targets, op)
        held = common_rows([labels.leaves[0].shape], labels.spec, op) - first
        starts = held if held < starts else starts
    if starts < 1:
        raise error("ArgumentError", op + ": the rows do not hold one window")
    places = range_dataset(first, first + starts, sequence_stride)
    stage = places.stage
    if shuffle:
        stage = ShuffleStage(stage, places.cardinality(), next_key(seed), True)
    return _batched(_SeriesStage(stage, rows, labels, sequence_length, sampling_rate), batch_size, None)


def _whole_of(array, op):
    raw = []
    spec = take_apart(array, raw)
    if len(raw) != 1:
        raise error("ArgumentError", op + ": data and targets must be arrays")
    return Item([drive_sync(leaf_of(raw[0], False))], spec)


class _SeriesStage(Stage):
    """Windows that begin at the numbers of the source."""

    def __init__(self, source, rows, labels, size, rate):
        super().__init__([source])
        self.rows = rows
        self.labels = labels
        self.size = size
        self.rate = rate

    def count(self):
        return self.sources[0].count()

    def begin(self, path):
        return _SeriesCursor(self.sources[0].begin(path), self)


class _SeriesCursor(Cursor):
    def __init__(self, source, stage):
        super().__init__([source])
        self.stage = stage

    def advance(self):
        item = yield from self.sources[0].advance()
        if item is None:
            return None
        stage = self.stage
        start = item.leaves[0].data[0]
        steps = [row_item(stage.rows, start + i * stage.rate) for i in range(stage.size)]
        window = stack_items(steps, "timeseries_dataset_from_array")
        if stage.labels is None:
            return window
        label = row_item(stage.labels, start)
        return Item([window.leaves[0], label.leaves[0]], ["tuple", [["leaf"], ["leaf"]]])

    def skip(self, count):
        passed = yield from self.sources[0].skip(count)
        return passed
