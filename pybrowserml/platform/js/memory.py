"""JavaScript twin of platform/memory: a database of its own, since built models keep "pybrowserml" for what they save."""

__pragma__(
    "js",
    "{}",
    """
const NAME = 'pybrowserml-engines';
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
// Storage may be missing, forbidden, full or broken: then nothing is remembered.
const inStore = async (mode, work) => {
  try {
    const opening = globalThis.indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('choices');
    const database = await done(opening);
    try {
      return (await done(work(database.transaction('choices', mode).objectStore('choices')))) ?? null;
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
};
export const recall = (key) => inStore('readonly', (store) => store.get(key));
export const keep = (key, text) => inStore('readwrite', (store) => store.put(text, key));
export const device_text = () => {
  const {userAgent = 'none', hardwareConcurrency = 0} = globalThis.navigator ?? {};
  return `${userAgent} ${hardwareConcurrency}`;
};
export const today = () => Math.floor(Date.now() / 86400000);
""",
)
