// JavaScript clothes for the transpiled library: camelCase names, an options object in the place of keyword
// arguments, errors for unknown options. The tables of names and arguments are generated from the Python
// sources; only classes of the library are dressed, never anything of the page.

const isOptions = (value) =>
  value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;

// {data, shape} is an array, never options.
const isArray = (value) => "data" in value && "shape" in value;

const snake = (name) => name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());

// A signature is "await a,b=,*rest": it returns a promise, required `a`, optional `b`, any number more; or
// "a,**keywords": further options are collected in a dict by their Python names.
const parse = (signature) => {
  const waits = signature.startsWith("await ");
  const text = waits ? signature.slice(6) : signature;
  const parts = text === "" ? [] : text.split(",");
  const last = parts.at(-1) ?? "";
  const keywords = last.startsWith("**");
  const rest = last.startsWith("*") && !keywords;
  if (rest || keywords) parts.pop();
  const required = parts.filter((part) => !part.endsWith("=")).length;
  return { names: parts.map((part) => part.replace("=", "")), required, rest, keywords, waits };
};

/**
 * The tools of the facade. dict: makes a dict of the library from a plain object; error: (kind, message) =>
 * an Error. Inside the library calls are by position and no argument is a plain object: plain objects come
 * from the page, so the last one that a page passes can be told to be its options.
 */
export const tailor = (dict, error) => {
  const owned = (value) => (isOptions(value) ? dict(value) : value);

  /** The arguments by position. Where only options make sense (a constructor), a lone object always is. */
  const arrange = (label, { names, required, rest, keywords }, args, optionsAlone) => {
    const last = args.length - 1;
    const given =
      last >= 0 && isOptions(args[last]) && !isArray(args[last]) && !rest && last <= names.length
        ? args[last]
        : null;
    const named = given !== null && Object.keys(given).some((key) => names.includes(key));
    const options = named || (given !== null && (last >= required || (optionsAlone && last === 0)));
    const positional = (options ? args.slice(0, last) : args).map(owned);
    if (!rest && positional.length > names.length) {
      throw error(
        "ArgumentError",
        `${label} takes at most ${names.length} arguments, but got ${positional.length}`,
      );
    }
    const others = {};
    for (const key of options ? Object.keys(given) : []) {
      const place = names.indexOf(key);
      if (place < 0 && keywords) {
        others[snake(key)] = owned(given[key]);
        continue;
      }
      if (place < 0) {
        throw error(
          "ArgumentError",
          `${label} has no argument '${key}'; it has: ${names.join(", ")}`,
        );
      }
      if (place < last) {
        throw error("ArgumentError", `${label} got '${key}' both by position and as an option`);
      }
      while (positional.length <= place) positional.push(undefined);
      positional[place] = owned(given[key]);
    }
    for (let i = 0; i < required; i++) {
      if (positional[i] === undefined) throw error("ArgumentError", `${label} needs '${names[i]}'`);
    }
    if (keywords) {
      while (positional.length < names.length) positional.push(undefined);
      positional.push(dict(others));
    }
    return positional;
  };

  const calling = (label, signature, invoke, optionsAlone) => {
    if (!signature.waits) return (args) => invoke(arrange(label, signature, args, optionsAlone));
    return async (args) => invoke(arrange(label, signature, args, optionsAlone));
  };

  /** A function that also takes its arguments as options. */
  const dressed = (label, callee, signature) => {
    const parsed = parse(signature);
    const call = calling(label, parsed, (args) => callee(...args), false);
    if (parsed.waits) return (...args) => call(args);
    const simple = (args) =>
      args.length >= parsed.required &&
      args.length <= parsed.names.length &&
      !args.some((value) => value === undefined || isOptions(value));
    return (...args) => (simple(args) ? callee(...args) : call(args));
  };

  /** A function that makes an instance: `dense(10, {activation: "relu"})` or `dense({units: 10})`. */
  const factory = (label, cls, signature) => {
    const call = calling(label, parse(signature), (args) => cls(...args), true);
    return (...args) => call(args);
  };

  // Options of every layer, whether or not its constructor names them; see Layer._take_common.
  const COMMON = {
    inputShape: "input_shape",
    inputDim: "input_dim",
    batchInputShape: "batch_input_shape",
    activityRegularizer: "activity_regularizer",
    name: "name",
    trainable: "trainable",
    dtype: "dtype",
  };

  /** As `factory`, for a layer: `dense({units: 10, inputShape: [4]})`. */
  const layerFactory = (label, cls, signature) => {
    const make = factory(label, cls, signature);
    const { names } = parse(signature);
    return (...args) => {
      const options = args.at(-1);
      const extra = isOptions(options)
        ? Object.keys(options).filter((key) => Object.hasOwn(COMMON, key) && !names.includes(key))
        : [];
      if (extra.length === 0) return make(...args);
      const own = Object.entries(options).filter(([key]) => !extra.includes(key));
      const made = make(...args.slice(0, -1), Object.fromEntries(own));
      made._take_common(dict(Object.fromEntries(extra.map((key) => [COMMON[key], options[key]]))));
      return made;
    };
  };

  /**
   * Lets the library find, by their Python names, methods that classes of a page wrote in camelCase. What Python
   * writes as __call__ is `call` in a page, unless the library's class has a method of this name.
   */
  const alias = (proto, cls) => {
    const callable = cls.call === Function.prototype.call;
    for (let at = proto; at !== cls && at !== null; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) {
        const calls = callable && name === "call";
        const python = calls ? "__call__" : snake(name);
        if (python === name || !(calls || python in cls) || Object.hasOwn(at, python)) continue;
        const { value, get } = Object.getOwnPropertyDescriptor(at, name);
        hidden(at, python, get ? { get } : { value, writable: true });
      }
    }
  };

  /**
   * The class as a base for classes of a page: `class Mine extends pb.Layer { constructor() { super({name: "mine"}); } }`.
   */
  const extendable = (cls, signature) => {
    const parsed = parse(signature);
    function Base(...args) {
      const proto = new.target.prototype;
      if (new.target !== Base && !Object.hasOwn(proto, "__class__")) {
        hidden(proto, "__class__", { value: new.target });
        alias(proto, cls);
      }
      const self = Object.create(proto);
      self.__construct__(...arrange(cls.__name__, parsed, args, true));
      return self;
    }
    Base.prototype = cls;
    return Base;
  };

  /** A function and a factory of one name: with what the function requires it is called. */
  const either =
    (make, call, required) =>
    (...args) => {
      const data =
        isOptions(args.at(-1)) && !("data" in args.at(-1)) ? args.length - 1 : args.length;
      return data < required ? make(...args) : call(...args);
    };

  const hidden = (cls, name, descriptor) =>
    Object.defineProperty(cls, name, { ...descriptor, enumerable: false, configurable: true });

  const dressMethod = (cls, name, dressedName, text) => {
    const signature = parse(text);
    if (name === dressedName && signature.names.length === 0) return;
    const method = cls[name];
    const label = `${cls.__name__}.${dressedName}`;
    const needsHelp = (args) => args.length < signature.required || args.some(isOptions);
    const value = function (...args) {
      // A subclass may have its own method by the Python name, which the camelCase name must reach.
      const target = name === dressedName ? method : this[name];
      if (!needsHelp(args)) return target.apply(this, args);
      return calling(label, signature, (positional) => target.apply(this, positional), false)(args);
    };
    hidden(cls, dressedName, { value, writable: true });
  };

  /**
   * Gives a class its JavaScript names, after its parent. methods: {pythonName: [javascriptName, signature]};
   * attributes: {pythonName: javascriptName}.
   */
  const dress = (cls, parent, methods, attributes) => {
    for (const name of Object.keys(methods)) dressMethod(cls, name, ...methods[name]);
    for (const name of Object.keys(attributes)) {
      hidden(cls, attributes[name], {
        get() {
          return this[name];
        },
        set(value) {
          this[name] = value;
        },
      });
    }
    return cls;
  };
  return { dressed, factory, layerFactory, extendable, either, dress };
};
