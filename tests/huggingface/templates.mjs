// Renders chat templates with Hugging Face's JavaScript engine.
// usage: node templates.mjs TEMPLATE_FOLDER < contexts.jsonl > results.jsonl
//   a line in is {"name": "…", "context": {…}}; a line out is {"template": "…", "context": "…", "text": "…"} or {…, "error": "…"}.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Template } from "@huggingface/jinja";

const folder = process.argv[2];
const contexts = readFileSync(0, "utf8").split("\n").filter((line) => line.length > 0).map((line) => JSON.parse(line));
for (const file of readdirSync(folder).filter((name) => name.endsWith(".jinja")).sort()) {
  let template;
  let parseError;
  try {
    template = new Template(readFileSync(join(folder, file), "utf8"));
  } catch (error) {
    parseError = String(error);
  }
  for (const { name, context } of contexts) {
    const result = { template: file, context: name };
    try {
      if (parseError) throw parseError;
      result.text = template.render(structuredClone(context));
    } catch (error) {
      result.error = String(error);
    }
    process.stdout.write(JSON.stringify(result) + "\n");
  }
}
