// What lowered modules import as $: Python's meaning of operators, calls, items, texts and so on. See tools/lowering.

export { delattr, delitem, getattr, getitem, setattr, setitem } from "./access.js";
export * from "./builtins.js";
export { call, callm, def, keywords, library, outward, signatures } from "./calls.js";
export { klass, superof } from "./classes.js";
export { contains, eq, ge, gt, is, isIn, le, lt, ne, truth } from "./compare.js";
export { dict } from "./dicts.js";
export * from "./errors.js";
export { format, joined } from "./format.js";
export { enter, exit, iterate, listed, tupled, unpack, unpackStar } from "./iteration.js";
export * from "./numbers.js";
export { pairsOf as pairs } from "./methods.js";
export { set } from "./sets.js";
export { awaited, install } from "./tensors.js";
export { repr, str } from "./text.js";
export { Ellipsis, NotImplemented, real, slice, tuple } from "./values.js";
