"""What of a model goes into files and comes back: weights, state, how it was compiled."""

from ..core.config import with_functions
from ..core.slots import fetch_hosts
from ..platform.buffers import copy_of, to_user
from ..platform.tasks import waits
from ..platform.text import to_json
from .formats import written_entry
from .saving import compile_entry, load_state, load_weights_file, model_entry, save_model, save_weights_file
from .state_tree import read_tree, set_tree
from .trainer import Trainer
from .weights import set_from_list


class Stored(Trainer):
    """The part of a Model that is read and written."""

    def to_json(self):
        """The model as a JSON text without weights, which `model_from_json` reads."""
        return to_json(written_entry(model_entry(self)))

    def get_compile_config(self):
        """How the model was compiled, as JSON; a subclass with arguments of its own in compile adds them."""
        entry = compile_entry(self)
        return {} if entry is None else entry

    def compile_from_config(self, config):
        """Compile as get_compile_config told."""
        self.compile(
            config["optimizer"],
            with_functions(config.get("loss")),
            config.get("loss_weights"),
            with_functions(config.get("metrics")),
            with_functions(config.get("weighted_metrics")),
        )
        if len(self.trainable_weights) > 0:
            self.compiled.optimizer.build(self.trainable_weights)
        return None

    # Weights

    def _require_own(self, action):
        """Raise NotBuiltError unless there are weights, which a `build` of a subclass may make without any inputs."""
        if not self._was_built or len(self.weights) == 0:
            self.require_built(action)
        return None

    @waits
    def get_weights(self):
        """All weights as arrays, in the order of `weights`."""
        self._require_own("give its weights")
        hosts = yield from fetch_hosts(self.weights)
        return [to_user(copy_of(host.data), host.shape, host.dtype) for host in hosts]

    @waits
    def set_weights(self, weights):
        """Set all weights from a list of arrays in the order of `weights`."""
        self._require_own("take weights")
        yield from set_from_list(self.weights, weights)
        return None

    @waits
    def get_state_tree(self, value_format="backend_tensor"):
        """All state as nested dicts: "trainable_variables", "non_trainable_variables", "optimizer_variables" and
        "metrics_variables", each by the parts of the paths: {"dense": {"kernel": value}}.

        value_format: "backend_tensor" for tensors, "numpy_array" for arrays.
        """
        self.require_built("give its state")
        tree = yield from read_tree(self, value_format)
        return tree

    @waits
    def set_state_tree(self, state_tree):
        """Take values from what `get_state_tree` gave; variables that have none there stay as they are."""
        self.require_built("take a state")
        yield from set_tree(self, state_tree)
        return None

    # Files

    @waits
    def save(self, filepath, overwrite=True, zipped=None, include_optimizer=True):
        """Write the model, its weights and the state of its training to a folder.

        In Python a path that ends in `.keras` or `.h5` makes a file that Keras 3 reads, too (needs h5py).
        zipped: False for what is in a `.keras` file as files in a folder, as Keras has it.
        include_optimizer: also how the model was compiled, and how far its training came.
        """
        if len(self.layers) == 0:
            self.require_built("be saved")
        yield from save_model(self, filepath, overwrite, zipped, include_optimizer)
        return None

    @waits
    def load_state(self, filepath):
        """Take weights, optimizer and the state of training from a folder that `save` wrote of a model like this."""
        self.require_built("take a state")
        yield from load_state(self, filepath)
        return None

    @waits
    def save_weights(self, filepath, overwrite=True):
        """Write the weights to a .safetensors file, in Python also to a .weights.h5 file as Keras has them."""
        self._require_own("be saved")
        yield from save_weights_file(self, filepath, overwrite)
        return None

    @waits
    def load_weights(self, filepath, skip_mismatch=False, by_name=False):
        """Read the weights from a .safetensors file that save_weights wrote; in Python also from files of Keras.

        These are .weights.h5, .keras and .h5 files. skip_mismatch: leave weights as they are that such a file has not,
        or has in another shape. by_name: of an .h5 file take the weights of those layers whose names it has.
        """
        self._require_own("load weights")
        yield from load_weights_file(self, filepath, skip_mismatch, by_name)
        return None
