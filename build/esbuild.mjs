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

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const decodeFirst = (segment) => {
  let value = 0;
  let length = 0;
  for (let shift = 0; ; shift += 5) {
    const digit = BASE64.indexOf(segment[length++]);
    value |= (digit & 31) << shift;
    if (digit < 32) return { value: value & 1 ? -(value >>> 1) : value >>> 1, length };
  }
};

const encode = (value) => {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const more = rest > 31 ? 32 : 0;
    text += BASE64[(rest & 31) | more];
    rest >>>= 5;
  } while (rest > 0);
  return text;
};

// The source map's `mappings` after `added` characters came into a line at a column.
const shiftMappings = (mappings, line, column, added) => {
  const lines = mappings.split(";");
  const segments = (lines[line] ?? "").split(",");
  let at = 0;
  for (let i = 0; i < segments.length && segments[i] !== ""; i++) {
    const { value, length } = decodeFirst(segments[i]);
    at += value;
    if (at >= column) {
      segments[i] = encode(value + added) + segments[i].slice(length);
      break;
    }
  }
  lines[line] = segments.join(",");
  return lines.join(";");
};

// esbuild's helper for namespaces walks an object with for...in, and would meet what a page added to
// Object.prototype.
const HELPER =
  /for ?\(var ([\w$]+) in ([\w$]+)\)(?=\s*[\w$]+\([\w$]+, ?\1, ?\{ ?get: ?\2\[\1\], ?enumerable)/;

const hardened = (text, map) => {
  const found = HELPER.exec(text);
  if (found === null) return text;
  const before = text.slice(0, found.index).split("\n");
  const own = found[0].replace(" in ", " of Object.keys(") + ")";
  const added = own.length - found[0].length;
  const column = before[before.length - 1].length + found[0].length;
  map.mappings = shiftMappings(map.mappings, before.length - 1, column, added);
  return text.slice(0, found.index) + own + text.slice(found.index + found[0].length);
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
  const [mapFile, code] = result.outputFiles;
  const map = JSON.parse(mapFile.text);
  map.sources = map.sources.map(tidySource);
  writeFileSync(code.path, hardened(code.text, map));
  writeFileSync(mapFile.path, JSON.stringify(map));
};

try {
  await Promise.all(kinds.flatMap((kind) => [bundle(kind, false), bundle(kind, true)]));
} catch (failure) {
  for (const { location, text } of failure.errors ?? [{ text: String(failure) }]) {
    console.error(location ? `${tidySource(location.file)}:${location.line}: ${text}` : text);
  }
  process.exit(1);
}
