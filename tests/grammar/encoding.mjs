// Holds `heddle grammar tokens` against Hugging Face's own tokenizers, file by file; special tokens' names are text for
// heddle and special for them. Needs npm's @huggingface/tokenizers 0.2.0 (npm install --no-save, in this folder).
//   find src docs /usr/share/perl -type f -size -90k | node tests/grammar/encoding.mjs build/release/src/heddle tokenizer.json
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';

const [heddle, path] = process.argv.slice(2);
const reference = new Tokenizer(JSON.parse(readFileSync(path, 'utf8')), {});
let files = 0, bytes = 0, tokens = 0, different = 0;
for (const file of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const raw = readFileSync(file);
  const text = raw.toString('utf8');
  if (raw.length === 0 || !Buffer.from(text).equals(raw)) continue; // not UTF-8
  const theirs = reference.encode(text, { add_special_tokens: false }).ids;
  const ours = JSON.parse(execFileSync(heddle, ['grammar', 'tokens', '--vocab', path, '--json'], { input: text, maxBuffer: 1 << 30 }));
  ++files, (bytes += raw.length), (tokens += ours.length);
  if (JSON.stringify(theirs) === JSON.stringify(ours)) continue;
  ++different;
  const at = theirs.findIndex((id, i) => id !== ours[i]);
  console.log(file, 'differs at token', at, theirs.slice(at, at + 4), ours.slice(at, at + 4));
}
console.log(JSON.stringify({ files, bytes, tokens, different }));
