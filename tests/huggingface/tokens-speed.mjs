// Encodes the same lines again for every line on standard input, and prints the seconds it took.
// usage: node tokens-speed.mjs FOLDER LINES.json
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Tokenizer } from "@huggingface/tokenizers";

const [folder, linesFile] = process.argv.slice(2);
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
const config = join(folder, "tokenizer_config.json");
const tokenizer = new Tokenizer(readJson(join(folder, "tokenizer.json")), existsSync(config) ? readJson(config) : {});
const lines = readJson(linesFile);
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  for (const line of lines) tokenizer.encode(line, { add_special_tokens: false });
  process.stdout.write(`${(performance.now() - start) / 1000}\n`);
}
