"""What the good-guest tests share: policies, hostile pages, and pages that report."""

import re

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; require-trusted-types-for 'script'; trusted-types 'none'"
)

# What a page may have done to its prototypes before it loads the library.
HOSTILE_PAGE = """
const pageMethod = () => { throw Error('page method'); };
Array.prototype.remove = function (from, to) { return 'mine'; };
Array.prototype.extend = Array.prototype.insert = Array.prototype.append = pageMethod;
Array.prototype.py_copy = Array.prototype.copy = pageMethod;
Array.prototype.__class__ = 'mine';
String.prototype.strip = String.prototype.join = String.prototype.format = pageMethod;
Object.prototype.extra = 'mine';
Object.prototype.py_get = Object.prototype.keys = pageMethod;
Function.prototype.method = pageMethod;
"""

SNAPSHOT = """
const owners = {
  Array, String, Object, Function, Number, Boolean, Promise, Set, Map, Error, Uint8Array, Float32Array,
};
const snapshot = () => JSON.stringify([
  Object.entries(owners).map(([name, owner]) => [name, Reflect.ownKeys(owner).map(String),
    Reflect.ownKeys(owner.prototype).map(String)]),
  // WebDriver has globals of its own, cdc_... and ret_nodes, and makes them when it likes.
  Object.getOwnPropertyNames(globalThis).filter((name) => !/^pybrowserml$|cdc_|^ret_nodes$/.test(name)),
]);
// The names that came or went between two pairs of snapshot and enumeration.
const changes = (before, after) => {
  const names = (pair) => new Set(JSON.stringify(pair).match(/[\\w$.()]+/g));
  const [first, second] = [names(before), names(after)];
  return [...first, ...second].filter((name) => first.has(name) !== second.has(name));
};
// What for...in shows; the index of [1] and of 'a' is all that there should be.
const enumerated = () => {
  const seen = [];
  for (const thing of [[1], 'a', {}, () => 1, new Map()]) for (const key in thing) seen.push(key);
  return seen;
};
"""


def page(folder, script, before=()):
    """Write index.html with a module script and classic scripts before it."""
    tags = "".join(f'<script src="{name}"></script>' for name in before)
    (folder / "index.html").write_text(
        f'<!doctype html><title></title>{tags}<script type="module" src="page.js"></script>'
    )
    failed = "document.title = JSON.stringify({ failed: String(error && error.stack) });"
    imports = "".join(re.findall(r"^ *import .*\n", script, re.M))
    body = script.replace(imports, "") if imports else script
    (folder / "page.js").write_text(f"{imports}try {{ {body} }} catch (error) {{ {failed} }}")
