// Prints llama.cpp's logits of every position of a sequence, for each of several models: node logits.mjs '[1,2,3]' MODEL.gguf ...
// One line a model: the 32-bit floats, position by position, as base64.
import { createContext, loadLlama } from "./context.mjs";

const [idsText, ...modelPaths] = process.argv.slice(2);
const ids = JSON.parse(idsText);
const llama = await loadLlama();
for (const modelPath of modelPaths) {
    const model = await llama.loadModel({ modelPath });
    const context = await createContext(model);
    const outputs = await context.getSequence().controlledEvaluate(ids.map((id) => [id, { generateNext: { logits: true } }]));
    const vocabulary = outputs[0].next.logits.size;
    const all = new Float32Array(ids.length * vocabulary);
    outputs.forEach((output, position) => output.next.logits.forEach((logit, id) => { all[position * vocabulary + id] = logit; }));
    console.log(Buffer.from(all.buffer).toString("base64"));
    await model.dispose();
}
await llama.dispose();
