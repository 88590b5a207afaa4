// What transpiled Python needs at run time. Nothing here touches a prototype or a global of the page, and
// nothing here trusts what a page may have added to one: methods of lists, strings, dicts and sets are
// functions (`m_append (xs, x)`), to which the transpiler turns the method calls of the Python source.
// Each export stands alone, so a bundle carries only those that it uses.
// What the parts share among themselves begins with a $, which no Python name does.

export * from "./runtime/classes.js";
export * from "./runtime/exceptions.js";
export * from "./runtime/containers.js";
export * from "./runtime/iteration.js";
export * from "./runtime/text.js";
