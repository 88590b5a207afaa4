// The methods behind operators and builtin functions, where they are taken as attributes of builtin values:
// `max(range(n), key=row.__getitem__)`, `hasattr(x, "__iter__")`, `map(str.__len__, words)`.

import { lengthOf } from "./builtins.js";
import { toFloat, toInt } from "./builtin_types.js";
import { contains, eq, ge, gt, le, lt, ne, truth } from "./compare.js";
import { table } from "./functions.js";
import { delitem, getitem, setitem } from "./items.js";
import { iterate } from "./iteration.js";
import * as numbers from "./numbers.js";
import { repr, str } from "./text.js";

const INDEXED = ["str", "list", "tuple", "dict", "range", "ndarray"];
const SIZED = [...INDEXED, "set", "view"];
const NUMBERS = ["int", "float"];
const ORDERED = ["str", "list", "tuple", "set", ...NUMBERS];
const ALL = [...SIZED, ...NUMBERS, "generator"];

const unary = (f) => ["self", (self) => f(self)];
const binary = (f) => ["self,other,/", (self, other) => f(self, other)];
/** [kinds, {name: row}] */
const ROWS = () => [
  [ALL, { __repr__: unary(repr), __str__: unary(str), __eq__: binary(eq), __ne__: binary(ne) }],
  [SIZED, { __len__: unary(lengthOf), __contains__: ["self,item,/", contains] }],
  [[...SIZED, "generator"], { __iter__: unary((self) => iterate(self)[Symbol.iterator]()) }],
  [INDEXED, { __getitem__: ["self,key,/", getitem] }],
  [
    ["list", "dict"],
    {
      __setitem__: ["self,key,value,/", (self, key, value) => (setitem(self, key, value), null)],
      __delitem__: ["self,key,/", (self, key) => (delitem(self, key), null)],
    },
  ],
  [ORDERED, { __lt__: binary(lt), __le__: binary(le), __gt__: binary(gt), __ge__: binary(ge) }],
  [
    ["str", "list", "tuple", ...NUMBERS],
    { __add__: binary(numbers.add), __mul__: binary(numbers.mul) },
  ],
  [["set", ...NUMBERS], { __sub__: binary(numbers.sub) }],
  [
    ["set", "int"],
    {
      __and__: binary(numbers.and),
      __or__: binary(numbers.or),
      __xor__: binary(numbers.xor),
    },
  ],
  [
    NUMBERS,
    {
      __truediv__: binary(numbers.truediv),
      __floordiv__: binary(numbers.floordiv),
      __mod__: binary(numbers.mod),
      __pow__: binary(numbers.pow),
      __neg__: unary(numbers.neg),
      __abs__: unary(numbers.absolute),
      __bool__: unary(truth),
      __int__: unary(toInt),
      __float__: unary(toFloat),
    },
  ],
];

/** The special methods of one kind of values. */
export const specialMethods = (kind) =>
  table(
    Object.assign({}, ...ROWS().flatMap(([kinds, rows]) => (kinds.includes(kind) ? [rows] : []))),
  );
