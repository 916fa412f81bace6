// heddle-runner and llama-server on the same GGUF, one after the other in each round: medians and their ratios.
//   node perf/side_by_side.mjs MODEL.gguf [--runner FILE] [--server FILE] [--rounds N] [--threads N] [--json]
// A stand-in of SmolLM2-135M's shape:
//   build/dev/tests/stand_in /tmp/m.gguf --tokenizer tokenizer.json --layers 30 --dim 576 --ffn 1536 --heads 9 --kv 3 \
//     --context 8192 --type q8_0
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const words = process.argv.slice(2);
const option = (name, fallback) => {
  const at = words.indexOf(`--${name}`);
  return at < 0 ? fallback : words.splice(at, 2)[1];
};
const runnerFile = option('runner', 'build/release/src/heddle-runner');
const serverFile = option('server', 'build/llama/bin/llama-server');
const rounds = Number(option('rounds', '5')), threads = option('threads', '2');
const json = words.includes('--json');
const model = words.find((w) => !w.startsWith('--'));
if (!model || !existsSync(model)) {
  console.error('usage: node perf/side_by_side.mjs MODEL.gguf [FLAGS]; the head of this file says how to make one');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'heddle-side-'));
const socket = join(folder, 'r.sock');
const port = 20000 + process.pid % 20000;
const now = () => Number(process.hrtime.bigint()) / 1e6;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const order = readFileSync(new URL('order.schema.json', import.meta.url), 'utf8');
const sampling = {temperature: 0.8, top_k: 40, top_p: 0.95, min_p: 0.05};
const story = (n, seed) => Array.from({length: n}, (_, i) => `word${(i * 7919 + seed * 104729) % 1000}`).join(' ');

// Both give {text, tokens, first, total} in milliseconds.
const ours = ({prompt, max, seed, greedy, schema, draft}) => new Promise((resolve, reject) => {
  const connection = net.connect(socket);
  const start = now();
  let text = '', first = 0, rest = '';
  connection.on('data', (data) => {
    rest += data;
    const lines = rest.split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const event = JSON.parse(line);
      if (event.event === 'text') text += event.text, first ||= now() - start;
      if (event.event === 'error') reject(new Error(event.message));
      if (event.event === 'done') connection.end(), resolve({text, tokens: event.usage.completion_tokens, usage: event.usage, finish: event.finish, first, total: now() - start});
    }
  });
  connection.on('error', reject);
  connection.write(JSON.stringify({op: 'generate', id: 1, prompt, max_tokens: max, seed, ...sampling, speculate: Boolean(draft),
    ...(greedy ? {temperature: 0} : {}), ...(schema ? {constraint: {notation: 'json-schema', text: schema}} : {})}) + '\n');
});
const agent = new http.Agent({keepAlive: false, maxSockets: 64});
const theirs = ({prompt, max, seed, greedy, schema, cache}) => new Promise((resolve, reject) => {
  const start = now();
  let text = '', first = 0, rest = '';
  const request = http.request({agent, port, path: '/completion', method: 'POST', headers: {'content-type': 'application/json'}}, (reply) => {
    reply.on('data', (data) => {
      rest += data;
      const lines = rest.split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (!line.startsWith('data: ')) continue;
        const event = JSON.parse(line.slice(6));
        if (event.content) text += event.content, first ||= now() - start;
        if (event.stop) resolve({text, tokens: event.tokens_predicted, finish: event.stop_type, first, total: now() - start});
      }
    });
  });
  request.on('error', reject);
  request.end(JSON.stringify({prompt, n_predict: max, seed, stream: true, cache_prompt: cache ?? true, ...sampling, repeat_penalty: 1,
    ...(greedy ? {temperature: 0} : {}), ...(schema ? {json_schema: JSON.parse(schema)} : {})}));
});

const children = [
  spawn(runnerFile, ['--model', model, '--socket', socket, '--threads', threads, '--parallel', '10', '--keep-alive', '3600'], {stdio: 'ignore'}),
  spawn(serverFile, ['-m', model, '-t', threads, '-c', '8192', '-np', '10', '--port', String(port), '--no-webui', '--kv-unified'], {stdio: 'ignore'})];
const stop = () => {
  children.forEach((c) => c.kill());
  rmSync(folder, {recursive: true, force: true});
};
process.on('SIGINT', () => (stop(), process.exit(130)));
const ready = async (probe) => {
  for (let i = 0; i < 600; i++) {
    if (await probe()) return;
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error('a server did not start');
};
const results = [];
const report = (name, mine, other, better) => results.push({name, heddle: mine, llama_server: other, ratio: mine / other, better});

try {
  await ready(() => existsSync(socket));
  await ready(() => new Promise((r) => http.get({port, path: '/health'}, (x) => (x.resume(), r(x.statusCode === 200))).on('error', () => r(false))));
  const pair = async (work) => {
    const a = [], b = [];
    for (let i = 0; i < rounds; i++) {
      if (i % 2) b.push(await work(theirs, i)), a.push(await work(ours, i));
      else a.push(await work(ours, i)), b.push(await work(theirs, i));
    }
    return [a, b];
  };
  const plain = {prompt: 'Once upon a time', max: 150, greedy: true};
  await ours(plain), await theirs(plain);
  {
    const [a, b] = await pair((ask) => ask(plain));
    report('decode, greedy, tokens/s', median(a.map((r) => (r.tokens - 1) / (r.total - r.first) * 1000)), median(b.map((r) => (r.tokens - 1) / (r.total - r.first) * 1000)), 'higher');
    if (a[0].text.trim() !== b[0].text.trim()) console.error(`note: the greedy texts differ:\n  ${JSON.stringify(a[0].text.slice(0, 200))}\n  ${JSON.stringify(b[0].text.slice(0, 200))}`);
  }
  let perToken;
  {
    const [a, b] = await pair((ask, i) => ask({prompt: 'Once upon a time', max: 150, seed: i + 1}));
    const rate = (r) => (r.total - r.first) / (r.tokens - 1);
    perToken = median(a.map(rate));
    report('decode, sampled, tokens/s', 1000 / perToken, 1000 / median(b.map(rate)), 'higher');
  }
  {
    const [a, b] = await pair((ask, i) => ask({prompt: 'Write an order as JSON.', max: 2000, seed: i + 1, schema: order}));
    for (const r of a) JSON.parse(r.text);
    const whole = b.filter((r) => r.finish === 'eos' || r.finish === 'stop');
    report('JSON object, ms', median(a.map((r) => r.total)), median(b.map((r) => r.total)), 'lower');
    report('JSON object, tokens', median(a.map((r) => r.tokens)), median(b.map((r) => r.tokens)), '');
    report('JSON, ms per token', median(a.map((r) => r.total / r.tokens)), median(b.map((r) => r.total / r.tokens)), 'lower');
    report('JSON, ms per sampled token over unconstrained', median(a.map((r) => r.total / (r.tokens - r.usage.forced_tokens))) / perToken, NaN, 'lower');
    if (whole.length < b.length) console.error(`note: ${b.length - whole.length} of llama-server's objects were cut at 2000 tokens`);
  }
  {
    const cold = [[], []], warm = [[], []];
    for (let i = 0; i < rounds; i++) {
      for (const [k, ask] of [ours, theirs].entries()) {
        const prompt = story(333, i + 1);
        cold[k].push((await ask({prompt, max: 1, greedy: true})).first);
        warm[k].push((await ask({prompt: `${prompt} and`, max: 1, greedy: true})).first);
      }
    }
    report('first token, about 1,000 tokens, cold, ms', median(cold[0]), median(cold[1]), 'lower');
    report('first token, the same beginning again, ms', median(warm[0]), median(warm[1]), 'lower');
  }
  {
    const [a, b] = await pair(async (ask, i) => {
      const start = now();
      const done = await Promise.all(Array.from({length: 10}, (_, k) => ask({prompt: story(20, 100 + 10 * i + k), max: 64, greedy: true})));
      return done.reduce((sum, r) => sum + r.tokens, 0) / (now() - start) * 1000;
    });
    report('10 at once, tokens/s', median(a), median(b), 'higher');
  }
  if (json) {
    console.log(JSON.stringify({model, rounds, threads, results}));
  } else {
    console.log(`${'median of ' + rounds}`.padEnd(48), 'heddle'.padStart(9), 'llama-server'.padStart(13), 'ratio'.padStart(7));
    const show = (x) => (Number.isNaN(x) ? '' : x >= 100 ? x.toFixed(0) : x.toFixed(2));
    for (const r of results) console.log(r.name.padEnd(48), show(r.heddle).padStart(9), show(r.llama_server).padStart(13), show(r.ratio).padStart(7), r.better);
  }
} finally {
  stop();
}
