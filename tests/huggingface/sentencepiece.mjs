// Encodes with SentencePiece itself (its C++ compiled to WebAssembly).
// usage: node sentencepiece.mjs FILE.model < strings.jsonl > ids.jsonl
import { readFileSync } from "node:fs";
import sentencepiece from "@agnai/sentencepiece-js";

const processor = new sentencepiece.SentencePieceProcessor();
await processor.load(process.argv[2]);
for (const line of readFileSync(0, "utf8").split("\n")) {
  if (line.length > 0) process.stdout.write(JSON.stringify(Array.from(processor.encodeIds(JSON.parse(line)))) + "\n");
}
