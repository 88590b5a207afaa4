// What lowered modules import as $: Python's meaning of operators, calls, items, texts and so on. See tools/lowering.

export { delattr, getattr, setattr } from "./attributes.js";
export { outward } from "./border.js";
export * from "./builtin_iteration.js";
export * from "./builtin_types.js";
export * from "./builtins.js";
export { call, callm, library, signatures } from "./calls.js";
export { klass, superof } from "./classes.js";
export { contains, eq, ge, gt, is, isIn, le, lt, ne, truth } from "./compare.js";
export { pairsOf as pairs } from "./containers.js";
export { dict } from "./dicts.js";
export * from "./errors.js";
export { format, joined } from "./format.js";
export { def, keywords } from "./functions.js";
export { delitem, getitem, setitem } from "./items.js";
export { enter, exit, iterate, listed, tupled, unpack, unpackStar } from "./iteration.js";
export * from "./numbers.js";
export { set } from "./sets.js";
export { awaited, install } from "./tensors.js";
export { repr, str } from "./text.js";
export { Ellipsis, NotImplemented, real, slice, tuple } from "./values.js";
