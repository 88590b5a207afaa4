// Answers calls: [[function name, text], ...] → [{ok: text} | {failed: message}, ...].

const describe = (failure) =>
  failure instanceof Error
    ? `${failure.name}: ${failure.message}\n${failure.stack}`
    : String(failure);

export const answer = async (library, calls) => {
  const answers = [];
  for (const [name, text] of calls) {
    try {
      answers.push({ ok: await library[name](text) });
    } catch (failure) {
      answers.push({ failed: describe(failure) });
    }
  }
  return answers;
};
