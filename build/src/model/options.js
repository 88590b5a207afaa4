// Options objects: unknown names are mistakes.

import { error } from "py:pybrowserml.platform.errors";

/** The options of a call, checked against the names it knows. */
export const checkOptions = (call, options, known) => {
  if (options === null || typeof options !== "object") {
    throw error("ArgumentError", `${call}: options must be an object, got ${options}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw error("ArgumentError", `${call} has no option '${name}'; it has: ${known.join(", ")}`);
    }
  }
  return options;
};
