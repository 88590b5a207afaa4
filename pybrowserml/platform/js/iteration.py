"""JavaScript twin of platform/iteration."""

__pragma__(
    "js",
    "{}",
    """
export const as_sequence = (given) => null;
export const is_iterable = (given) => given !== null && typeof given === 'object' && (
  typeof given[Symbol.asyncIterator] === 'function' || typeof given[Symbol.iterator] === 'function'
  || typeof given.next === 'function');
""",
)
