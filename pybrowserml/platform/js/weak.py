"""JavaScript twin of platform/weak."""

__pragma__(
    "js",
    "{}",
    """
const registry = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry((callback) => callback()) : null;
// A WeakRef costs as much as recording an op, so only what waits for long gets one: what lives through two calls of
// `keep`, or is not among the newest.
const MOST_HELD = 64;
class WeakItems {
  constructor() { this.weak = []; this.seen = []; this.fresh = []; }
  count() { return this.weak.length + this.seen.length + this.fresh.length; }
  add(item) {
    if (this.fresh.length >= MOST_HELD) {
      this.weaken(this.seen);
      this.weaken(this.fresh);
      this.seen = [];
      this.fresh = [];
    }
    this.fresh.push(item);
  }
  weaken(items) {
    for (const item of items) this.weak.push(typeof WeakRef === 'function' ? new WeakRef(item) : {deref: () => item});
  }
  keep(wanted) {
    const alive = [];
    if (this.weak.length > 0) {
      this.weak = this.weak.filter((reference) => {
        const item = reference.deref();
        if (item === undefined || !wanted(item)) return false;
        alive.push(item);
        return true;
      });
    }
    const old = this.seen.filter(wanted);
    const fresh = this.fresh.filter(wanted);
    this.weaken(old);
    this.seen = fresh;
    this.fresh = [];
    return alive.concat(old, fresh);
  }
}
export const weak_items = () => new WeakItems();
export const on_collect = (target, callback) => { if (registry !== null) registry.register(target, callback); };
""",
)
