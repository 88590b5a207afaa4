"""Datasets as the Python user sees them."""

import functools
import http.server
import io
import threading

import numpy as np
import pytest
from PIL import Image

import pybrowserml as pb
from pybrowserml.data import Dataset


def numbers(dataset):
    return [int(x) for x in dataset]


def test_elements_are_numpys():
    (element,) = list(Dataset({"x": np.arange(3.0), "t": ["a", "b", "c"]}, [1, 2, 3]).batch(3))
    features, label = element
    assert isinstance(element, tuple)
    assert features["x"].dtype == np.float32 and label.dtype == np.int32
    assert features["t"].tolist() == ["a", "b", "c"] and features["t"].dtype == object
    first = next(iter(Dataset(np.arange(3.0), np.array([True, False, True]))))
    assert isinstance(first[0], np.float32) and isinstance(first[1], np.bool_)


def test_lists_and_tuples():
    pairs = pb.data.from_generator(lambda: [(1, 2.5), (3, 4.5)])
    assert list(pairs) == [(1, 2.5), (3, 4.5)]
    assert [x.tolist() for x in pb.data.from_generator(lambda: [[1, 2.5]])] == [[1, 2.5]]
    assert len(list(pb.data.from_tensor_slices(([1, 2, 3], [4, 5, 6])))[0]) == 2
    assert next(iter(pb.data.from_generator(lambda: [np.array(["x", "y"])]))).tolist() == ["x", "y"]


def test_ways_to_make_one():
    assert (
        numbers(Dataset.from_tensor_slices([1, 2])) == numbers(pb.data.from_tensor_slices([1, 2])) == [1, 2]
    )
    assert numbers(Dataset.from_generator(lambda: range(2))) == numbers(Dataset(lambda: range(2))) == [0, 1]


def test_sequences_are_fitted():
    class Halves(pb.utils.PyDataset):
        epochs = 0

        def __len__(self):
            return 2

        def __getitem__(self, index):
            x = np.arange(8, dtype=np.float32).reshape(4, 2)[index * 2 : index * 2 + 2]
            return x, x[:, :1]

        def on_epoch_end(self):
            Halves.epochs += 1

    model = pb.Sequential([pb.Input((2,)), pb.layers.Dense(1)])
    model.compile("sgd", "mse")
    source = Halves(workers=4)
    assert source.workers == 4
    assert len(model.fit(source, epochs=3, verbose=0).history["loss"]) == 3 and Halves.epochs == 3
    assert model.predict(source, verbose=0).shape == (4, 1)


class Numbered(pb.utils.PyDataset):
    """Batches of their own index; endless where it is told so."""

    def __init__(self, endless=False, **kwargs):
        super().__init__(**kwargs)
        self.endless = endless
        self.told = []

    @property
    def num_batches(self):
        return None if self.endless else 5

    def __getitem__(self, index):
        if index > 100:
            raise ValueError("too far")
        x = np.full((2, 2), index, np.float32)
        return x, x[:, :1]

    def on_epoch_begin(self):
        self.told.append("begin")

    def on_epoch_end(self):
        self.told.append("end")


@pytest.mark.parametrize("options", [{}, {"workers": 3}, {"workers": 2, "use_multiprocessing": True}])
def test_workers_keep_the_order(options):
    model = pb.Sequential([pb.Input((2,)), pb.layers.Dense(1, kernel_initializer="ones", use_bias=False)])
    model.compile("sgd", "mse")
    source = Numbered(max_queue_size=2, **options)
    np.testing.assert_array_equal(model.predict(source, verbose=0)[::2, 0], [0, 2, 4, 6, 8])
    assert source.told == ["begin", "end"]
    history = model.fit(source, epochs=2, steps_per_epoch=3, shuffle=False, verbose=0).history
    assert source.told == ["begin", "end"] * 3 and len(history["loss"]) == 2


def test_sequences_without_an_end():
    model = pb.Sequential([pb.Input((2,)), pb.layers.Dense(1, kernel_initializer="ones", use_bias=False)])
    model.compile("sgd", "mse")
    assert len(model.fit(Numbered(True), epochs=2, steps_per_epoch=3, verbose=0).history["loss"]) == 2
    assert model.predict(Numbered(True, workers=2), steps=3, verbose=0).shape == (6, 1)
    with pytest.raises(ValueError, match="too far"):
        model.predict(Numbered(True, workers=2), verbose=0)
    assert [int(x[0, 0]) for x, _ in Numbered()] == [0, 1, 2, 3, 4]
    with pytest.raises(pb.ArgumentError, match="needs a property num_batches"):
        model.predict(pb.utils.PyDataset(), verbose=0)


def test_sequences_are_shuffled_as_their_epoch_tells():
    class Heard(Numbered):
        def __getitem__(self, index):
            self.told.append(index)
            return super().__getitem__(index)

    orders = []
    for _ in range(2):
        pb.random.set_seed(3)
        model = pb.Sequential([pb.Input((2,)), pb.layers.Dense(1)])
        model.compile("sgd", "mse")
        source = Heard()
        model.fit(source, epochs=2, verbose=0)
        orders.append([item for item in source.told if not isinstance(item, str)])
    assert orders[0] == orders[1] and sorted(orders[0][:5]) == sorted(orders[0][5:]) == [0, 1, 2, 3, 4]
    assert orders[0][:5] != orders[0][5:]


def test_a_stopped_fit_goes_on():
    """Weights after two epochs of a shuffled Dataset: in one run, and as two runs with the position handed over."""
    x = np.linspace(-1, 1, 40, dtype=np.float32).reshape(20, 2)

    def fitted(runs, datasets):
        pb.random.set_seed(1)
        model = pb.Sequential([pb.Input((2,)), pb.layers.Dense(1, kernel_initializer="ones")])
        model.compile(pb.optimizers.SGD(0.1, momentum=0.9), "mse")
        state = None
        for epochs, dataset in zip(runs, datasets, strict=True):
            if state is not None:
                dataset.restore(state)
            model.fit(dataset, epochs=epochs, verbose=0)
            state = dataset.state()
        return np.concatenate([np.asarray(weight).reshape(-1) for weight in model.get_weights()])

    def made(seed):
        return Dataset(x, x[:, 0] * 3 + 1).shuffle(7, seed=seed).batch(6)

    np.testing.assert_array_equal(fitted([2], [made(3)]), fitted([1, 1], [made(3), made(99)]))
    assert (fitted([2], [made(3)]) != fitted([2], [made(4)])).any()


def test_length():
    dataset = pb.data.range(10).batch(3)
    assert len(dataset) == 4 and dataset.batch_count() == 4 and dataset.cardinality() == 4
    for unknown, count in [(dataset.filter(lambda x: True), -2), (dataset.repeat(), -1)]:
        assert unknown.cardinality() == count and unknown.batch_count() is None
        with pytest.raises(TypeError, match="no known length"):
            len(unknown)
    assert len(list(dataset.filter(lambda x: True))) == 4


def test_every_pass_has_its_own_order():
    dataset = pb.data.range(20).shuffle(20, seed=1)
    passes = [numbers(dataset) for _ in range(3)]
    assert len({tuple(order) for order in passes}) == 3
    assert all(sorted(order) == list(range(20)) for order in passes)
    assert numbers(pb.data.range(20).shuffle(20, seed=1)) == passes[0]
    fixed = pb.data.range(20).shuffle(20, seed=1, reshuffle_each_iteration=False)
    assert numbers(fixed) == numbers(fixed)


def test_shuffles_are_fair():
    """Each of the 24 orders of four elements comes about as often; a buffer of one keeps the order."""
    dataset = pb.data.range(4).shuffle(4, seed=5)
    counts = {}
    for _ in range(2400):
        order = tuple(numbers(dataset))
        counts[order] = counts.get(order, 0) + 1
    expected = 100
    assert len(counts) == 24
    # Chi-square with 23 degrees of freedom: 49.7 is passed once in a thousand.
    assert sum((count - expected) ** 2 / expected for count in counts.values()) < 49.7
    assert numbers(pb.data.range(9).shuffle(1, seed=5)) == list(range(9))


def test_the_global_seed():
    pb.random.set_seed(4)
    first = numbers(pb.data.range(20).shuffle(20))
    second = numbers(pb.data.range(20).shuffle(20))
    pb.utils.set_random_seed(4)
    assert numbers(pb.data.range(20).shuffle(20)) == first != second


def test_a_function_of_tensors():
    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    halves = Dataset(x).batch(2).map(lambda rows: {"half": pb.ops.divide(rows, 2.0), "sum": rows.sum()})
    found = list(halves)
    np.testing.assert_array_equal(found[1]["half"], x[2:] / 2)
    assert found[0]["sum"] == 15
    tensors = Dataset(pb.ops.multiply(pb.tensor(x), 2.0))
    np.testing.assert_array_equal(next(iter(tensors.skip(1))), x[1] * 2)


def test_a_buffer_that_the_user_writes_again():
    def rows():
        row = np.zeros(2, dtype=np.float32)
        for i in range(3):
            row[:] = i
            yield row

    (batch,) = list(pb.data.from_generator(rows).batch(3))
    assert batch.tolist() == [[0, 0], [1, 1], [2, 2]]


def test_generators_are_closed_and_read_once():
    events = []

    def source():
        try:
            yield from range(5)
        finally:
            events.append("closed")

    dataset = pb.data.from_generator(source)
    for x in dataset:
        if x == 2:
            break
    assert events == ["closed"]
    assert numbers(dataset) == [0, 1, 2, 3, 4]
    once = pb.data.from_generator(iter([1, 2]))
    assert numbers(once) == [1, 2]
    with pytest.raises(pb.ArgumentError, match="was read already"):
        list(once)


def test_errors_of_the_users_function_pass():
    def failing(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        list(pb.data.range(2).map(failing))


def test_a_cache_asks_its_source_once():
    calls = []

    def noted(x):
        calls.append(int(x))
        return x

    dataset = pb.data.range(3).map(noted).cache()
    next(iter(dataset))
    calls.clear()
    assert numbers(dataset) == numbers(dataset) == [0, 1, 2]
    assert calls == [0, 1, 2]


def test_skipping_does_no_work():
    calls = []

    def noted(x):
        calls.append(int(x))
        return x

    dataset = pb.data.range(100000).map(noted).batch(10).repeat(3)
    dataset.restore({"number": 0, "taken": 19999, "keys": []})
    assert [x.tolist() for x in dataset.take(1)] == [list(range(10))]
    calls.clear()
    dataset.restore({"number": 0, "taken": 29998, "keys": []})
    assert len(list(dataset)) == 2
    assert len(calls) == 20


def test_for_each_and_to_array():
    seen = []
    pb.data.range(3).for_each_async(lambda x: seen.append(int(x)))
    assert seen == [0, 1, 2] and [int(x) for x in pb.data.range(3).to_array()] == [0, 1, 2]


@pytest.fixture
def server(files):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format, *args):
            pass

    handler = functools.partial(Quiet, directory=str(files))
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_address[1]}"
    made.shutdown()
    made.server_close()


def test_sources_of_text(files, server):
    path = files / "table.csv"
    content = path.read_text()
    expected = list(pb.data.csv(content))
    assert len(expected) == 5 and expected[3] == {"a": 3, "b": 1.5, "size": 0}
    with open(path, encoding="utf-8") as text, open(path, "rb") as binary:
        sources = [
            path,
            str(path),
            content.encode(),
            text,
            binary,
            io.StringIO(content),
            f"{server}/table.csv",
        ]
        for source in sources:
            dataset = pb.data.csv(source)
            assert list(dataset) == list(dataset) == expected
    with pytest.raises(pb.FormatError, match=r"no such file \(status 404\)"):
        list(pb.data.csv(f"{server}/nowhere.csv"))


def test_a_long_table(tmp_path):
    """Chunks end anywhere, between the bytes of a letter too."""
    path = tmp_path / "long.csv"
    rows = [f'{i},"größe ""{i}""\n{i}",{i * 0.5}' for i in range(60000)]
    path.write_text("i,t,x\r\n" + "\r\n".join(rows), encoding="utf-8")
    dataset = pb.data.csv(path, dtypes={"i": "int32"})
    last = None
    for i, row in enumerate(dataset):
        assert row["i"] == i
        last = row
    assert i == 59999 and last["t"] == 'größe "59999"\n59999' and last["x"] == 29999.5


def test_a_quote_that_is_never_closed_is_found_early(monkeypatch):
    monkeypatch.setattr(pb.data.records, "LONGEST", 1000)
    read = []

    def chunks():
        for chunk in ['a,b\n1,"', *["z" * 400] * 100]:
            read.append(len(chunk))
            yield chunk

    text = pb.platform.streams.TextStream("x", chunks())
    monkeypatch.setattr(pb.data.lines, "text_stream", lambda source: text)
    with pytest.raises(pb.FormatError, match="row 1: a quote is not closed"):
        list(pb.data.csv("ignored"))
    assert len(read) < 6


def test_images_need_pillow(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "PIL.Image", None)
    with pytest.raises(pb.EngineError, match=r"pybrowserml\[images\]"):
        pb.data.image(tmp_path / "x.png")


def test_devices_belong_to_pages():
    for make in [pb.data.webcam, pb.data.microphone, lambda: list(pb.data.video("x.webm"))]:
        with pytest.raises(pb.EngineError, match="belongs to a page"):
            make()


def test_normalize_is_numpys():
    generator = np.random.default_rng(1)
    x = generator.normal(size=(3, 4, 2)).astype(np.float32)
    for axis in [0, 1, -1]:
        for order in [1, 2, 3]:
            norm = np.linalg.norm(x, order, axis, keepdims=True)
            np.testing.assert_allclose(pb.utils.normalize(x, axis, order), x / norm, rtol=2e-6)


def test_splits():
    x = {"a": np.arange(10), "b": np.arange(10.0) * 2}
    train, test, y_train, y_test = pb.utils.train_test_split(x, np.arange(10), 0.25, seed=3)
    assert len(test["a"]) == 3 and len(y_train) == 7
    assert sorted([*train["a"], *test["a"]]) == list(range(10))
    np.testing.assert_array_equal(test["b"], test["a"] * 2)
    np.testing.assert_array_equal(y_test, test["a"])
    left, right = pb.utils.split_dataset(np.arange(10), 0.35, shuffle=True, seed=2)
    assert len(left) == 4 and sorted([*numbers(left), *numbers(right)]) == list(range(10))
    assert numbers(left) == numbers(left)


def test_series():
    x = np.arange(40, dtype=np.float32).reshape(20, 2)
    y = np.arange(20)
    dataset = pb.utils.timeseries_dataset_from_array(
        x, y, 4, sequence_stride=3, sampling_rate=2, batch_size=100
    )
    ((windows, labels),) = list(dataset)
    starts = range(0, 20 - 3 * 2, 3)
    np.testing.assert_array_equal(windows, [x[i : i + 7 : 2] for i in starts])
    assert labels.tolist() == list(starts)


def test_directories(files, tmp_path):
    texts = pb.utils.text_dataset_from_directory(files / "texts", batch_size=None, shuffle=False)
    assert [(str(text), int(label)) for text, label in texts] == [
        (f"{kind}\n{i}", place) for place, kind in enumerate(["bad", "good"]) for i in range(3)
    ]
    assert texts.class_names == ["bad", "good"]
    for kind, color in [("b", 9), ("a", 200), ("a", 100)]:
        (tmp_path / kind).mkdir(exist_ok=True)
        Image.new("L", (6, 4), color).save(tmp_path / kind / f"{color}.png")
    options = {"image_size": (2, 3), "color_mode": "grayscale", "label_mode": "categorical", "seed": 1}
    ((x, y),) = list(pb.utils.image_dataset_from_directory(tmp_path, **options))
    assert x.shape == (3, 2, 3, 1) and x.dtype == np.float32
    found = sorted(zip(x[:, 0, 0, 0].tolist(), y.tolist(), strict=True))
    assert found == [(9, [0, 1]), (100, [1, 0]), (200, [1, 0])]
    parts = [
        pb.utils.image_dataset_from_directory(
            tmp_path, batch_size=None, validation_split=0.4, subset=subset, **options
        )
        for subset in ["training", "validation"]
    ]
    assert [len(part) for part in parts] == [2, 1]
    assert sorted(float(x[0, 0, 0]) for part in parts for x, _ in part) == [9, 100, 200]
    both = pb.utils.image_dataset_from_directory(
        tmp_path,
        batch_size=None,
        validation_split=0.4,
        subset="both",
        follow_links=False,
        verbose=False,
        **options,
    )
    for one, other in zip(both, parts, strict=True):
        assert {float(x[0, 0, 0]) for x, _ in one} == {float(x[0, 0, 0]) for x, _ in other}


def test_parts_of_a_batch():
    pack, unpack = pb.utils.pack_x_y_sample_weight, pb.utils.unpack_x_y_sample_weight
    assert pack(1) == 1 and pack([1]) == ([1],) and pack(1, 2) == (1, 2) and pack(1, None, 3) == (1, None, 3)
    assert unpack(1) == (1, None, None) and unpack((1, 2)) == (1, 2, None) and unpack((1, 2, 3)) == (1, 2, 3)
    with pytest.raises(pb.ArgumentError, match="got 4 parts"):
        unpack((1, 2, 3, 4))


def test_padded_batches():
    rows = pb.data.from_generator(lambda: iter([([1.0], "a"), ([2.0, 3.0], "b"), ([4.0], "c")]))
    first, last = rows.padded_batch(2)
    assert first[0].tolist() == [[1, 0], [2, 3]] and first[1].tolist() == ["a", "b"]
    assert last[0].tolist() == [[4]]
    (only,) = rows.padded_batch(2, padded_shapes=[[3], []], padding_values=-1, drop_remainder=True)
    assert only[0].tolist() == [[1, -1, -1], [2, 3, -1]]
    with pytest.raises(pb.ShapeError, match="of size 2 is longer than 1"):
        list(rows.padded_batch(2, [[1], []]))


def test_several_and_packed_tables(files):
    whole = list(pb.data.csv(files / "table.csv"))
    assert list(pb.data.csv(str(files / "table.csv.gz"))) == whole
    twice = pb.data.csv([files / "table.csv", (files / "table.csv.gz").read_bytes()])
    assert list(twice) == whole + whole and list(twice) == whole + whole
    with pytest.raises(pb.FormatError, match="the header must be that of"):
        list(pb.data.csv([files / "table.csv", "a,b\n1,2\n"]))
    packed = (files / "table.csv.gz").read_bytes()
    for damaged in (packed[:-8] + b"zzzzzzzz", packed[:-9]):
        with pytest.raises(pb.FormatError, match="damaged gzip data"):
            list(pb.data.csv(damaged))
