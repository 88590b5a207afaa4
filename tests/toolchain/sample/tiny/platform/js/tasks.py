"""JavaScript twin of platform/tasks."""

__pragma__(
    "js",
    "{}",
    """
export const drive = async (generator) => {
  let step = generator.next();
  while (!step.done) step = generator.next(await step.value);
  return step.value;
};
export const waits = (callback) => (...args) => drive(callback(...args));
""",
)
