"""JavaScript twin of platform/maps."""

__pragma__(
    "js",
    "{}",
    """
class PlatformMap {
  constructor() { this.entries = new Map(); }
  has(key) { return this.entries.has(key); }
  at(key) { const value = this.entries.get(key); return value === undefined ? null : value; }
  put(key, value) { this.entries.set(key, value); }
  drop(key) { this.entries.delete(key); }
  size() { return this.entries.size; }
  all_keys() { return Array.from(this.entries.keys()); }
  all_values() { return Array.from(this.entries.values()); }
}
export const new_map = () => new PlatformMap();
""",
)
