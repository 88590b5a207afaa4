// The options of `load` and `setBackend` for each variant of ours.

export const optionsOf = (variant) =>
  ({
    plain: { backend: "cpu", wasm: false },
    webgl: { backend: "webgl" },
    cpu2: { backend: "cpu", threads: 2 },
  })[variant] ?? { backend: "cpu", threads: 1 };
