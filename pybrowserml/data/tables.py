"""CSV as a Dataset: columns with names and dtypes, checked field by field; and lines of text."""

from ..core.dtypes import is_float
from ..core.host import HostArray
from ..ops.arguments import require_choice, shown
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.numbers import is_bool, is_dict, is_list, is_number, is_string, is_whole
from ..platform.records import record_at, record_has, record_keys
from ..platform.streams import parse_number, source_label
from .dataset import Dataset
from .elements import STRING, Item
from .lines import LinesStage, TextCursor, joined
from .records import Records
from .stages import Stage

# From how many records at the start the dtypes of columns are inferred.
SAMPLE = 100
KINDS = ["float32", "float64", "float16", "int32", "uint32", "int8", "uint8", "bool", STRING]
BOUNDS = {
    "int32": [-2147483648, 2147483647],
    "uint32": [0, 4294967295],
    "int8": [-128, 127],
    "uint8": [0, 255],
    "bool": [0, 1],
}
NAN = float("nan")
LONGEST_SHOWN = 40


class Column:
    """A column that is read: its place in a record, name, dtype, and what stands for a missing value (or None)."""

    def __init__(self, place, label, dtype, otherwise):
        self.place = place
        self.label = label
        self.dtype = dtype
        self.otherwise = otherwise


class CsvOptions:
    """What `csv` was asked for."""

    def __init__(
        self, names, selected, labels, dtypes, delimiter, header, missing, defaults, quote, as_array
    ):
        self.names = names
        self.selected = selected
        self.labels = labels
        self.dtypes = dtypes
        self.delimiter = delimiter
        self.header = header
        self.missing = missing
        self.defaults = defaults
        self.quote = quote
        self.as_array = as_array


def csv(
    source,
    column_names: list[str] | None = None,
    label_columns: str | list[str] | None = None,
    dtypes: str | dict | None = None,
    delimiter: str = ",",
    header=True,
    missing_values: list[str] | None = None,
    default_values: dict | None = None,
    select_columns: list[str] | None = None,
    quote: str | None = '"',
    as_array=False,
) -> Dataset:
    """A Dataset of the rows of CSV text: dicts by column name, or pairs (features, labels).

    source: a path or address, bytes, an open file (in a page a File or Blob), or the text itself, which must hold a
    line break; or a list of these, one after another, whose columns are those of the first. What is compressed by gzip
    is unpacked. It is read bit by bit, anew in each pass. column_names: names of all columns, in the place of those in
    the first row (`header`). label_columns: a name, whose value is the label, or a list of names, a dict of labels.
    dtypes: one for all columns or a dict by name: "float32", "int32", "bool", "string", ...; columns that are not named
    are float32 where the first 100 rows hold numbers only, else texts. missing_values: texts that stand for no value,
    [""] unless told; such a value becomes that of default_values (by name), else NaN in a column of floats and "" in
    one of texts, and an error in others. select_columns: names of the columns to read. as_array: features, and labels
    of a list of names, as one array each, in the order of the columns, instead of dicts.

    Raises FormatError with row and column; rows count from 1, without the header.
    """
    if not is_string(delimiter) or len(delimiter) != 1:
        raise error("ArgumentError", "csv: delimiter must be one character, got " + shown(delimiter))
    if quote is not None and (not is_string(quote) or len(quote) != 1):
        raise error("ArgumentError", "csv: quote must be one character or None, got " + shown(quote))
    if not header and column_names is None:
        raise error("ArgumentError", "csv: column_names are needed where there is no header")
    if is_dict(dtypes):
        for key in record_keys(dtypes):
            require_choice(record_at(dtypes, key), KINDS, "csv: the dtype of '" + key + "'")
    elif dtypes is not None:
        require_choice(dtypes, KINDS, "csv: dtypes")
    options = CsvOptions(
        column_names,
        select_columns,
        label_columns,
        dtypes,
        delimiter,
        header,
        [""] if missing_values is None else missing_values,
        default_values,
        quote,
        as_array,
    )
    if not is_list(source):
        return Dataset(CsvStage(source, options, None))
    stages = []
    for part in source:
        stages.append(CsvStage(part, options, stages[0] if len(stages) > 0 else None))
    return Dataset(joined(stages, "csv"))


def text(source) -> Dataset:
    """A Dataset of the lines of a text, without their ends. source: as for `csv`."""
    if not is_list(source):
        return Dataset(LinesStage(source))
    return Dataset(joined([LinesStage(part) for part in source], "text"))


class CsvStage(Stage):
    """The rows of CSV text. Names and dtypes of the columns are found in the first pass and stay."""

    def __init__(self, source, options, leader):
        super().__init__([])
        self.source = source
        self.options = options
        # The stage of the first of several sources, or None.
        self.leader = leader
        self.width = 0
        self.head = None
        self.columns = None
        self.groups = []
        self.spec = None

    def begin(self, path):
        return _CsvCursor(self)

    def settle(self, head, sample):
        """Fix the columns: their names from the first record (None without a header), dtypes from a sample of rows."""
        if self.leader is not None and self.leader.columns is not None:
            self._follow(head)
            return None
        options = self.options
        self.head = head
        if head is None and options.names is None:
            raise error("FormatError", "csv: " + source_label(self.source) + ": there is not even a header")
        names = head if options.names is None else options.names
        if head is not None and len(head) != len(names):
            raise error(
                "ArgumentError",
                "csv: column_names has " + str(len(names)) + " names, but the header " + str(len(head)),
            )
        for i in range(len(names)):
            if names.index(names[i]) != i:
                raise error("FormatError", "csv: two columns are called '" + names[i] + "'")
        self.width = len(names)
        labels = _named(options.labels)
        chosen = names if options.selected is None else _named(options.selected)
        for asked in [labels, chosen, _keys(options.dtypes), _keys(options.defaults)]:
            for name in asked:
                if name not in names:
                    raise error(
                        "ArgumentError",
                        "csv: there is no column '" + name + "'; there are: " + ", ".join(names),
                    )
        self.columns = [self._column(names, name, sample) for name in chosen if name not in labels]
        count = len(self.columns)
        self.columns.extend([self._column(names, name, sample) for name in labels])
        self._arrange(count)
        return None

    def _follow(self, head):
        """Take the columns of the first source."""
        leader = self.leader
        if head is not None and ",".join(head) != ",".join(leader.head):
            raise error(
                "FormatError",
                "csv: "
                + source_label(self.source)
                + ": the header must be that of "
                + source_label(leader.source)
                + ": "
                + ", ".join(leader.head),
            )
        self.width = leader.width
        self.columns = leader.columns
        self.groups = leader.groups
        self.spec = leader.spec
        return None

    def _column(self, names, label, sample):
        options = self.options
        place = names.index(label)
        dtype = options.dtypes
        if is_dict(dtype):
            dtype = record_at(dtype, label) if record_has(dtype, label) else None
        if dtype is None:
            dtype = "float32"
            for record in sample:
                if place < len(record) and record[place] not in options.missing:
                    if parse_number(record[place]) is None:
                        dtype = STRING
        otherwise = None
        if options.defaults is not None and record_has(options.defaults, label):
            otherwise = record_at(options.defaults, label)
            fits = is_string(otherwise) if dtype == STRING else is_number(otherwise) or is_bool(otherwise)
            if not fits:
                kind = "a text" if dtype == STRING else "a number"
                raise error("ArgumentError", "csv: the default value of '" + label + "' must be " + kind)
        elif dtype == STRING:
            otherwise = ""
        elif is_float(dtype):
            otherwise = NAN
        return Column(place, label, dtype, otherwise)

    def _arrange(self, count):
        """The spec of an element, and groups of columns whose numbers are made into one array."""
        options = self.options
        features = [column for column in self.columns[0:count]]
        labels = [column for column in self.columns[count : len(self.columns)]]
        if options.as_array:
            self.groups = [features]
            spec = ["leaf"]
            _require_one_dtype(features)
        else:
            self.groups = [[column] for column in features]
            spec = ["dict", [column.label for column in features], [["leaf"] for column in features]]
        if len(labels) > 0:
            if is_string(options.labels):
                label_spec = ["leaf"]
                self.groups.append(labels)
            elif options.as_array:
                label_spec = ["leaf"]
                self.groups.append(labels)
                _require_one_dtype(labels)
            else:
                self.groups.extend([[column] for column in labels])
                label_spec = ["dict", [column.label for column in labels], [["leaf"] for column in labels]]
            spec = ["tuple", [spec, label_spec]]
        self.spec = spec
        return None

    def item_of(self, record, row):
        """The Item of a record."""
        if len(record) != self.width:
            raise error(
                "FormatError",
                self.place_text(row) + ": expected " + str(self.width) + " fields, got " + str(len(record)),
            )
        options = self.options
        leaves = []
        for i in range(len(self.groups)):
            group = self.groups[i]
            values = [self.value_of(column, record[column.place], row) for column in group]
            is_array = options.as_array and not (i == 1 and is_string(options.labels))
            dtype = group[0].dtype if len(group) > 0 else "float32"
            shape = [len(values)] if is_array else []
            leaves.append(HostArray(values if dtype == STRING else from_numbers(dtype, values), shape, dtype))
        return Item(leaves, self.spec)

    def place_text(self, row):
        """Where a message is about: source and row."""
        return "csv: " + source_label(self.source) + ": row " + str(row)

    def value_of(self, column, field, row):
        """The value of a field."""
        if field in self.options.missing:
            if column.otherwise is None:
                self._refuse(column, row, "the value is missing, and there is no default value")
            return column.otherwise
        if column.dtype == STRING:
            return field
        if column.dtype == "bool":
            lower = field.strip().lower()
            if lower == "true" or lower == "false":
                return lower == "true"
        number = parse_number(field)
        if is_float(column.dtype):
            if number is None:
                self._refuse(column, row, "expected a number, got " + _quoted(field))
            return number
        if number is None or not is_whole(number):
            self._refuse(column, row, "expected a whole number, got " + _quoted(field))
        bounds = BOUNDS[column.dtype]
        if number < bounds[0] or number > bounds[1]:
            self._refuse(column, row, _quoted(field) + " is out of the range of " + column.dtype)
        return number

    def _refuse(self, column, row, message):
        raise error("FormatError", self.place_text(row) + ", column '" + column.label + "': " + message)


def _quoted(field):
    return "'" + (field if len(field) <= LONGEST_SHOWN else field[0:LONGEST_SHOWN] + "...") + "'"


def _named(names):
    if names is None:
        return []
    return [names] if is_string(names) else names


def _keys(table):
    return record_keys(table) if is_dict(table) else []


def _require_one_dtype(columns):
    for column in columns:
        if column.dtype != columns[0].dtype:
            raise error(
                "DtypeError",
                "csv: as_array needs columns of one dtype, but '"
                + columns[0].label
                + "' is "
                + columns[0].dtype
                + " and '"
                + column.label
                + "' is "
                + column.dtype,
            )
    return None


class _CsvCursor(TextCursor):
    def __init__(self, stage):
        options = stage.options
        first = 0 if options.header else 1
        super().__init__(
            stage.source, Records(options.delimiter, options.quote, source_label(stage.source), first)
        )
        self.stage = stage
        self.sample = None
        self.row = 0

    def _next_record(self):
        """Generator → the next record. At the first call the header is read, and once a sample for the dtypes."""
        if self.sample is None:
            head = None
            if self.stage.options.header:
                head = yield from self.next_piece()
            self.sample = []
            if self.stage.columns is None:
                while len(self.sample) < SAMPLE:
                    record = yield from self.next_piece()
                    if record is None:
                        break
                    self.sample.append(record)
                self.stage.settle(head, self.sample)
        if self.row < len(self.sample):
            record = self.sample[self.row]
        else:
            record = yield from self.next_piece()
        if record is not None:
            self.row = self.row + 1
        return record

    def advance(self):
        record = yield from self._next_record()
        return None if record is None else self.stage.item_of(record, self.row)

    def skip(self, count):
        passed = 0
        while passed < count:
            record = yield from self._next_record()
            if record is None:
                break
            passed = passed + 1
        return passed
