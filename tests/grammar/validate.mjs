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

let texts = 0, invalid = 0, refused = 0;
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const { id, schema, texts: drawn } = JSON.parse(line);
  let validate;
  try {
    const ajv = judgeOf(schema);
    (addFormats.default ?? addFormats)(ajv);
    validate = ajv.compile(schema);
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
