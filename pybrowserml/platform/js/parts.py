"""JavaScript twin of platform/parts: loads the files that `pybrowserml build` wrote."""

from .errors import error  # noqa: F401

__pragma__(
    "js",
    "{}",
    """
// How the file of a part is loaded: {part: function → promise}. A bundle that has files beside it tells.
let loaders = {};
export const set_part_loaders = (given) => { loaders = given; };
export const here = function* (table, part) {
  if (!Object.hasOwn(table, part)) yield load_part(part);
  return null;
};
export const load_part = async (part) => {
  try {
    await loaders[part]();
  } catch (problem) {
    throw error('EngineError', `model.${part}.js cannot be loaded (${problem.message}); put all files of one build on the server`);
  }
};
""",
)
