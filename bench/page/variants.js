// The options of `load` and `setBackend` for each variant of ours. The plain one is to do without WebAssembly: once the
// CPU engine has such a tier, it is { backend: "cpu", wasm: false }.

export const optionsOf = (variant) =>
  ({ plain: { backend: "cpu", wasm: false }, webgl: { backend: "webgl" } })[variant] ?? { backend: "cpu" };
