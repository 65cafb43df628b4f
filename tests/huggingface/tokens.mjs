// Encodes and decodes with Hugging Face's JavaScript engine.
// usage: node tokens.mjs FOLDER < strings.jsonl > results.jsonl
//   FOLDER holds tokenizer.json and perhaps tokenizer_config.json; a line in is a JSON string;
//   a line out is {"ids": […], "withSpecialTokens": […], "decoded": "…"} or {"error": "…"}. Seconds and megabytes go to stderr.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";

const folder = process.argv[2];
const readJson = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const tokenizer = new Tokenizer(readJson("tokenizer.json"), existsSync(join(folder, "tokenizer_config.json")) ? readJson("tokenizer_config.json") : {});
const strings = readFileSync(0, "utf8").split("\n").filter((line) => line.length > 0).map((line) => JSON.parse(line));

const results = [];
let bytes = 0;
const start = performance.now();
for (const text of strings) {
  try {
    results.push({ ids: tokenizer.encode(text, { add_special_tokens: false }).ids });
  } catch (error) {
    results.push({ error: String(error) });
  }
  bytes += Buffer.byteLength(text);
}
const seconds = (performance.now() - start) / 1000;
for (let i = 0; i < strings.length; i++) {
  const result = results[i];
  if (result.error) continue;
  result.withSpecialTokens = tokenizer.encode(strings[i], { add_special_tokens: true }).ids;
  result.decoded = tokenizer.decode(result.ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
}
process.stdout.write(results.map((result) => JSON.stringify(result) + "\n").join(""));
process.stderr.write(`${JSON.stringify({ seconds, megabytes: bytes / 1e6 })}\n`);
