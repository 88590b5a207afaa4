// How long the page was ever blocked: the browser reports every task of 50 ms or more.

/** Watches long tasks. Returns { restart(), longest() }; longest() is 0 when no task took 50 ms. */
export const watchLongTasks = (changed) => {
  let since = 0;
  let longest = 0;
  const note = (entries) => {
    for (const { startTime, duration } of entries) {
      if (startTime >= since) longest = Math.max(longest, duration);
    }
    changed(longest);
  };
  const supported = globalThis.PerformanceObserver?.supportedEntryTypes?.includes("longtask");
  const observer = supported ? new PerformanceObserver((list) => note(list.getEntries())) : null;
  observer?.observe({ type: "longtask" });
  return {
    supported: Boolean(supported),
    restart() {
      note(observer?.takeRecords() ?? []);
      since = performance.now();
      longest = 0;
      changed(0);
    },
    longest() {
      note(observer?.takeRecords() ?? []);
      return longest;
    },
  };
};
