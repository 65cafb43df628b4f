// Prints llama.cpp's ids of texts: node tokenize.mjs MODEL.gguf TEXTS.json
// TEXTS.json is a list of strings; out comes a list of lists of ids.
import { readFileSync } from "node:fs";
import { loadLlama } from "./context.mjs";

const [modelPath, textsPath] = process.argv.slice(2);
const llama = await loadLlama();
const model = await llama.loadModel({ modelPath });
console.log(JSON.stringify(JSON.parse(readFileSync(textsPath, "utf8")).map((text) => Array.from(model.tokenize(text, false)))));
await llama.dispose();
