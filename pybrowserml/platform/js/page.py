"""JavaScript twin of platform/page."""

__pragma__(
    "js",
    "{}",
    """
export const when_hidden = (action) => {
  if (typeof document === 'undefined') return () => null;
  const look = () => { if (document.visibilityState === 'hidden') action(); };
  document.addEventListener('visibilitychange', look);
  return () => { document.removeEventListener('visibilitychange', look); return null; };
};
""",
)
