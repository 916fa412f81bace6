// Judges texts with ajv: lines {schema, texts} of the file named; prints counts, and each text that is not valid.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

let texts = 0, invalid = 0;
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const { id, schema, texts: drawn } = JSON.parse(line);
  const ajv = new Ajv.default({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
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
console.log(JSON.stringify({ texts, invalid }));
