"""JavaScript twin of platform/weak."""

__pragma__(
    "js",
    "{}",
    """
const registry = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry((callback) => callback()) : null;
export const weak_ref = (target) => {
  if (typeof WeakRef !== 'function') return () => target;
  const reference = new WeakRef(target);
  return () => { const alive = reference.deref(); return alive === undefined ? null : alive; };
};
export const on_collect = (target, callback) => { if (registry !== null) registry.register(target, callback); };
""",
)
