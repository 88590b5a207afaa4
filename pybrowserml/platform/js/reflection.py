"""JavaScript twin of platform/reflection."""

__pragma__(
    "js",
    "{}",
    """
export const class_of = (thing) => thing.__class__ ?? thing.constructor;
export const class_name_of = (thing) => {
  if (thing === null || thing === undefined) return 'None';
  return thing.__class__?.__name__ ?? thing.constructor?.name ?? typeof thing;
};
export const name_of_class = (cls) => cls.__name__;
export const label_of_function = (callback) => callback.name ?? 'function';
export const plain_number = (number) => number;
export const call_layer = (layer, x, training) => layer.call(x, training);
export const slice_parts = (thing) => null;
export const is_dots = (thing) => thing === '...';
""",
)
