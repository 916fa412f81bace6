// Judges texts with ajv: lines {schema, texts} of the file named, each by the draft its $schema names; prints counts, and
// each text that is not valid. Any schemas will do:
//   heddle grammar sample --cases schemas.jsonl.gz -n 4 > samples.jsonl && node tests/grammar/validate.mjs samples.jsonl
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import Ajv2019 from 'ajv/dist/2019.js';
import Ajv2020 from 'ajv/dist/2020.js';
import Ajv4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import draft6 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };

function judgeOf(schema) {
  const uri = String(schema.$schema ?? '');
  const options = { strict: false, logger: false };
  const make = (Kind) => new (Kind.default ?? Kind)(options);
  if (uri.includes('draft-04')) return make(Ajv4);
  if (uri.includes('2019-09')) return make(Ajv2019);
  if (uri.includes('draft-07')) return make(Ajv);
  if (uri.includes('draft-06')) return make(Ajv).addMetaSchema(draft6);
  return make(Ajv2020);
}

// Up to draft 7 nothing counts beside $ref; ajv 8 counts it.
function withoutSiblings(schema) {
  if (Array.isArray(schema)) return schema.map(withoutSiblings);
  if (schema === null || typeof schema !== 'object') return schema;
  if (typeof schema.$ref === 'string') return { $ref: schema.$ref };
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withoutSiblings(value)]));
}

function compiled(schema) {
  const ajv = judgeOf(schema);
  (addFormats.default ?? addFormats)(ajv);
  if (!/draft-0[467]/.test(schema.$schema ?? '') || typeof schema !== 'object') return ajv.compile(schema);
  const { $schema, definitions, $ref } = schema;
  // The root's definitions are what its reference points at.
  return ajv.compile($ref === undefined ? withoutSiblings(schema) : { $schema, $ref, definitions: withoutSiblings(definitions ?? {}) });
}

let texts = 0, invalid = 0, refused = 0;
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const { id, schema, texts: drawn } = JSON.parse(line);
  let validate;
  try {
    validate = compiled(schema);
  } catch (error) {
    ++refused;
    console.log(id, 'not compiled by ajv:', String(error).slice(0, 200));
    continue;
  }
  for (const text of drawn) {
    ++texts;
    let ok = false;
    try {
      ok = validate(JSON.parse(text));
    } catch (error) {
      console.log(id, String(error));
    }
    if (!ok) {
      ++invalid;
      console.log(id, JSON.stringify(validate.errors?.[0]), text.slice(0, 200));
    }
  }
}
console.log(JSON.stringify({ texts, invalid, refused }));
