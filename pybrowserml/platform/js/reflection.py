"""JavaScript twin of platform/reflection."""

from .errors import error  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
export const class_of = (thing) => thing.__class__ ?? thing.constructor;
export const class_name_of = (thing) => {
  if (thing === null || thing === undefined) return 'None';
  return name_of_class(thing.__class__ ?? thing.constructor ?? {name: typeof thing});
};
export const is_class = (thing) => typeof thing === 'function'
  && (Object.hasOwn(thing, '__create__') || /^class/.test(Function.prototype.toString.call(thing)));
// A class that a page wrote may have its name in `className`, which stays when the page is minified.
export const name_of_class = (cls) => cls.__name__ ?? cls.className ?? cls.name;
export const is_of_library = (cls) => Object.hasOwn(cls, '__create__');
export const saved_name_of_function = (callback) => null;
export const label_of_function = (callback) => callback.name ?? 'function';
export const plain_number = (number) => number;
const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const owner = (instance, name) => {
  let place = instance;
  while (place !== null && !Object.hasOwn(place, name)) place = Object.getPrototypeOf(place);
  return place;
};
// The transpiler notes the arguments; a class that a page wrote in JavaScript has a method (x, training, options).
export const method_arguments = (instance, method_name) => {
  const place = owner(instance, method_name);
  const table = `__${method_name}_arguments__`;
  return place !== null && Object.hasOwn(place, table) ? place[table] : ['x', 'training', '**'];
};
export const call_with = (instance, method_name, first, given) => {
  if (method_name === '__call__') {
    if (typeof instance.__call__ === 'function') return instance.__call__(first, ...Object.values(given));
    throw error('ArgumentError', `${class_name_of(instance)} needs a method call`);
  }
  const names = method_arguments(instance, method_name);
  const values = names.slice(1).filter((name) => name !== '**').map((name) => given[name]);
  if (names.includes('**')) {
    const others = Object.keys(given).filter((name) => !names.includes(name));
    values.push(Object.fromEntries(others.map((name) => [camel(name), given[name]])));
  }
  return instance[method_name](first, ...values);
};
export const call_function = (callback, first, given) => callback(
  first,
  Object.fromEntries(Object.entries(given).map(([name, value]) => [camel(name), value])),
);
export const call_by_name = (callback, layer, x, given) => callback(
  layer,
  x,
  Object.fromEntries(Object.entries(given).map(([name, value]) => [camel(name), value])),
);
export const overrides = (instance, method_name, base) => instance[method_name] !== base[method_name];
export const class_overrides = (cls, method_name, base) =>
  cls[method_name] !== undefined && cls[method_name] !== base[method_name];
const WATCHED = new WeakSet();
export const watch_build = (instance) => {
  const place = owner(instance, 'build');
  const original = place.build;
  if (WATCHED.has(original)) return;
  const watched = function (...shapes) {
    const given = shapes.map((shape) => this._building_shape(shape));
    const known = method_arguments(this, 'build').filter((name) => name !== '**' && name !== 'training');
    const pairs = given.map((shape, i) => [i === 0 ? 'input_shape' : known[i] ?? `argument_${i}`, shape]);
    const built_with = Object.fromEntries(pairs.filter((pair) => pair[1] !== undefined));
    if (this._is_built_with(built_with)) return;
    this._building(() => original.apply(this, given));
    this._built_with = built_with;
  };
  WATCHED.add(watched);
  Object.defineProperty(place, 'build', { value: watched, writable: true, enumerable: false, configurable: true });
};
export const build_by_name = (instance, shapes) => instance.build(...Object.values(shapes));
export const given_argument = (instance, argument_name) => null;
export const keep_own = (instance, name, value) => {
  Object.defineProperty(instance, name, { value, writable: true, enumerable: true, configurable: true });
};
// A dict of a user's own module is none of the library's.
export const own_attributes = (instance) =>
  Object.entries(instance).map(([name, value]) => [name, value?.$plain === undefined ? value : value.$plain()]);
export const slice_parts = (thing) => null;
export const is_dots = (thing) => thing === '...';
""",
)
