"""Automatic names, as Keras gives them: dense, dense_1, ..."""

from ..platform.maps import new_map

COUNTS = new_map()


def reset_names():
    """Start to count anew."""
    for name in COUNTS.all_keys():
        COUNTS.drop(name)


def next_number(base):
    """How often a base of names was asked for, this time included."""
    count = (COUNTS.at(base) if COUNTS.has(base) else 0) + 1
    COUNTS.put(base, count)
    return count


def automatic_name(class_name):
    """The next name of a class: "max_pooling2d", then "max_pooling2d_1"."""
    base = snake_case(class_name)
    number = next_number(base)
    return base if number == 1 else base + "_" + str(number - 1)


def snake_case(class_name):
    """MaxPooling2D → max_pooling2d, ReLU → re_lu."""
    text = ""
    for i in range(len(class_name)):
        letter = class_name[i]
        if i > 0 and _is_upper(letter):
            before = class_name[i - 1]
            starts_word = i + 1 < len(class_name) and _is_lower(class_name[i + 1])
            if starts_word or _is_lower(before):
                text = text + "_"
        text = text + letter.lower()
    return text


def _is_upper(letter):
    return "A" <= letter and letter <= "Z"


def _is_lower(letter):
    return "a" <= letter and letter <= "z"
