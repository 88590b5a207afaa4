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
  constructor(wanted) { this.wanted = wanted; this.weak = []; this.seen = []; this.fresh = []; }
  count() { return this.weak.length + this.seen.length + this.fresh.length; }
  add(item) {
    if (this.fresh.length >= MOST_HELD) {
      const waiting = this.seen.concat(this.fresh).filter(this.wanted);
      this.fresh = [];
      this.seen = waiting.length > MOST_HELD / 2 ? [] : waiting;
      if (this.seen !== waiting) this.weaken(waiting);
    }
    this.fresh.push(item);
  }
  weaken(items) {
    for (const item of items) this.weak.push(typeof WeakRef === 'function' ? new WeakRef(item) : {deref: () => item});
  }
  keep() {
    const alive = [];
    if (this.weak.length > 0) {
      this.weak = this.weak.filter((reference) => {
        const item = reference.deref();
        if (item === undefined || !this.wanted(item)) return false;
        alive.push(item);
        return true;
      });
    }
    const old = this.seen.filter(this.wanted);
    const fresh = this.fresh.filter(this.wanted);
    this.weaken(old);
    this.seen = fresh;
    this.fresh = [];
    return alive.concat(old, fresh);
  }
}
export const weak_items = (wanted) => new WeakItems(wanted);
export const on_collect = (target, callback) => { if (registry !== null) registry.register(target, callback); };
""",
)
