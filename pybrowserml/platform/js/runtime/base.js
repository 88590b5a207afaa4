// What the parts of the runtime share; it imports nothing, so it is there when the others start.

export const $isPrototypeOf = Object.prototype.isPrototypeOf;
export const $hasOwn = Object.hasOwn;
export const $hidden = (value) => ({
  value,
  writable: true,
  enumerable: false,
  configurable: true,
});

// Classes are functions and the prototypes of their instances. They inherit from this $root and not from
// Function.prototype, so that attributes called `name` or `length` are ordinary ones.
export const $root = Object.create(Object.prototype, {
  apply: $hidden(Function.prototype.apply),
  bind: $hidden(Function.prototype.bind),
  call: $hidden(Function.prototype.call),
});

export const $makeClass = (name, parent, create) => {
  const cls = (...args) => {
    const self = create(cls);
    self.__construct__(...args);
    return self;
  };
  delete cls.name;
  delete cls.length;
  Object.setPrototypeOf(cls, parent);
  Object.defineProperty(cls, "__name__", $hidden(name));
  Object.defineProperty(cls, "__class__", $hidden(cls));
  Object.defineProperty(cls, "__create__", $hidden(create));
  return cls;
};
