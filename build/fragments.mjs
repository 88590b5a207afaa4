// A finished ES module in fragments: what stands at its top, and which of it needs which. From them
// `pybrowserml build` puts together what one model needs (pybrowserml/tools/linker.py), without Node.js.

import { parsers } from "prettier/plugins/acorn";

const FUNCTIONS = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];

// The names that a pattern binds.
const bound = (node, found = []) => {
  if (node === null) return found;
  if (node.type === "Identifier") found.push(node.name);
  else if (node.type === "ObjectPattern")
    for (const part of node.properties) bound(part.value ?? part.argument, found);
  else if (node.type === "ArrayPattern") for (const part of node.elements) bound(part, found);
  else if (node.type === "AssignmentPattern") bound(node.left, found);
  else if (node.type === "RestElement") bound(node.argument, found);
  else throw new Error(`fragments: no pattern: ${node.type}`);
  return found;
};

const parts = (node) =>
  Object.entries(node).flatMap(([key, value]) =>
    key === "comments" || value === null || typeof value !== "object"
      ? []
      : (Array.isArray(value) ? value : [value]).filter((part) => typeof part?.type === "string"),
  );

// The names that `var` declares in a function, wherever it stands in it.
const hoisted = (node, found = []) => {
  if (node.type === "VariableDeclaration" && node.kind === "var")
    for (const { id } of node.declarations) bound(id, found);
  for (const part of parts(node)) if (!FUNCTIONS.includes(part.type)) hoisted(part, found);
  return found;
};

// The names that a list of statements declares for its block.
const lexical = (statements) =>
  statements.flatMap((node) => {
    if (node.type === "VariableDeclaration" && node.kind !== "var")
      return node.declarations.flatMap(({ id }) => bound(id));
    return ["FunctionDeclaration", "ClassDeclaration"].includes(node.type) ? [node.id.name] : [];
  });

const scopeOf = (node) => {
  if (FUNCTIONS.includes(node.type)) {
    const own = node.type === "FunctionExpression" && node.id ? [node.id.name] : [];
    const body = node.body.type === "BlockStatement" ? hoisted(node.body) : [];
    return [...own, ...node.params.flatMap((param) => bound(param)), ...body];
  }
  if (node.type === "BlockStatement") return lexical(node.body);
  if (node.type === "SwitchStatement")
    return lexical(node.cases.flatMap((part) => part.consequent));
  if (node.type === "CatchClause") return node.param ? bound(node.param) : [];
  if (node.type === "ForStatement") return node.init ? lexical([node.init]) : [];
  if (["ForInStatement", "ForOfStatement"].includes(node.type)) return lexical([node.left]);
  if (node.type === "ClassExpression" && node.id) return [node.id.name];
  return [];
};

// Children that are names of properties or labels, not of variables.
const isLabel = (node, part) => {
  const { type } = node;
  if (type === "MemberExpression") return part === node.property && !node.computed;
  if (["MethodDefinition", "PropertyDefinition"].includes(type))
    return part === node.key && !node.computed;
  if (type === "Property") return part === node.key && !node.computed && part !== node.value;
  if (type === "MetaProperty") return true;
  return (
    ["LabeledStatement", "BreakStatement", "ContinueStatement"].includes(type) &&
    part === node.label
  );
};

/** The variables of the module that a part of it reads or sets: visit(name). */
const eachUse = (node, top, visit, hidden = []) => {
  if (node.type === "Identifier") {
    if (top.has(node.name) && !hidden.some((names) => names.includes(node.name))) visit(node.name);
    return;
  }
  const names = scopeOf(node);
  const inner = names.length > 0 ? [...hidden, names] : hidden;
  // A shorthand property has one node as its key and its value.
  for (const part of new Set(parts(node))) {
    if (!isLabel(node, part)) eachUse(part, top, visit, inner);
  }
};

const targetOf = (node) => {
  let part = node;
  while (part?.type === "MemberExpression") part = part.object;
  return part?.type === "Identifier" ? part.name : null;
};

// What a statement at the top completes, as `extend(LIST, [...])` and `TABLE.row = ...` do; null where it stands for itself.
const completes = (node) => {
  if (node.type === "AssignmentExpression") return targetOf(node.left);
  if (node.type !== "CallExpression") return null;
  return targetOf(node.callee.type === "MemberExpression" ? node.callee : node.arguments[0]);
};

// The rows of a dict: `dict({ key: value, ... })`, or null.
const rowsOf = (node) => {
  const first = node?.type === "CallExpression" && node.arguments.length === 1 && node.arguments[0];
  return first && first.type === "ObjectExpression" && first.properties.length > 0
    ? first.properties
    : null;
};

// The keys of tables that a part of a module names in a text.
const named = (node, keys, found = new Set()) => {
  if (node.type === "Literal" && keys.has(node.value)) found.add(node.value);
  for (const part of parts(node)) if (!isLabel(node, part)) named(part, keys, found);
  return found;
};

const keyOf = ({ key }) => key.name ?? key.value;

const isOfModule = (node) =>
  node.type === "MetaProperty" || node.type === "ImportExpression" || parts(node).some(isOfModule);

// What stands at the top of a module: [declared name or null, node]; the list of exports, and where it stands.
const statements = (body) => {
  const found = [];
  let exports = null;
  for (const node of body) {
    if (node.type === "VariableDeclaration" && node.kind === "var") {
      for (const part of node.declarations) {
        if (part.id.type !== "Identifier") throw new Error("fragments: no fragment: a pattern");
        found.push([part.id.name, part]);
      }
    } else if (node.type === "ExpressionStatement") {
      const { expression } = node;
      const list = expression.type === "SequenceExpression" ? expression.expressions : [expression];
      for (const part of list) found.push([null, part]);
    } else if (node.type === "ExportNamedDeclaration" && node.declaration === null) {
      exports = node;
    } else {
      throw new Error(`fragments: no place for ${node.type}`);
    }
  }
  return { found, exports };
};

/**
 * text: an ES module that begins at `start`; tables: { kind: [key, ...] }: a dict whose keys are all of these is a table
 * of that kind, whose rows are told apart; those of the kind "functions" are known by the texts that name them. Gives
 * { end, roots, fragments }, all places counted from `start`: where the list of exports stands, the fragments that it
 * names, and in their order [declared name or null, from, to, needed fragments, more]; `more` may have `completes`, the
 * fragment without which this one says nothing; `home`, that it asks for the address of its module; `names`, functions;
 * `kinds` of a table, and `rows`, of [key, from, from of the value, to, needed fragments, names].
 */
export const fragmentsOf = (text, start, tables) => {
  if (/[\ud800-\udfff]/.test(text)) throw new Error("fragments: Python would count otherwise");
  const { found, exports } = statements(parsers.acorn.parse(text, {}).body);
  const numbers = new Map();
  found.forEach(([name], i) => {
    if (numbers.has(name)) throw new Error(`fragments: two of the name ${name}`);
    if (name !== null) numbers.set(name, i);
  });
  const kinds = Object.entries(tables).map(([kind, keys]) => [kind, new Set(keys)]);
  const functions = new Set(tables.functions);
  const needsOf = (node, own) => {
    const needs = new Set();
    eachUse(node, numbers, (name) => needs.add(numbers.get(name)));
    needs.delete(own);
    return [...needs].sort((a, b) => a - b);
  };
  const fragments = found.map(([name, node], i) => {
    const more = {};
    const rows = rowsOf(node.init);
    const fitting = kinds.filter(([, keys]) => rows?.every((row) => keys.has(keyOf(row))));
    const isTable = fitting.length > 0;
    if (isTable) {
      more.kinds = fitting.map(([found]) => found);
      more.rows = rows.map((row) => {
        const places = [row.start, row.value.start, row.end].map((place) => place - start);
        return [keyOf(row), ...places, needsOf(row, i), [...named(row, functions)]];
      });
    }
    const names = isTable ? [] : [...named(node, functions)];
    if (names.length > 0) more.names = names;
    if (isOfModule(node)) more.home = true;
    const target = numbers.get(name === null ? completes(node) : null);
    if (target !== undefined) more.completes = target;
    const needs = needsOf(isTable ? node.init.callee : node, i);
    return [name, node.start - start, node.end - start, needs, more];
  });
  const roots = exports.specifiers.map(({ local }) => numbers.get(local.name));
  return { end: exports.start - start, roots, fragments };
};
