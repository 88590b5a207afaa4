// Bundles transpiled entries: `node esbuild.mjs JOB.json`, called by pybrowserml.tools.bundle.
// The job: {modules, outdir, version, banner, sources: [[prefix, replacement], ...], bundles: [bundle, ...]}; modules:
// the folder where `import "py:NAME"` finds the transpiled module NAME; a bundle: {name, entry, global, tables};
// global null: only ES modules are made; tables: null, or those whose rows are told apart in a list of the fragments.
//
// esbuild makes the ES modules, plain and minified. CommonJS and the static script are the same text between other
// first and last lines, so that the three cannot differ and cost one run.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build, stop } from "esbuild";
import { fragmentsOf } from "./fragments.mjs";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));

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
    // Transpiled modules, by far the most, are left to esbuild: asking for each import took half of the time. Their
    // folder has a package.json of its own.
    build.onResolve({ filter: /^\.\.?\/([^p]|p[^y])/ }, ({ path, resolveDir, kind }) =>
      // What a finished bundle imports while it runs lies beside it.
      kind === "dynamic-import"
        ? { external: true }
        : { path: join(resolveDir, path), sideEffects },
    );
  },
};

// As long as `import.meta.url`, whose place it takes, so that no column of the source map moves.
const ADDRESS = "$pybrowsermlUrl";
const EXPORTS = /export ?\{([^{}]*)\};\s*$/;

// The other forms of an ES module: { infix, suffix, address: where it lies, open: its first line, close: (names) => its
// last lines }.
const SCRIPT_ADDRESS = "globalThis.document?.currentScript?.src||globalThis.location?.href";
const NODE_ADDRESS = 'typeof __filename==="string"?"file://"+__filename:undefined';
const derived = (global) => [
  {
    infix: "",
    suffix: ".cjs",
    address: NODE_ADDRESS,
    open: `"use strict";`,
    close: (names) =>
      `Object.defineProperty(exports,"__esModule",{value:true});\n` +
      names.map(([name, local]) => `exports.${name}=${local};`).join("\n"),
  },
  {
    infix: ".global",
    suffix: ".js",
    address: SCRIPT_ADDRESS,
    open: `var ${global}=(()=>{"use strict";`,
    close: (names) =>
      `return Object.freeze({${names.map(([name, local]) => `${name}:${local}`).join(",")}});\n})();`,
  },
];

// The text of a map whose lines begin one later: the first line is the banner's, which has none.
const oneLineLater = (map) => {
  const place = map.indexOf('"mappings":"') + '"mappings":"'.length;
  return `${map.slice(0, place)};${map.slice(place)}`;
};

const write = (name, text, map) => {
  const file = `${name}.map`;
  writeFileSync(join(job.outdir, file), map);
  writeFileSync(join(job.outdir, name), `${text.trimEnd()}\n//# sourceMappingURL=${file}\n`);
};

const bundle = async ({ name, entry, global, tables }, minify) => {
  const min = minify ? ".min" : "";
  const result = await build({
    entryPoints: [entry],
    plugins: [transpiled],
    absWorkingDir: dirname(entry),
    nodePaths: [join(import.meta.dirname, "node_modules")],
    outfile: join(job.outdir, `${name}${min}.mjs`),
    bundle: true,
    format: "esm",
    minify,
    write: false,
    target: "es2022",
    platform: "neutral",
    mainFields: ["module", "main"],
    charset: "utf8",
    legalComments: "inline",
    sourcemap: "external",
    banner: { js: job.banner },
    define: { PYBROWSERML_VERSION: JSON.stringify(job.version) },
    logLevel: "silent",
  });
  const [mapFile, code] = result.outputFiles;
  const map = JSON.parse(mapFile.text);
  map.sources = map.sources.map(tidySource);
  const text = hardened(code.text, map);
  const mapText = JSON.stringify(map);
  write(`${name}${min}.mjs`, text, mapText);
  if (global === null) return;
  const later = oneLineLater(mapText);
  const body = text.slice(job.banner.length + 1);
  const listed = EXPORTS.exec(body);
  const names = listed[1].split(",").map((part) => {
    const [local, exported = local] = part.trim().split(/\s+as\s+/);
    return [exported, local];
  });
  // Where the text of the ES module begins in each form; what comes before and behind it differs.
  const starts = { ".mjs": job.banner.length + 1 };
  const inner = body.slice(0, listed.index).replaceAll("import.meta.url", ADDRESS);
  for (const { infix, suffix, address, open, close } of derived(global)) {
    const where = inner.includes(ADDRESS) ? `var ${ADDRESS}=${address};` : "";
    const before = `${job.banner}\n${open}${where}\n`;
    starts[`${infix}${suffix}`] = before.length;
    const whole = `${before}${inner}${inner.endsWith("\n") ? "" : "\n"}${close(names)}`;
    write(`${name}${infix}${min}${suffix}`, whole, later);
  }
  if (tables !== null) {
    const parts = fragmentsOf(text, starts[".mjs"], tables);
    writeFileSync(
      join(job.outdir, `${name}${min}.parts.json`),
      JSON.stringify({ starts, ...parts }),
    );
  }
};

try {
  await Promise.all(job.bundles.flatMap((part) => [bundle(part, false), bundle(part, true)]));
} catch (failure) {
  for (const { location, text } of failure.errors ?? [{ text: String(failure) }]) {
    console.error(location ? `${tidySource(location.file)}:${location.line}: ${text}` : text);
  }
  process.exitCode = 1;
}
await stop();
