"""JavaScript twin of platform/errors."""

__pragma__(
    "js",
    "{}",
    """
export class ArgumentError extends Error {}
export const error = (kind, message) => new ArgumentError(message);
""",
)
