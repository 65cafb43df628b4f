// Prints what llama.cpp makes of a prompt: node compare.mjs MODEL.gguf PROMPT NUMBER_OF_TOKENS
// One line of JSON: the prompt's ids, the ids of the greedy continuation (no penalties, end tokens included), its text.
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const [modelPath, prompt, count] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath });
// Keys and values in 32 bits, plain attention: the arithmetic that ours is compared with.
const context = await model.createContext({
    contextSize: 256,
    threads: 1,
    flashAttention: false,
    experimentalKvCacheKeyType: "F32",
    experimentalKvCacheValueType: "F32",
});
const promptIds = model.tokenize(prompt, true);
const ids = [];
for await (const id of context.getSequence().evaluate(promptIds, { temperature: 0, yieldEogToken: true })) {
    ids.push(id);
    if (ids.length === Number(count)) break;
}
console.log(JSON.stringify({ prompt: Array.from(promptIds), ids, text: model.detokenize(ids, true) }));
await llama.dispose();
