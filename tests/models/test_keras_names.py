"""Names that scripts for Keras import: symbolic tensors, trees, files of images, configuration."""

from typing import Any

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.preprocessing.image import array_to_img, img_to_array, load_img, save_img, smart_resize
from pybrowserml.preprocessing.sequence import pad_sequences

utils: Any = pb.utils
X = np.arange(12, dtype="float32").reshape(3, 4)


def test_keras_tensors():
    x = pb.KerasTensor(shape=(None, 4), dtype="float32", name="x")
    y = pb.layers.Dense(2)(x)
    assert (x.shape, x.dtype, x.name) == ((None, 4), "float32", "x")
    for tensor in (x, y, y + 1, pb.Input((3,))):
        assert isinstance(tensor, pb.KerasTensor) and pb.backend.is_keras_tensor(tensor)
    for thing in (pb.ops.ones((2, 4)), X, None, pb.Variable(1.0)):
        assert not isinstance(thing, pb.KerasTensor)
    assert pb.Model(x, y).predict(X, verbose=0).shape == (3, 2)
    with pytest.raises(pb.ShapeError, match="KerasTensor: shape must be a list of sizes"):
        pb.KerasTensor(shape=())
    with pytest.raises(pb.ArgumentError, match="dense"):
        pb.KerasTensor((2, 3), sparse=True)


def test_functions():
    """keras.Function: a graph without files and training, with the structures of its inputs and outputs."""
    a, b = pb.Input((4,), name="a"), pb.Input((4,), name="b")
    dense = pb.layers.Dense(2)
    add = pb.Function({"a": a, "b": b}, (dense(a + b), a - b))
    found: Any = add({"a": X, "b": X})
    assert isinstance(found, tuple)
    np.testing.assert_allclose(np.asarray(found[0]), np.asarray(dense(2 * X)), rtol=1e-6)
    np.testing.assert_array_equal(np.asarray(found[1]), np.zeros((3, 4)))
    assert dense in add.operations and [tensor.name for tensor in add.inputs] == ["a", "b"]
    assert add.compute_output_shape({"a": (None, 4), "b": (None, 4)}) == ((None, 2), (None, 4))
    symbolic: Any = add({"a": pb.Input((4,)), "b": pb.Input((4,))})
    assert isinstance(symbolic[0], pb.KerasTensor)
    one = pb.Function(a, pb.ops.square(a))
    np.testing.assert_array_equal(np.asarray(one(X)), X * X)
    assert pb.utils.get_source_inputs(symbolic[0])[0].shape == (None, 4)
    assert [tensor.name for tensor in pb.utils.get_source_inputs(dense(a + b))] == ["a", "b"]
    with pytest.raises(pb.ArgumentError, match="not among the inputs"):
        pb.Function(a, a + b)


def test_trees():
    tree = pb.tree
    nested = {"b": [1, (2, None)], "a": 3}
    assert tree.flatten(nested) == [3, 1, 2, None]
    assert tree.flatten_with_path(nested)[2] == (("b", 1, 0), 2)
    assert tree.map_structure(lambda x: x * 2, nested, none_is_leaf=False) == {"b": [2, (4, None)], "a": 6}
    assert tree.map_structure(lambda x, y: x + y, [1, (2,)], [10, (20,)]) == [11, (22,)]
    assert tree.map_structure_up_to([0, 0], len, [[1, 2], [3]]) == [2, 1]
    assert tree.pack_sequence_as(nested, "wxyz") == {"b": ["x", ("y", "z")], "a": "w"}
    assert tree.lists_to_tuples({"a": [1, [2]]}) == {"a": (1, (2,))}
    assert tree.map_shape_structure(len, {"a": (None, 3), "b": [(1,)]}) == {"a": 2, "b": [1]}
    assert tree.is_nested([]) and not tree.is_nested("ab")
    seen = []
    assert tree.traverse(seen.append, [(1, 2), [3]]) == [(1, 2), [3]]
    assert seen == [[(1, 2), [3]], (1, 2), 1, 2, [3], 3]
    hidden = tree.traverse(lambda x: tree.MAP_TO_NONE if x == 2 else None, [(1, 2)], top_down=False)
    assert hidden == [(1, None)]
    with pytest.raises(pb.ArgumentError, match="differ"):
        tree.map_structure(max, [1], (1,))
    with pytest.raises(pb.ArgumentError, match="has 4 leaves, got 2"):
        tree.pack_sequence_as(nested, [1, 2])
    tree.assert_same_paths([1, 2], (3, 4))
    with pytest.raises(pb.ArgumentError, match="paths differ"):
        tree.assert_same_paths([1, 2], [3])


def test_images(tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (6, 8, 3)).astype("uint8")
    save_img(tmp_path / "a.png", image, scale=False)
    loaded = load_img(tmp_path / "a.png")
    array = img_to_array(loaded)
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, image)
    assert utils.img_to_array(loaded, data_format="channels_first").shape == (3, 6, 8)
    assert load_img(tmp_path / "a.png", target_size=(3, 4)).size == (4, 3)
    kept = load_img(tmp_path / "a.png", target_size=(5, 5), interpolation="bilinear", keep_aspect_ratio=True)
    assert kept.size == (5, 5)
    grey = img_to_array(load_img(tmp_path / "a.png", color_mode="grayscale"))
    assert grey.shape == (6, 8, 1)
    scaled = np.asarray(array_to_img(np.array([[[0.0], [2.0]]])))
    np.testing.assert_array_equal(scaled, [[0, 255]])
    with pytest.warns(UserWarning, match="JPEG has no transparency"):
        utils.save_img(tmp_path / "b.jpg", np.zeros((2, 2, 4)))
    with pytest.raises(pb.ShapeError, match="an array of rank 3, got shape"):
        utils.array_to_img(np.zeros((2, 2)))
    with pytest.raises(pb.ArgumentError, match="color_mode must be one of"):
        utils.load_img(tmp_path / "a.png", color_mode="cmyk")
    resized = smart_resize(np.ones((4, 8, 3), "float32"), (2, 2))
    assert isinstance(resized, np.ndarray) and resized.shape == (2, 2, 3)
    assert pad_sequences([[1], [2, 3]]).tolist() == [[0, 1], [2, 3]]


def test_configuration():
    backend: Any = pb.backend
    assert backend.result_type("int32", "float16") == "float16"
    assert [backend.result_type("uint8", int), backend.result_type("int32", float)] == ["uint8", "float32"]
    assert [backend.result_type(int), backend.result_type(), backend.result_type("bool", "int8")] == [
        "int32",
        "float32",
        "int8",
    ]
    assert pb.utils.standardize_dtype("int64") == "int32"
    pb.config.disable_traceback_filtering()
    assert pb.config.is_traceback_filtering_enabled() is False
