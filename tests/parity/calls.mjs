// Answers calls: [[function name, text], ...] → [{ok: text} | {failed: message}, ...]. `emulate` is no function of the
// library: the next context of WebGL is one of a lesser device.
import { emulate } from "./limits.mjs";

const describe = (failure) =>
  failure instanceof Error
    ? `${failure.name}: ${failure.message}\n${failure.stack}`
    : String(failure);

export const answer = async (library, calls) => {
  const answers = [];
  for (const [name, text] of calls) {
    try {
      if (name === "emulate") emulate(JSON.parse(text));
      answers.push({ ok: name === "emulate" ? "" : await library[name](text) });
    } catch (failure) {
      answers.push({ failed: describe(failure) });
    }
  }
  return answers;
};
