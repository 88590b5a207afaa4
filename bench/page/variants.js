// The options of `load` and `setBackend` for each variant of ours.

export const optionsOf = (variant) =>
  ({ plain: { backend: "cpu", wasm: false }, webgl: { backend: "webgl" } })[variant] ?? {
    backend: "cpu",
  };
