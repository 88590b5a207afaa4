// Bundles one transpiled entry: `node esbuild.mjs JOB.json`, called by pybrowserml.tools.bundle.
// The job: {entry, script, modules, outdir, name, global, version, banner,
// sources: [[prefix, replacement], ...]}; script: the
// entry of the static script; modules: the folder where `import "py:NAME"` finds the transpiled module NAME.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));

const kinds = [
  { format: "esm", suffix: ".mjs" },
  { format: "cjs", suffix: ".cjs" },
  { format: "iife", suffix: ".js", infix: ".global", globalName: job.global },
];

// Paths in a source map lead to the Python sources as they lie in the repository.
const tidySource = (source) => {
  for (const [prefix, replacement] of job.sources) {
    const at = source.lastIndexOf(prefix);
    if (at >= 0) return replacement + source.slice(at + prefix.length);
  }
  return source;
};

const transpiled = {
  name: "transpiled",
  setup(build) {
    // package.json says `sideEffects: false` of the finished bundles. Their parts have some: they register engines.
    const sideEffects = true;
    build.onResolve({ filter: /^py:/ }, ({ path }) => ({
      path: join(job.modules, `${path.slice(3)}.js`),
      sideEffects,
    }));
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects,
    }));
  },
};

const bundle = async ({ format, suffix, infix = "", globalName }, minify) => {
  const outfile = join(job.outdir, `${job.name}${infix}${minify ? ".min" : ""}${suffix}`);
  const result = await build({
    entryPoints: [format === "iife" ? job.script : job.entry],
    plugins: [transpiled],
    absWorkingDir: dirname(job.entry),
    outfile,
    bundle: true,
    format,
    globalName,
    minify,
    write: false,
    target: "es2022",
    platform: "neutral",
    charset: "utf8",
    legalComments: "none",
    sourcemap: "linked",
    banner: { js: job.banner },
    define: { PYBROWSERML_VERSION: JSON.stringify(job.version) },
    logLevel: "silent",
  });
  for (const file of result.outputFiles) {
    if (file.path.endsWith(".map")) {
      const map = JSON.parse(file.text);
      map.sources = map.sources.map(tidySource);
      writeFileSync(file.path, JSON.stringify(map));
    } else {
      writeFileSync(file.path, file.text);
    }
  }
};

try {
  await Promise.all(kinds.flatMap((kind) => [bundle(kind, false), bundle(kind, true)]));
} catch (failure) {
  for (const { location, text } of failure.errors ?? [{ text: String(failure) }]) {
    console.error(location ? `${tidySource(location.file)}:${location.line}: ${text}` : text);
  }
  process.exit(1);
}
