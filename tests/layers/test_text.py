"""Layers of texts and categories in Python and JavaScript, with the numbers of Keras's documentation where it has some.

The others follow from the definitions: counts, and log(1 + documents / (1 + documents with the token)).
"""

import math

import numpy as np
import pytest

DOCUMENTS = ["the cat sat on the mat", "the dog sat", "A Cat, a dog!"]
# Equally frequent tokens stand in falling order.
KNOWN = ["[UNK]", "the", "sat", "dog", "cat", "a", "on", "mat"]
SHORT = ["a", "b", "c", "d"]
IDF = [0.25, 0.75, 0.6, 0.4]
NUMBERS = [12, 36, 1138, 42]
PAIR = [["a", "c", "d", "d"], ["d", "z", "b", "z"]]
ENGINES = ["cpu-node", *(pytest.param(name, marks=pytest.mark.browser) for name in ("cpu", "webgl"))]
ROWS = {}


def idf(documents, having):
    return math.log(1 + documents / (1 + having))


def row(title, layer, arguments, x, result, adapt=None, vocabulary=None):
    """result: None where the layer must refuse."""
    assert title not in ROWS
    ROWS[title] = {
        "kind": "failure" if isinstance(result, str) else "text",
        "layer": {"class_name": layer, "config": {**arguments, "name": "layer"}},
        "x": x,
        "adapt": adapt,
        "result": result,
        "vocabulary": vocabulary,
    }


row("hashing", "Hashing", {"num_bins": 3}, [["A"], ["B"], ["C"], ["D"], ["E"]], [[1], [0], [1], [1], [2]])
row("hashing mask", "Hashing", {"num_bins": 3, "mask_value": ""}, ["A", "B", "", "C", "D"], [1, 1, 0, 2, 2])
row("hashing salts", "Hashing", {"num_bins": 3, "salt": [133, 137]}, list("ABCDE"), [1, 2, 1, 0, 2])
row("hashing salt", "Hashing", {"num_bins": 3, "salt": 133}, list("ABCDE"), [0, 0, 2, 1, 0])
row(
    "hashing one_hot",
    "Hashing",
    {"num_bins": 3, "output_mode": "one_hot"},
    ["A", "B"],
    [[0, 1, 0], [1, 0, 0]],
)
row("hashing count", "Hashing", {"num_bins": 3, "output_mode": "count"}, [["A", "C", "B"]], [[1, 2, 0]])
row("hashing bins", "Hashing", {"num_bins": 0}, ["A"], "num_bins")
CROSSED = [["A", "B", "A", "B", "A"], [101, 101, 101, 102, 102]]
row("crossing", "HashedCrossing", {"num_bins": 5}, CROSSED, [1, 4, 1, 1, 3])
row(
    "crossing one_hot",
    "HashedCrossing",
    {"num_bins": 5, "output_mode": "one_hot"},
    CROSSED,
    np.eye(5)[[1, 4, 1, 1, 3]].tolist(),
)
row("crossing shapes", "HashedCrossing", {"num_bins": 5}, [["A"], [1, 2]], "same shape")

row(
    "strings",
    "StringLookup",
    {"vocabulary": SHORT},
    [["a", "c", "d"], ["d", "z", "b"]],
    [[1, 3, 4], [4, 0, 2]],
)
row(
    "strings learned",
    "StringLookup",
    {},
    [["a", "c", "d"], ["d", "z", "q"]],
    [[5, 3, 1], [1, 2, 0]],
    [["a", "c", "d"], ["d", "z", "b"]],
    ["[UNK]", "d", "z", "c", "b", "a"],
)
row(
    "strings two unknown",
    "StringLookup",
    {"vocabulary": SHORT, "num_oov_indices": 2},
    [["a", "c", "d"], ["m", "z", "b"]],
    [[2, 4, 5], [0, 1, 3]],
    None,
    ["[UNK]", "[UNK]", *SHORT],
)
row(
    "strings mask",
    "StringLookup",
    {"vocabulary": SHORT, "mask_token": ""},
    [["a", "", "d"]],
    [[2, 0, 5]],
    None,
    ["", "[UNK]", *SHORT],
)
row(
    "strings one_hot",
    "StringLookup",
    {"vocabulary": SHORT, "output_mode": "one_hot"},
    ["a", "b", "c", "d", "z"],
    np.eye(5)[[1, 2, 3, 4, 0]].tolist(),
)
row(
    "strings multi_hot",
    "StringLookup",
    {"vocabulary": SHORT, "output_mode": "multi_hot"},
    PAIR,
    [[0, 1, 0, 1, 1], [1, 0, 1, 0, 1]],
)
row(
    "strings count",
    "StringLookup",
    {"vocabulary": SHORT, "output_mode": "count"},
    PAIR,
    [[0, 1, 0, 1, 2], [2, 0, 1, 0, 1]],
)
row(
    "strings tf_idf",
    "StringLookup",
    {"vocabulary": SHORT, "idf_weights": IDF, "output_mode": "tf_idf"},
    PAIR,
    [[0, 0.25, 0, 0.6, 0.8], [1.0, 0, 0.75, 0, 0.4]],
)
row(
    "strings tf_idf of unknown",
    "StringLookup",
    {"vocabulary": ["[UNK]", *SHORT], "idf_weights": [0.9, *IDF], "output_mode": "tf_idf"},
    PAIR,
    [[0, 0.25, 0, 0.6, 0.8], [1.8, 0, 0.75, 0, 0.4]],
)
row(
    "strings tf_idf learned",
    "StringLookup",
    {"output_mode": "tf_idf"},
    [["a", "b"], ["z", "c"]],
    [[0, idf(3, 3), 0, idf(3, 1)], [(idf(3, 3) + 2 * idf(3, 1)) / 3, 0, idf(3, 1), 0]],
    [["a", "b"], ["a", "c"], ["a", "a"]],
    ["[UNK]", "a", "c", "b"],
)
row(
    "strings back",
    "StringLookup",
    {"vocabulary": SHORT, "invert": True},
    [[1, 3, 4], [4, 0, 2]],
    [["a", "c", "d"], ["d", "[UNK]", "b"]],
)
row(
    "strings most", "StringLookup", {"max_tokens": 3}, ["b", "a", "c"], [0, 2, 1], [["a", "c", "a", "b", "c"]]
)
row(
    "strings unknown",
    "StringLookup",
    {"vocabulary": SHORT, "num_oov_indices": 0},
    ["q"],
    "not in the vocabulary",
)
row("strings twice", "StringLookup", {"vocabulary": ["a", "a"]}, ["q"], "twice")
row("strings none", "StringLookup", {}, ["q"], "no vocabulary yet")

row(
    "integers",
    "IntegerLookup",
    {"vocabulary": NUMBERS},
    [[12, 1138, 42], [42, 1000, 36]],
    [[1, 3, 4], [4, 0, 2]],
)
row(
    "integers learned",
    "IntegerLookup",
    {},
    [[12, 1138, 42], [42, 1000, 7]],
    [[5, 2, 1], [1, 3, 0]],
    [[12, 1138, 42], [42, 1000, 36]],
    [-1, 42, 1138, 1000, 36, 12],
)
row(
    "integers two unknown",
    "IntegerLookup",
    {"vocabulary": NUMBERS, "num_oov_indices": 2},
    [[12, 1138, 42], [37, 1000, 36]],
    [[2, 4, 5], [1, 0, 3]],
)
row(
    "integers multi_hot",
    "IntegerLookup",
    {"vocabulary": NUMBERS, "output_mode": "multi_hot", "mask_token": 0},
    [[12, 0, 42, 42], [42, 7, 36, 7]],
    [[0, 1, 0, 0, 1], [1, 0, 1, 0, 1]],
)
row(
    "integers back",
    "IntegerLookup",
    {"vocabulary": NUMBERS, "invert": True},
    [[1, 3, 4], [4, 0, 2]],
    [[12, 1138, 42], [42, -1, 36]],
)
row(
    "integers padded",
    "IntegerLookup",
    {"vocabulary": [1, 2], "max_tokens": 6, "pad_to_max_tokens": True, "output_mode": "count"},
    [1, 1, 2, 9],
    [1, 2, 1, 0, 0, 0],
)

TEXTS = ["the cat and a dog", "sat"]
row("texts", "TextVectorization", {}, TEXTS, [[2, 5, 1, 6, 4], [3, 0, 0, 0, 0]], DOCUMENTS, ["", *KNOWN])
row("texts alone", "TextVectorization", {}, "The CAT!", [2, 5], DOCUMENTS)
row(
    "texts length",
    "TextVectorization",
    {"output_sequence_length": 3},
    TEXTS,
    [[2, 5, 1], [3, 0, 0]],
    DOCUMENTS,
)
ONCE = [[1, 1, 0, 1, 1, 1, 0, 0], [0, 0, 1, 0, 0, 0, 0, 0]]
row("texts multi_hot", "TextVectorization", {"output_mode": "multi_hot"}, TEXTS, ONCE, DOCUMENTS, KNOWN)
row(
    "texts count",
    "TextVectorization",
    {"output_mode": "count"},
    ["a dog, a cat: A dog"],
    [[0, 0, 0, 2, 1, 3, 0, 0]],
    DOCUMENTS,
)
TWO, ONE = idf(3, 2), idf(3, 1)
row(
    "texts tf_idf",
    "TextVectorization",
    {"output_mode": "tf_idf"},
    ["the cat and a dog"],
    [[(4 * TWO + 3 * ONE) / 7, TWO, 0, TWO, TWO, ONE, 0, 0]],
    DOCUMENTS,
)
row(
    "texts pairs",
    "TextVectorization",
    {"ngrams": 2, "max_tokens": 8, "output_sequence_length": 5},
    ["the mat sat"],
    [[2, 1, 3, 7, 1]],
    DOCUMENTS,
    ["", "[UNK]", "the", "sat", "dog", "cat", "a", "the mat"],
)
row(
    "texts letters",
    "TextVectorization",
    {
        "ngrams": [2],
        "split": "character",
        "standardize": "lower",
        "output_mode": "count",
        "pad_to_max_tokens": True,
        "max_tokens": 6,
    },
    ["abba"],
    [[1, 1, 1, 0, 0, 0]],
    ["abab", "AB"],
    ["[UNK]", "a b", "b a"],
)
row(
    "texts as they are",
    "TextVectorization",
    {"standardize": None, "vocabulary": ["The", "cat!"]},
    ["The cat! the cat"],
    [[2, 3, 1, 1]],
)
row("texts none", "TextVectorization", {}, ["q"], "no vocabulary yet")
row("texts ragged", "TextVectorization", {"ragged": True}, ["q"], "no ragged tensors")
row("texts standardize", "TextVectorization", {"standardize": "upper"}, ["q"], "must be one of")


@pytest.fixture(scope="module")
def answers(preparing):
    """What Python answers, by title."""
    return dict(zip(ROWS, preparing.run("numpy", ROWS.values()), strict=True))


@pytest.fixture(scope="module")
def others(preparing, engine):
    """What an engine in JavaScript answers."""
    return dict(zip(ROWS, preparing.run(engine, ROWS.values()), strict=True))


def values(found):
    """[shape, numbers] as an array, nested lists of tokens as they are."""
    is_array = len(found) == 2 and all(isinstance(part, list) for part in found)
    if is_array and all(isinstance(size, int) for size in found[0]) and math.prod(found[0]) == len(found[1]):
        return np.array(found[1]).reshape(found[0])
    return np.array(found)


def check(answer, wanted):
    assert "failed" not in answer, answer["failed"]
    for key in ("result", "result again"):
        found, expected = values(answer[key]), np.array(wanted["result"])
        assert found.shape == expected.shape
        if expected.dtype.kind == "U":
            assert found.tolist() == expected.tolist()
        else:
            np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert answer["again"] == answer["config"]
    if wanted["vocabulary"] is not None:
        assert answer["vocabulary"] == wanted["vocabulary"]
        assert answer["size"] == len(wanted["vocabulary"])


@pytest.mark.parametrize("title", [title for title in ROWS if ROWS[title]["kind"] == "text"])
def test_results(answers, title):
    check(answers[title], ROWS[title])


@pytest.mark.parametrize("engine", ENGINES, scope="module")
@pytest.mark.parametrize("title", list(ROWS))
def test_both_worlds(answers, others, title):
    ours, theirs = answers[title], others[title]
    if ROWS[title]["kind"] == "failure":
        assert ROWS[title]["result"] in ours
        assert theirs == ours
    else:
        check(theirs, ROWS[title])
        assert theirs["config"] == ours["config"]
