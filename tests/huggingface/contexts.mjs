// The conversations that chat templates are compared over, one {"name", "context"} a line.
const tokens = { bos_token: "<s>", eos_token: "</s>", pad_token: "<pad>", unk_token: "<unk>" };
const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Current weather of a city.",
    parameters: {
      type: "object",
      properties: {
        city: { type: "string", description: "Name of the city, such as \"Zürich\"" },
        unit: { type: "string", enum: ["celsius", "fahrenheit"] },
        days: { type: "integer", description: "Days ahead", default: 1 },
      },
      required: ["city"],
    },
  },
};
const sum = {
  type: "function",
  function: { name: "sum", description: "Adds numbers.", parameters: { type: "object", properties: { values: { type: "array", items: { type: "number" } } }, required: ["values"] } },
};
const system = { role: "system", content: "You are a terse assistant." };
const hello = { role: "user", content: "Hello, who are you?" };
const answer = { role: "assistant", content: "I am Swift.\n\nHow can I help?" };
const more = { role: "user", content: "Was ist 2 + 2? 日本語 👍 <b>&amp;</b> 'quoted' \"double\" {braces} \\back\n  indented" };
const last = { role: "assistant", content: "4" };
const thoughts = { role: "assistant", content: "<think>\nLet me see.\n</think>\n\n4" };
const reasoned = { role: "assistant", content: "4", reasoning_content: "Two and two." };
const call = (args) => ({ role: "assistant", content: "", tool_calls: [{ id: "call12345", type: "function", function: { name: "get_weather", arguments: args } }] });
const result = { role: "tool", tool_call_id: "call12345", name: "get_weather", content: "{\"temperature\": 21.5, \"ok\": true}" };
const ask = { role: "user", content: "How is the weather in Zürich?" };
const report = { role: "assistant", content: "21.5 degrees." };

const contexts = {
  user: { messages: [hello], add_generation_prompt: true },
  user_without_prompt: { messages: [hello], add_generation_prompt: false },
  system: { messages: [system, hello], add_generation_prompt: true },
  rounds: { messages: [hello, answer, more], add_generation_prompt: true },
  rounds_with_system: { messages: [system, hello, answer, more, last], add_generation_prompt: false },
  spaces: { messages: [{ role: "user", content: "  \n lead and trail \n " }, { role: "assistant", content: "\n ok \n" }, { role: "user", content: "" }], add_generation_prompt: true },
  thoughts: { messages: [hello, thoughts, more, thoughts], add_generation_prompt: false },
  thinking_on: { messages: [system, hello, thoughts, more], add_generation_prompt: true, enable_thinking: true, thinking: true },
  thinking_off: { messages: [system, hello, reasoned, more], add_generation_prompt: true, enable_thinking: false, thinking: false },
  reasoning: { messages: [hello, reasoned, more, reasoned], add_generation_prompt: false },
  tools: { messages: [system, ask], tools: [weather, sum], add_generation_prompt: true },
  tools_without_system: { messages: [ask], tools: [weather], add_generation_prompt: true },
  tool_call: { messages: [system, ask, call({ city: "Zürich", unit: "celsius", days: 2, deep: { a: [1, null, true, 0.5] } })], tools: [weather, sum], add_generation_prompt: false },
  tool_call_text: { messages: [ask, call("{\"city\": \"Zürich\"}"), result, report], tools: [weather], add_generation_prompt: false },
  tool_result: { messages: [system, ask, call({ city: "Zürich" }), result], tools: [weather, sum], add_generation_prompt: true },
  tool_rounds: { messages: [system, ask, call({ city: "Zürich" }), result, report, more], tools: [weather, sum], add_generation_prompt: true },
  none_tools: { messages: [system, hello, answer, more], tools: null, documents: null, add_generation_prompt: true },
  parts: { messages: [{ role: "user", content: [{ type: "text", text: "Part one." }, { type: "text", text: " Part two." }] }], add_generation_prompt: true },
};
for (const [name, context] of Object.entries(contexts)) {
  process.stdout.write(JSON.stringify({ name, context: { ...tokens, ...context } }) + "\n");
}
