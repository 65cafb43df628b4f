"""Renders chat templates with Jinja itself, set up as Hugging Face's transformers sets it up.

usage: python3 templates.py TEMPLATE_FOLDER < contexts.jsonl > results.jsonl     (lines as in templates.mjs; needs jinja2)
"""
import json
import sys
from datetime import datetime
from pathlib import Path

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


class Generation(Extension):
    """{% generation %} marks what the assistant writes; it renders as its body."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)

contexts = [json.loads(line) for line in sys.stdin if line.strip()]
for path in sorted(Path(sys.argv[1]).glob("*.jinja")):
    for entry in contexts:
        result = {"template": path.name, "context": entry["name"]}
        try:
            result["text"] = environment.from_string(path.read_text(encoding="utf-8")).render(**json.loads(json.dumps(entry["context"])))
        except Exception as error:
            result["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(result))
