"""The names of Keras, and of TensorFlow.js's layers, that stand here under another name, or not at all, and why."""

FRAMEWORK = "runs layers of another framework, which no page has"
SCOPE = "plans are traced without states of Keras's kind; see `pb.function`"
QUANTIZED = "weights are float32; there is no quantized arithmetic"
PRECISION = "a `DTypePolicy` is a name that is kept and saved: a layer computes in float32"
ENGINE = "engines are chosen by `pb.set_backend`"
DRAWING = "`Model.summary` and `pb.explain` show a model as text"
SERVICE = "writes for a program or service outside of the page; a callback's hooks get the same logs"
FILES = "weights are stored by their names, see `save_weights`; a layer's own file format has no place"
STATELESS = "`StatelessScope` around `compute_loss`"

# Their name: ours.
RENAMED = {
    "tf.layers.avgPooling1d": "pb.layers.averagePooling1d",
    "tf.layers.avgPooling2d": "pb.layers.averagePooling2d",
    "tf.layers.avgPooling3d": "pb.layers.averagePooling3d",
    "tf.metrics.MAPE": "pb.metrics.meanAbsolutePercentageError",
    "tf.metrics.mape": "pb.metrics.meanAbsolutePercentageError",
    "tf.metrics.MSE": "pb.metrics.meanSquaredError",
    "tf.metrics.mse": "pb.metrics.meanSquaredError",
    "tf.metrics.cosineProximity": "pb.metrics.cosineSimilarity",
    "tf.train.momentum": "pb.optimizers.sgd",
    "tf.data.generator": "pb.data.fromGenerator",
}

ABSENT = {
    "keras.FloatDTypePolicy": PRECISION,
    "keras.Operation": "ops are functions, layers are `Layer`",
    "keras.Quantizer": QUANTIZED,
    "keras.RematScope": "`pb.remat` is given the function",
    "keras.SymbolicScope": SCOPE,
    "keras.device": ENGINE,
    "keras.name_scope": "weights are named by the layers around them",
    "keras.layers.FlaxLayer": FRAMEWORK,
    "keras.layers.JaxLayer": FRAMEWORK,
    "keras.layers.TFSMLayer": FRAMEWORK,
    "keras.layers.TorchModuleWrapper": FRAMEWORK,
    "keras.callbacks.CallbackList": "`fit` calls the callbacks of a list itself",
    "keras.callbacks.OrbaxCheckpoint": "Orbax is a library of JAX; `ModelCheckpoint` and `BackupAndRestore`",
    "keras.callbacks.RemoteMonitor": SERVICE,
    "keras.callbacks.TensorBoard": SERVICE,
    "keras.utils.Config": "a dict",
    "keras.utils.audio_dataset_from_directory": "reads sound files; `pb.data.microphone` hears the page's",
    "keras.utils.get_file": "`pb.data` reads URLs; the browser caches them",
    "keras.utils.model_to_dot": DRAWING,
    "keras.utils.plot_model": DRAWING,
    "keras.saving.KerasFileEditor": "an editor of files",
    "tf.layers.RNNCell": "a cell is a layer with `state_size`; `layers.rnn` takes it",
    "tf.layers.convLstm2dCell": "`layers.convLstm2d` has its cell inside",
    "tf.data.CSVDataset": "`pb.data.csv` makes it",
    "tf.data.TextLineDataset": "`pb.data.text` makes it",
    "tf.data.FileDataSource": "`pb.data.csv` and `text` take files",
    "tf.data.URLDataSource": "`pb.data.csv` and `text` take URLs",
}

# Methods and properties of Keras's classes: a part of the name, the reason.
ABSENT_MEMBERS = {
    "quantiz": QUANTIZED,
    "stateless_compute_loss": STATELESS,
    "rematerialized": "`pb.remat` is given the function",
    "symbolic_call": "a layer is called on symbolic tensors as on others",
    "compute_output_spec": "`compute_output_shape`; the call itself is traced",
    "own_variables": FILES,
    "dtype": PRECISION,
    "add_metric": "a metric that is an attribute of a model is found; update it in `call` or `train_step`",
    "add_variable": "`add_weight`",
    "export": "`pybrowserml build` freezes a model for pages",
    "make_": "steps are compiled when they are first needed",
}

# Modules of Keras that are absent as a whole.
ABSENT_MODULES = {
    "keras.applications": "trained weights are downloads; a model that Keras saved is read by `load_model`",
    "keras.config: flash_attention": "there is one way to compute attention",
    "keras.config: unsafe_deserialization": "no code is ever loaded from files",
    "keras.config: set_backend, nnx": ENGINE,
    "keras.datasets": "data are downloads; `pb.data` reads files and URLs",
    "keras.distillation": "`compute_loss` of a model of yours",
    "keras.distribution": "one device runs a plan",
    "keras.export": "`pybrowserml build` freezes a model for pages",
    "keras.legacy": "what Keras itself has left behind",
    "keras.quantizers": QUANTIZED,
    "keras.visualization": "needs a library of plots",
    "keras.wrappers": "needs scikit-learn",
}

# Arguments of Keras that are left out wherever they stand.
LEFT_OUT = {
    "lora_rank": "there is no low-rank adaptation",
    "lora_alpha": "there is no low-rank adaptation",
    "quantization_config": QUANTIZED,
    "gptq_unpacked_column_size": QUANTIZED,
    "weights": "`set_weights` after building",
    "input_tensor": "`Input` makes its tensor",
    "sparse": "tensors are dense",
    "ragged": "tensors are dense",
    "optional": "every input of a model is given",
}
