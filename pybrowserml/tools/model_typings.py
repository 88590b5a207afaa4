"""The `.d.ts` of a built model: what `load` gives, with the names of this model's inputs and outputs."""

import json

COMMON = """\
/** Numbers for one input, flat or nested, with or without a shape; images are drawn to the input's size. */
export type Data =
  | number
  | readonly Data[]
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint32Array
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[]; readonly dtype?: Dtype }
  | CanvasImageSource
  | ImageData
  | readonly (CanvasImageSource | ImageData)[];
/** The element type of an array. */
export type Dtype = "float32" | "int32" | "bool" | "uint8" | "int8" | "uint32" | "float16" | "float64";
/** The engine: "auto" takes that which needs less time for this model on this device, found by its first runs. */
export type Engine = "auto" | "webgl" | "cpu" | "plain";
/** Numbers in row-major order. */
export interface Result {
  data: Float32Array | Int32Array | Uint8Array | Int8Array | Uint32Array | Float64Array;
  shape: number[];
  dtype: Dtype;
}
/** Bytes that have arrived, of all files together. */
export interface Progress {
  loaded: number;
  total: number;
  file: string;
}
export interface LoadOptions {
  backend?: Engine;
  /** Whether the CPU engine may use WebAssembly (it does by itself where it can). */
  wasm?: boolean;
  /**
   * How many threads the CPU engine may use (by default as many as the device runs at once, at most 4); more than one
   * needs a page that is cross-origin isolated.
   */
  threads?: number;
  /** What the threads run; by default this script, which a bundler may have made part of another. */
  threadScript?: string | URL;
  /** Whether this browser may remember, in its database, which engine "auto" found to be faster (default true). */
  remember?: boolean;
  /**
   * How training survives the loss of the GPU, for all models of this script: after so many steps (50) or megabytes
   * of batches (64) weights are copied from the GPU, which has so many seconds (1) to come back before the CPU goes on.
   */
  recovery?: { steps?: number; megabytes?: number; wait?: number };
  onProgress?: (progress: Progress) => void;
  /** Called when the GPU is lost and another engine takes over; calls under way go on by themselves. */
  onEngineChange?: (change: EngineChange) => void;
  /** "indexeddb://NAME": a model that `save` kept in this browser. */
  from?: string;
  /** Where model.json lies; by default beside this script. */
  url?: string | URL;
  signal?: AbortSignal;
  /** Run in a worker, so that the page is never held up; where there can be none, in the page. */
  worker?: boolean;
}
/** An engine in the place of another; of the same name where the GPU came back. */
export interface EngineChange {
  from: string;
  to: string;
  why: string;
}
/** The engine in use: its name, why it was chosen, the limits found. */
export interface BackendInfo {
  name: string;
  why: string;
  /** For "auto": milliseconds of a run on each engine that was tried. */
  measured?: { [engine: string]: number };
  /** For "auto": whether the engine stays; at first predictions are timed. */
  settled?: boolean;
  /** On the CPU engine: which WebAssembly its kernels use, or why none. */
  wasm?: string;
  /** On the CPU engine: how many threads it may use; they start with the first large run. */
  threads?: number;
  /** Why no more than one, or why the others do not work yet; empty while they do. */
  threads_why?: string;
  /** Whether a model loaded with `worker: true` runs in one. */
  worker?: boolean;
  /** Why not. */
  workerWhy?: string;
  [limit: string]: unknown;
}
/** What the model takes or gives; `null` stands for an axis of any size, such as the batch. */
export interface ArraySpec {
  name: string;
  shape: (number | null)[];
  dtype: Dtype;
  /** The range that pixels of image inputs are scaled to. */
  pixels?: [number, number];
}
export interface Signature {
  inputs: ArraySpec[];
  outputs: ArraySpec[];
}
/** Numbers by name, "loss" among them. */
export type Logs = { [name: string]: number };
export interface History {
  epoch: number[];
  history: { [name: string]: number[] };
}
"""

MODEL = """\
export interface Model {{
  readonly signature: Signature;
  /** Whether the model was built with --trainable. */
  readonly trainable: {trainable};
  /** The outputs for any number of samples; `batchSize` bounds the memory (default 32 a run). */
  predict(inputs: Inputs, options?: {{ batchSize?: number }}): Promise<Outputs>;
  /**
   * The same at once, without a promise, for small models on the engine "cpu" or "plain". An error where the engine has
   * to be waited for (WebGL, a worker) or is in the middle of another run.
   */
  predictSync(inputs: Inputs): Outputs;{training}
  /** Keep the model with its present weights: "indexeddb://NAME" or "download://NAME". */
  save(address: string): Promise<void>;
  backendInfo(): BackendInfo;
  /** Go on with another engine, weights and all. */
  setBackend(backend: Engine): Promise<BackendInfo>;
  /** Free the memory; the model cannot be used afterwards. */
  dispose(): void;
}}
export interface LibraryError extends Error {{
  name:
    | "ShapeError"
    | "DtypeError"
    | "ArgumentError"
    | "FormatError"
    | "NumericError"
    | "EngineError"
    | "EngineLostError";
}}
/** Load the model. Each call gives a model of its own. */
export function load(options?: LoadOptions): Promise<Model>;
/** The version of pybrowserml that built this file. */
export const version: string;
export as namespace pybrowserml;
"""

TRAINING = """
  /** One step of training on these samples; the loss and metrics of the batch. */
  trainOnBatch(x: Inputs, y: Targets, options?: Weighting): Promise<Logs>;
  /** Train for some epochs. */
  fit(x: Inputs, y: Targets, options?: FitOptions): Promise<History>;
  /** The loss and metrics over all samples, nothing learned. */
  evaluate(
    x: Inputs,
    y: Targets,
    options?: { batchSize?: number; sampleWeight?: Weights },
  ): Promise<Logs>;
  /** Make a running `fit` end after its present batch. */
  stopTraining(): void;"""

FIT = """\
/** How much each sample counts: one number a sample for all targets, or such numbers for each target. */
export type Weights = Data | readonly Data[] | { readonly [target: string]: Data };
export interface Weighting {
  sampleWeight?: Weights;
  /** How much the samples of a class count, for models of one target; classes that are not named count 1. */
  classWeight?: { readonly [label: number]: number };
}
export interface FitOptions extends Weighting {
  epochs?: number;
  batchSize?: number;
  shuffle?: boolean;
  validationData?: readonly [Inputs, Targets] | readonly [Inputs, Targets, Weights];
  validationSplit?: number;
  /** `logs` are the means of the epoch so far; what the functions return is waited for. */
  onBatchEnd?: (logs: Logs, batch: number) => unknown;
  onEpochBegin?: (epoch: number) => unknown;
  onEpochEnd?: (logs: Logs, epoch: number) => unknown;
}
"""


def runtime_typings() -> str:
    """The declarations for a model of any kind: `runtime.d.ts`."""
    kinds = (
        "export type Inputs = Data | readonly Data[] | { readonly [name: string]: Data };\n"
        "export type Targets = Data | readonly Data[] | { readonly [name: string]: Data };\n"
        "export type Outputs = Result & { readonly [output: string]: any };\n"
    )
    return _text(kinds, None)


def model_typings(inputs: list[dict], outputs: list[dict], targets: list[dict] | None) -> str:
    """The declarations for one model: `model.d.ts`.

    inputs, outputs, targets: specs {"name", "shape", "dtype"} of its signature; targets None: not trainable.
    """
    kinds = f"/** {_told(inputs)} */\nexport type Inputs = {_given(inputs)};\n"
    if targets is not None:
        kinds += f"export type Targets = {_given(targets)};\n"
    result = "Result"
    if len(outputs) > 1:
        ordered = ", ".join("Result" for _ in outputs)
        named = "; ".join(f"readonly {json.dumps(item['name'])}: Result" for item in outputs)
        result = f"readonly [{ordered}] & {{ {named} }}"
    kinds += f"/** {_told(outputs)} */\nexport type Outputs = {result};\n"
    return _text(kinds, targets is not None)


def _text(kinds: str, trainable: bool | None) -> str:
    training = "" if trainable is False else TRAINING
    fit = "" if trainable is False else FIT
    flag = {None: "boolean", True: "true", False: "false"}[trainable]
    head = "// Generated by pybrowserml.tools.model_typings.\n"
    return head + COMMON + kinds + fit + MODEL.format(training=training, trainable=flag)


def _given(specs: list[dict]) -> str:
    named = "; ".join(f"readonly {json.dumps(item['name'])}: Data" for item in specs)
    if len(specs) == 1:
        return f"Data | {{ {named} }}"
    return f"readonly [{', '.join('Data' for _ in specs)}] | {{ {named} }}"


def _told(specs: list[dict]) -> str:
    parts = []
    for item in specs:
        shape = ", ".join(str(dim) if isinstance(dim, int) else "any" for dim in item["shape"])
        parts.append(f"{item['name']}: {item['dtype']} ({shape})")
    return "; ".join(parts).replace("*/", "* /")
