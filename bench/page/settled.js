// Threads of ours start with the first large run, and work some time later.

/** Run until two threads work, or are known to have too little to do. */
export const settled = async (backendInfo, run) => {
  for (let i = 0; i < 300 && backendInfo().threads_why !== ""; i++) {
    await run();
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (i === 20 && backendInfo().threads_why.includes("first large")) return; // too small for them
  }
  if (backendInfo().threads !== 2) throw new Error(backendInfo().threads_why);
};
