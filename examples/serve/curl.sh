#!/usr/bin/env bash
# The same question over each wire. heddle serve &; bash curl.sh
set -euo pipefail
url=${HEDDLE_URL:-http://127.0.0.1:8417}
ask() { curl --silent --show-error --fail "$url$1" -H 'Content-Type: application/json' -d "$2"; }
ask /v1/chat/completions '{"max_tokens":20,"messages":[{"role":"user","content":"hello"}]}'
ask /v1/completions '{"max_tokens":20,"prompt":"Once upon a time"}'
ask /v1/responses '{"max_output_tokens":20,"input":"hello"}'
ask /v1/messages '{"max_tokens":20,"messages":[{"role":"user","content":"hello"}]}'
ask /api/chat '{"model":"auto","stream":false,"options":{"num_predict":20},"messages":[{"role":"user","content":"hello"}]}'
# Any grammar, over any of them.
ask /v1/chat/completions '{"messages":[{"role":"user","content":"yes or no?"}],"constraint":{"notation":"regex","text":"yes|no"}}'
