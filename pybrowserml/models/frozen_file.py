"""Reading frozen models: the checks that a manifest and its weight files go through before anything runs."""

from ..backends.check import check_plan
from ..backends.resolve import element_count
from ..core.dtypes import DTYPES
from ..core.host import HostArray
from ..core.slots import Slot
from ..platform.buffers import is_zero, zeros
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_finite, is_list, is_nan, is_number, is_string, is_whole
from ..platform.text import to_json
from .frozen_specs import CHECKS, check_specs
from .safetensors import Pieces, decode_lent, decode_tensors, read_json
from .weights import set_state

FORMAT = "pybrowserml-frozen"
FORMAT_VERSION = 2
# Version 1 had no sample weights.
READABLE = [1, FORMAT_VERSION]
MOST_STATE = 100000
MOST_OF_METRIC = 1048576
# An optimizer has a few values of the shape of each weight.
MOST_ZEROS = 8
INFINITY = 1e308 * 10.0
NUMBERS = {"Infinity": INFINITY, "-Infinity": -INFINITY, "NaN": INFINITY - INFINITY}


class FrozenVariable:
    """State of a frozen model. role: "weight", "optimizer" or "metric"."""

    def __init__(self, path, host, role):
        self.path = path
        self.shape = host.shape
        self.dtype = host.dtype
        self.role = role
        self.slot = Slot(host)

    def set_host(self, host):
        """Replace the value from the host at once."""
        self.slot.take_host(host)


def read_manifest(data, place):
    """The checked manifest in the bytes of a JSON file; its plans are ready to run. Raises FormatError."""
    manifest = read_json(data, place)
    _check_manifest(manifest, place)
    plans = {}
    for kind in manifest["plans"].keys():
        plans[kind] = decoded_numbers(manifest["plans"][kind], 0, place)
        check_plan(plans[kind], place + ": plans." + kind)
    manifest["plans"] = plans
    _check_signature(manifest, place)
    return manifest


def _check_manifest(manifest, place):
    if not is_dict(manifest) or manifest.get("format") != FORMAT:
        raise error("FormatError", place + ": this is no built model: its format is not " + FORMAT)
    if manifest.get("version") not in READABLE:
        raise error(
            "FormatError",
            place + ": its version is not " + str(FORMAT_VERSION) + ", the one this library reads",
        )
    plans = manifest.get("plans")
    if not is_dict(plans) or "predict" not in plans:
        raise error("FormatError", place + ": it has no plan 'predict'")
    for kind in plans.keys():
        if kind not in ["predict", "train", "test"]:
            raise error("FormatError", place + ": it has a plan of the unknown kind '" + kind + "'")
    if not is_list(manifest.get("state")) or len(manifest["state"]) > MOST_STATE:
        raise error("FormatError", place + ": 'state' must be a list")
    return None


def read_variables(entries, weights, place):
    """FrozenVariables of the manifest's state with their values from the files (see opening.open_frozen)."""
    tensors = []
    lenders = new_map()
    for file in weights:
        if is_list(file[1]):
            for entry in decode_lent(Pieces(file[1]), file[0]):
                tensors.append([entry[0], entry[1]])
                lenders.put(entry[0], entry[2])
        else:
            tensors.extend(decode_tensors(file[1], file[0]))
    found = []
    stored = []
    names = []
    begun = []
    # Elements that lie in the files, and that are zeros not in them.
    held = 0
    beginning = 0
    for i in range(len(entries)):
        here = place + ": state[" + str(i) + "]"
        entry = entries[i]
        if not is_dict(entry) or not is_string(entry.get("name")) or entry.get("dtype") not in DTYPES:
            raise error("FormatError", here + " needs a name and a known dtype")
        if entry["name"] in names:
            raise error("FormatError", here + " has the name '" + entry["name"] + "' of another")
        names.append(entry["name"])
        if entry.get("role") not in ["weight", "optimizer", "metric"]:
            raise error("FormatError", here + " must have the role weight, optimizer or metric")
        if not _is_shape(entry.get("shape")):
            raise error("FormatError", here + " needs a shape of whole numbers")
        count = element_count(entry["shape"])
        begins = entry["role"] == "metric" or (entry["role"] == "optimizer" and "zeros" in entry)
        if entry["role"] == "metric" and count > MOST_OF_METRIC:
            raise error("FormatError", here + " is too large for a metric")
        host = HostArray(zeros(entry["dtype"], 0), entry["shape"], entry["dtype"])
        variable = FrozenVariable(entry["name"], host, entry["role"])
        found.append(variable)
        if begins:
            begun.append(variable)
            beginning = beginning + count
        else:
            stored.append(variable)
            held = held + count
    where = place if len(weights) == 0 else ", ".join([file[0] for file in weights])
    set_state(stored, [variable.path for variable in stored], tensors, where)
    # A small file must not ask for much memory.
    if beginning > MOST_OF_METRIC + MOST_ZEROS * held:
        raise error("FormatError", place + ": 'state' has more zeros than its weights need")
    for variable in begun:
        slot = variable.slot
        slot.host = HostArray(zeros(slot.dtype, element_count(slot.shape)), slot.shape, slot.dtype)
    for variable in stored:
        if lenders.has(variable.path):
            variable.slot.lender = lenders.at(variable.path)
    return found


def without_zeros(tensors, entries):
    """Those of [name, HostArray] that a file must hold; the entries of the others, which are an optimizer's and all
    zeros, are marked.
    """
    roles = new_map()
    for entry in entries:
        roles.put(entry["name"], entry)
    kept = []
    for tensor in tensors:
        entry = roles.at(tensor[0])
        if entry["role"] == "optimizer" and len(entry["shape"]) > 0 and is_zero(tensor[1].data):
            entry["zeros"] = True
        else:
            kept.append(tensor)
    return kept


def _is_shape(shape):
    if not is_list(shape) or len(shape) > 16:
        return False
    for dim in shape:
        if not is_whole(dim) or dim < 0:
            return False
    return True


def state_of(plan, variables, place):
    """The variables of a plan's state, in its order. Raises FormatError where one is missing or different."""
    chosen = []
    for i in range(len(plan["state"])):
        entry = plan["state"][i]
        found = None
        for variable in variables:
            if variable.path == entry["name"]:
                found = variable
        here = place + ".state[" + str(i) + "]"
        if found is None:
            raise error("FormatError", here + ": there is no state '" + entry["name"] + "'")
        spec = plan["values"][entry["value"]]
        if to_json(spec["shape"]) != to_json(found.shape) or spec["dtype"] != found.dtype:
            raise error(
                "FormatError", here + ": '" + entry["name"] + "' has another shape or dtype in 'state'"
            )
        chosen.append(found)
    return chosen


def _check_signature(manifest, place):
    signature = manifest.get("signature")
    if (
        not is_dict(signature)
        or not is_list(signature.get("inputs"))
        or not is_list(signature.get("outputs"))
    ):
        raise error("FormatError", place + ": 'signature' must have inputs and outputs")
    if signature.get("outputs_by") not in ["one", "order", "name"]:
        raise error("FormatError", place + ": 'signature.outputs_by' must be one, order or name")
    plans = manifest["plans"]
    inputs = signature["inputs"]
    check_specs(inputs, plans["predict"], "inputs", 0, len(inputs), place)
    outputs = signature["outputs"]
    check_specs(outputs, plans["predict"], "outputs", 0, len(outputs), place)
    if len(plans["predict"]["inputs"]) != len(inputs) or len(plans["predict"]["outputs"]) != len(outputs):
        raise error("FormatError", place + ": 'signature' does not fit the plan 'predict'")
    if len(outputs) == 0 or len(inputs) == 0 or signature["outputs_by"] == "one" and len(outputs) != 1:
        raise error("FormatError", place + ": 'signature' must have inputs and outputs")
    training = manifest.get("training")
    if training is None:
        manifest["training"] = None
        if len(plans) > 1:
            raise error("FormatError", place + ": it has training plans without 'training'")
        return None
    if "training" not in CHECKS:
        raise error("FormatError", place + ": this runtime cannot train; build the model with --trainable")
    CHECKS["training"](training, inputs, plans, place)
    return None


def encoded_numbers(value):
    """A plan for JSON: infinities and NaN become texts."""
    if is_list(value):
        return [encoded_numbers(item) for item in value]
    if is_dict(value):
        made = {}
        for key in value.keys():
            made[key] = encoded_numbers(value[key])
        return made
    if not is_number(value) or is_finite(value):
        return value
    if is_nan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def decoded_numbers(value, depth, place):
    """The opposite of encoded_numbers."""
    if depth > 100:
        raise error("FormatError", place + ": 'plans' nests too deep")
    if is_list(value):
        return [decoded_numbers(item, depth + 1, place) for item in value]
    if is_dict(value):
        made = {}
        for key in value.keys():
            made[key] = decoded_numbers(value[key], depth + 1, place)
        return made
    return NUMBERS[value] if is_string(value) and value in NUMBERS else value
