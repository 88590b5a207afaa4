"""Datasets in CPython and, transpiled, in Node.js and in a page: this program must give the same answers everywhere.

In the subset. The text given to it is JSON: {"folder": where the files of the test lie, a path or an address}.
"""

from pybrowserml import data, ops, utils
from pybrowserml.backends.active import engine_names, register_engine
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.compiler import realise
from pybrowserml.core.host import HostArray
from pybrowserml.core.rng import set_seed
from pybrowserml.core.structure import spec_text
from pybrowserml.data.elements import Thing, leaf_names
from pybrowserml.data.records import Lines, Records
from pybrowserml.platform.errors import kind_of, message_of
from pybrowserml.platform.records import is_none
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import from_json, to_json


def grid(rows, columns, dtype):
    """[[0, 1, 2], [3, 4, 5], ...] of a dtype."""
    host = []
    for i in range(rows):
        host.append([columns * i + j for j in range(columns)])
    return data_of(host, dtype)


def ragged():
    """Matrices, numbers and lists of texts of several sizes."""
    return [
        [[[1.5, 2.5]], 7, {"words": ["a"]}],
        [[[1.5], [2.5], [3.5]], 8, {"words": ["b", "c"]}],
        [[[4.5]], 9, {"words": ["d", "e", "f"]}],
    ]


def data_of(numbers, dtype):
    from_numbers = ops.convert_to_tensor(numbers, dtype)
    return from_numbers.node.attrs["data"]


def told(leaf):
    """A leaf as JSON: dtype, shape, numbers (NaN as a text)."""
    if isinstance(leaf, Thing):
        return ["thing"]
    numbers = []
    for i in range(len(leaf.data)):
        item = leaf.data[i]
        if leaf.dtype == "string":
            numbers.append(item)
        else:
            numbers.append("NaN" if item != item else float(item))
    return [leaf.dtype, leaf.shape, numbers]


def elements(dataset, most):
    """Generator → the elements of a pass, at most so many, with their nesting."""
    found = []
    iteration = dataset.iterate()
    while len(found) < most:
        item = yield from iteration.advance()
        if item is None:
            break
        found.append([spec_text(item.spec), leaf_names(item.spec), [told(leaf) for leaf in item.leaves]])
    iteration.close()
    return found


def double_of(x):
    return x + x


def sum_of(x, y):
    return ops.add(x, y)


def odd(x):
    return x % 2 == 1


def numbers_from(start):
    def give():
        for i in range(4):
            yield {"x": [float(start + i), 0.5], "text": "row " + str(i), "nothing": None}

    return give


def counter():
    given = []

    def give():
        given.append(1)
        return len(given) if len(given) < 4 else None

    return give


def inner(x):
    first = int(x) * 10
    return data.range(first, first + 3)


def texts_in(folder):
    found = []
    for kind in ["good", "bad"]:
        for i in range(3):
            found.append(folder + "/texts/" + kind + "/" + str(i) + ".txt")
    return found


def part_of_texts(folder, part):
    return utils.text_dataset_from_directory(
        texts_in(folder), "inferred", "binary", None, None, None, True, 5, 0.4, part
    )


TABLE = 'age,"name, full",size,ok\n31,"O""Brien",1.5,true\r\n ,"two\nlines",-2e3,false\n\n7,x,nan,TRUE\n'


def pipelines(folder):
    """[name, dataset] of everything."""
    numbers = data.range(10)
    pairs = data.from_arrays(grid(5, 2, "float32"), grid(5, 1, "int32"))
    nested = data.from_arrays({"a": grid(4, 1, "uint8"), "b": [grid(4, 3, "float32"), ["p", "q", "r", "s"]]})
    table = data.csv(TABLE, None, None, None, ",", True, ["", " "])
    columns = ["age", "name, full", "size", "ok"]
    return [
        ["range", data.range(3, 11, 3)],
        ["range down", data.range(5, 0, -2)],
        ["no range", data.range(3, 0)],
        ["pairs", pairs],
        ["weights", data.from_arrays([1, 2], [3.5, 4.5], [0.5, 1.5])],
        ["slices", data.from_tensor_slices([[1, 2], [3, 4]])],
        ["nested", nested],
        ["nested batch", nested.batch(3)],
        ["tensor", data.Dataset(ops.multiply(ops.array([1.0, 2.5]), 2.0))],
        ["generator", data.from_generator(numbers_from(1)).batch(3)],
        ["scalars", data.from_generator(lambda: [1, 2.5, 3]).batch(3)],
        ["array", data.array([{"x": 1.5, "y": "a"}, {"x": 2.5, "y": "b"}]).repeat(2).skip(1)],
        ["func", data.func(counter())],
        ["map", numbers.map(double_of)],
        ["map pairs", pairs.map(sum_of)],
        ["filter", numbers.filter(odd)],
        ["filter by a tensor", numbers.filter(lambda x: ops.greater(x, 6))],
        ["batch", numbers.batch(4)],
        ["batch dropped", numbers.batch(4, True)],
        ["batches of batches", numbers.batch(3, True).batch(2, True)],
        ["unbatch", pairs.batch(2).unbatch()],
        ["shuffle", numbers.shuffle(4, 7)],
        ["shuffle all", data.range(40).shuffle(100, 8)],
        ["shuffle again", numbers.shuffle(4, 7).repeat(2)],
        ["shuffle the same", numbers.shuffle(4, 7, False).repeat(2)],
        ["shuffle by the global seed", numbers.shuffle(10)],
        ["long shuffle", data.range(2500).shuffle(50, 3).batch(2500)],
        ["repeat", data.range(2).repeat(3)],
        ["repeat without end", data.range(2).repeat().take(5)],
        ["repeat not", data.range(2).repeat(0)],
        ["take", numbers.take(3)],
        ["take all", numbers.take(-1)],
        ["skip", numbers.skip(7)],
        ["skip all", numbers.skip(99)],
        ["prefetch", numbers.prefetch(3).batch(5)],
        ["cache", numbers.shuffle(10, 1).cache().repeat(2)],
        ["window", numbers.window(3)],
        ["windows", numbers.window(3, 1, 2)],
        ["windows dropped", numbers.window(3, 1, 2, True)],
        ["windows apart", numbers.window(2, 4)],
        ["interleave", data.range(3).interleave(inner, 2, 2)],
        ["interleave more", data.range(3).interleave(inner, 5, 1)],
        ["flat map", data.range(3).flat_map(inner)],
        ["enumerate", pairs.enumerate(5)],
        ["concatenate", data.range(3).concatenate(data.range(5, 7))],
        ["zip", data.zip([data.range(3), data.range(9).skip(5)])],
        ["zip dict", data.zip({"xs": data.range(2), "ys": [pairs, data.range(4)]})],
        ["csv", table],
        ["csv batch", table.batch(2)],
        ["csv labels", data.csv(TABLE, None, ["size"], {"age": "string", "ok": "bool"})],
        [
            "csv label",
            data.csv(
                "a,b,c\n1,2,3\n4,5,6", None, "c", {"c": "int32"}, ",", True, None, None, None, '"', True
            ),
        ],
        [
            "csv selected",
            data.csv(TABLE, ["A", "B", "C", "D"], "D", "string", ",", True, None, None, ["C", "D"]),
        ],
        [
            "csv defaults",
            data.csv(TABLE, None, None, {"age": "int32"}, ",", True, [" "], {"age": -1}, ["age", "size"]),
        ],
        [
            "csv plain",
            data.csv("1;2\n3;4\n", ["a", "b"], None, None, ";", False, None, None, None, None, True),
        ],
        ["csv file", data.csv(folder + "/table.csv", None, columns[2]).batch(2).take(2)],
        ["csv packed", data.csv(folder + "/table.csv.gz")],
        ["csv several", data.csv(["a,b\n1,x\n", "a,b\n2,3\n4,5\n"])],
        ["text several", data.text(["a\nb", "c\nd"])],
        ["padded", data.from_generator(ragged).padded_batch(2)],
        ["padded to", data.from_generator(ragged).padded_batch(2, [[4, None], [], [3]], -1, True)],
        ["text file", data.text(folder + "/lines.txt")],
        ["text", data.text("a\nb\r\n\rc")],
        ["texts", utils.text_dataset_from_directory(texts_in(folder), "inferred", "categorical", None, 4, 3)],
        ["part of texts", part_of_texts(folder, "validation")],
        ["other part", part_of_texts(folder, "training")],
        ["series", utils.timeseries_dataset_from_array(grid(9, 2, "float32"), grid(9, 1, "int32"), 3, 2, 2)],
        ["series alone", utils.timeseries_dataset_from_array([5, 6, 7, 8], None, 2, 1, 1, None, True, 3)],
        [
            "series within",
            utils.timeseries_dataset_from_array(
                grid(9, 1, "uint8"), [[1], [2], [3], [4]], 2, 1, 1, 8, False, None, 1, 8
            ),
        ],
        ["split", data.split_dataset(data.range(10), 0.3, None, True, 5)[1]],
    ]


def failures(folder):
    """Datasets that fail when they are made or read."""
    numbers = data.range(3)
    table = "age,size\n1,2\n3,abc\n"
    return [
        lambda: data.from_arrays([1, 2], [1, 2, 3]),
        lambda: data.from_arrays(5),
        lambda: data.from_arrays({"a": [[1], [2, 3]]}),
        lambda: data.from_arrays([]),
        lambda: data.from_arrays(None),
        lambda: numbers.batch(0),
        lambda: numbers.batch(1.5),
        lambda: numbers.shuffle(0),
        lambda: numbers.map("x"),
        lambda: numbers.concatenate([1]),
        lambda: numbers.interleave(lambda x: x),
        lambda: numbers.take(0).repeat(),
        lambda: numbers.window(2, 0),
        lambda: numbers.unbatch(),
        lambda: numbers.filter(lambda x: [True, False]),
        lambda: data.from_generator(lambda: [[1, 2], [3]]).batch(2),
        lambda: data.from_generator(lambda: [1, "a"]).batch(2),
        lambda: data.from_generator(lambda: [{"a": 1}, {"b": 1}]).batch(2),
        lambda: data.from_generator(lambda: 5),
        lambda: data.array(5),
        lambda: data.func("f"),
        lambda: data.zip([numbers, 5]),
        lambda: data.range(1.5),
        lambda: data.range(1, 2, 0),
        lambda: data.csv(table, None, None, "float32"),
        lambda: data.csv(table, None, None, {"size": "int32"}),
        lambda: data.csv([]),
        lambda: data.csv(["a,b\n1,2\n", "a,c\n1,2\n"]),
        lambda: data.from_generator(ragged).padded_batch(2, [[1, None], [], [3]]),
        lambda: data.from_generator(ragged).padded_batch(2, [[4, None], []]),
        lambda: data.csv("age,size\n1,2.5\n", None, None, {"size": "int32"}),
        lambda: data.csv("age,size\n1,\n", None, None, {"size": "int32"}),
        lambda: data.csv("age,size\n1,300\n", None, None, {"size": "uint8"}),
        lambda: data.csv("age,size\n1,2\n3\n"),
        lambda: data.csv("age,age\n1,2\n"),
        lambda: data.csv('age,size\n1,2\n3,"4\n5,6\n'),
        lambda: data.csv(table, None, "weight"),
        lambda: data.csv(table, ["a"]),
        lambda: data.csv(table, None, None, {"weight": "int32"}),
        lambda: data.csv(table, None, None, "int"),
        lambda: data.csv(table, None, None, None, ";;"),
        lambda: data.csv(table, None, None, None, ",", False),
        lambda: data.csv("a,b\n1,x\n", None, None, None, ",", True, None, None, None, '"', True),
        lambda: data.csv("a\n1\n", None, None, None, ",", True, None, {"a": "x"}),
        lambda: data.csv("\n"),
        lambda: data.text(folder + "/latin.txt"),
        lambda: data.csv(5),
    ]


def failure(action):
    """Generator → [kind, message] of what making or reading a dataset raises."""
    try:
        dataset = action()
        yield from elements(dataset, 100)
    except Exception as caught:
        return [kind_of(caught), message_of(caught)]
    return ["none", ""]


def resumed(make):
    """Generator → whether a dataset restored at each place of a pass goes on as one that was never stopped."""
    whole = make()
    start = whole.state()
    first = yield from elements(whole, 1000)
    second = yield from elements(whole, 1000)
    found = []
    for stop in range(len(first) + 1):
        stopped = make()
        stopped.restore(start)
        iteration = stopped.iterate()
        for _step in range(stop):
            yield from iteration.advance()
        state = from_json(to_json(stopped.state()))
        # With keys of its own, as after a new start of the program.
        other = make()
        other.restore(state)
        rest = yield from elements(other, 1000)
        if state["number"] == 0:
            after = yield from elements(other, 1000)
            same = to_json(rest) == to_json(first[stop : len(first)]) and to_json(after) == to_json(second)
        else:
            same = stop == len(first) and to_json(rest) == to_json(second)
        found.append(same)
    found.append(to_json(first) == to_json(second))
    return found


def resumable(folder):
    arrays = grid(7, 2, "float32")
    return [
        lambda: data.from_arrays(arrays).shuffle(4).batch(2),
        lambda: data.range(5).shuffle(5).repeat(2).map(double_of).batch(3),
        lambda: data.range(9).filter(odd).shuffle(2).window(2, 1),
        lambda: data.range(4).shuffle(3).cache().repeat(2).skip(1).take(6),
        lambda: data.range(3).interleave(lambda x: data.range(5).shuffle(4, 2), 2, 1).prefetch(2),
        lambda: data.zip(
            [data.range(5).shuffle(5), data.range(2).shuffle(2, 1, False).repeat(4)]
        ).enumerate(),
        lambda: data.csv(folder + "/table.csv").shuffle(3).batch(2),
        lambda: data.text("a\nb\nc").concatenate(data.text("d\ne")).batch(1).unbatch().take(4),
        lambda: data.from_generator(numbers_from(3)).flat_map(lambda x: data.range(2)).skip(3),
    ]


def cut_apart(parser, text, sizes):
    """What a parser finds in a text that comes in chunks of the given sizes."""
    found = []
    place = 0
    turn = 0
    while place < len(text):
        size = sizes[turn % len(sizes)]
        found.extend(parser.feed(text[place : min(place + size, len(text))]))
        place = place + size
        turn = turn + 1
    found.extend(parser.finish())
    return found


def parsed(texts):
    """Records and lines of texts, in one chunk and in small ones; None where a quote is open."""
    answers = []
    for text in texts:
        found = []
        for sizes in [[1000], [1], [3, 1, 2]]:
            try:
                found.append(cut_apart(Records(",", '"', "x", 1), text, sizes))
            except Exception as caught:
                found.append(message_of(caught))
            found.append(cut_apart(Lines(), text, sizes))
        answers.append(found)
    return answers


def prepared():
    """The helpers on host arrays."""
    return [
        data.to_categorical([0, 2, 1, 2]),
        data.to_categorical([[1], [0]], 3),
        data.to_categorical([[0, 1], [1, 0]]),
        data.normalize([[3.0, 4.0], [0.0, 0.0], [-5.0, 12.0]]),
        data.normalize([[3.0, 4.0], [1.0, 2.0]], 0, 1),
        data.normalize([[3.0, 4.5], [1.0, 2.0]], -1, 3),
        data.normalize([6, 8]),
        data.pad_sequences([[1, 2], [3], [4, 5, 6]]),
        data.pad_sequences([[1, 2], [3], [4, 5, 6]], 2, "float32", "post", "post", 0.5),
        data.pad_sequences([[[1, 2], [3, 4]], [[5, 6]]], 3),
        data.pad_sequences([[1, 2, 3]], 2),
        data.pad_sequences([[], [7]]),
    ]


def split_cases():
    found = data.train_test_split([0, 1, 2, 3, 4, 5, 6], [[0], [1], [2], [3], [4], [5], [6]], 0.3, True, 11)
    found.extend(data.train_test_split([1, 2, 3, 4], None, 1, False))
    return found


def host_of(value):
    return told(value) if isinstance(value, HostArray) else told(data_of(value, None))


def bad_preparing():
    return [
        lambda: data.to_categorical([0, 3], 3),
        lambda: data.to_categorical([-1]),
        lambda: data.to_categorical([0.5]),
        lambda: data.normalize([1.0], 5),
        lambda: data.normalize([1.0], -1, 0.5),
        lambda: data.pad_sequences([1, 2]),
        lambda: data.pad_sequences([[1]], None, "int32", "left"),
        lambda: data.train_test_split([1, 2], [1], 0.5),
        lambda: data.train_test_split([1, 2], [1, 2], 2),
        lambda: data.train_test_split([1, 2], [1, 2], 1.5),
        lambda: utils.timeseries_dataset_from_array([1, 2], None, 3),
        lambda: utils.timeseries_dataset_from_array([1, 2], None, 1, 1, 1, 1, False, None, 0, 5),
        lambda: utils.text_dataset_from_directory([]),
        lambda: utils.text_dataset_from_directory(["a/x.txt", "b/x.txt", "c/x.txt"], "inferred", "binary"),
        lambda: utils.text_dataset_from_directory(["a/x.txt"], "inferred", "int", ["b"]),
        lambda: utils.text_dataset_from_directory(["a/x.txt"], [1, 2]),
        lambda: utils.text_dataset_from_directory(
            ["a"], None, "int", None, 1, None, True, None, 0.5, "training"
        ),
        lambda: utils.text_dataset_from_directory(["a"], None, "int", None, 1, None, True, 1, 2, "training"),
        lambda: utils.image_dataset_from_directory(["a/x.png"], None, "int", None, "hsv"),
        lambda: data.split_dataset(data.range(3)),
        lambda: data.split_dataset(data.range(3), 2, 2),
        lambda: data.split_dataset(data.range(3).filter(odd), 1),
        lambda: data.range(3).restore({"number": 0, "taken": 0, "keys": [[1, 2]]}),
        lambda: data.range(3).restore({"taken": 0, "keys": []}),
    ]


def answer(text):
    """Generator → JSON of all answers."""
    given = from_json(text)
    folder = given["folder"]
    if len(engine_names()) == 0:
        register_engine("cpu", lambda: [True, ""], CpuBackend)
        realise.install()
    set_seed(3)
    answers = {"counts": [], "elements": [], "failures": [], "resumed": [], "parts": []}
    for entry in pipelines(folder):
        answers["counts"].append([entry[0], entry[1].cardinality()])
        found = yield from elements(entry[1], 100)
        answers["elements"].append([entry[0], found])
    for action in failures(folder):
        found = yield from failure(action)
        answers["failures"].append(found)
    for make in resumable(folder):
        found = yield from resumed(make)
        answers["resumed"].append(found)
    answers["parsed"] = parsed(given["texts"])
    answers["prepared"] = [host_of(value) for value in prepared()]
    answers["split"] = [host_of(value) for value in split_cases()]
    bad = []
    for action in bad_preparing():
        found = yield from failure(action)
        bad.append(found)
    answers["bad preparing"] = bad
    for made in [
        data.from_arrays([[1]], [2]),
        data.from_arrays([[1]], [2], [3]),
        data.from_arrays({"xs": [1], "ys": [2]}),
        data.from_arrays({"xs": [1], "z": [2]}),
    ]:
        parts = yield from made.batch(1).iterate().next_batch()
        answers["parts"].append([is_none(part) for part in parts])
    return to_json(answers)


def run_job(text):
    """A promise of the answers."""
    return drive(answer(text))
