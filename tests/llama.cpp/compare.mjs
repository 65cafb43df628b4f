// Prints what llama.cpp makes of a prompt: node compare.mjs MODEL.gguf PROMPT NUMBER_OF_TOKENS
// One line of JSON: the prompt's ids, the ids of the greedy continuation (no penalties, end tokens included), its text.
import { createContext, loadLlama } from "./context.mjs";

const [modelPath, prompt, count] = process.argv.slice(2);
const llama = await loadLlama();
const model = await llama.loadModel({ modelPath });
const context = await createContext(model);
const promptIds = model.tokenize(prompt, true);
const ids = [];
for await (const id of context.getSequence().evaluate(promptIds, { temperature: 0, yieldEogToken: true })) {
    ids.push(id);
    if (ids.length === Number(count)) break;
}
console.log(JSON.stringify({ prompt: Array.from(promptIds), ids, text: model.detokenize(ids, true) }));
await llama.dispose();
