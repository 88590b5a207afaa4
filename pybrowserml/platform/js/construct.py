"""JavaScript twin of platform/construct."""

from .errors import error  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
export const argument_names = (cls) => cls.__arguments__ ?? [];
// A class that a page wrote takes its configuration as one plain object.
export const takes_options = (cls) => !Object.hasOwn(cls, '__create__');
export const construct = (cls, config) => {
  if (takes_options(cls)) return new cls({...config});
  const names = argument_names(cls);
  for (const key of Object.keys(config)) {
    if (!names.includes(key)) {
      throw error('ArgumentError', `${cls.__name__} has no argument '${key}'; it has: ${names.join(', ')}`);
    }
  }
  return cls(...names.map((name) => (Object.hasOwn(config, name) ? config[name] : undefined)));
};
export const call_taking = (callback, values) => callback(...values);
export const with_known_arguments = (cls) => cls;
""",
)
