// What all comparisons share: llama.cpp on the processor, and a context whose arithmetic is the one that ours is compared with.
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

export const loadLlama = () => getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });

// Keys and values in 32 bits, plain attention.
export const createContext = (model) => model.createContext({
    contextSize: 256,
    threads: 1,
    flashAttention: false,
    experimentalKvCacheKeyType: "F32",
    experimentalKvCacheValueType: "F32",
});
