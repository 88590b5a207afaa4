// `node node.mjs ENTRY.js`: reads lines of calls, writes lines of answers.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { answer } from "./calls.mjs";

const library = await import(pathToFileURL(process.argv[2]).href);
for await (const line of createInterface({ input: process.stdin })) {
  const answers = await answer(library, JSON.parse(line));
  process.stdout.write(JSON.stringify(answers) + "\n");
}
