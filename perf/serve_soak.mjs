// heddle serve under mixed load for a long time: three wires, streams, constraints, cached answers, clients that go.
// Prints memory and counts once a minute; ends with 1 when an answer was wrong.
//   node perf/serve_soak.mjs build/release/src/heddle MINUTES      (STAND_IN: build/dev/tests/stand_in)
import {execFileSync, spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';

const heddle = resolve(process.argv[2]);
const minutes = Number(process.argv[3] ?? 30);
const work = mkdtempSync('/var/tmp/heddle-soak-');
for (const folder of ['models', 'run', 'config']) mkdirSync(join(work, folder), {mode: 0o700});
const env = {PATH: process.env.PATH, HOME: work, XDG_RUNTIME_DIR: join(work, 'run'), XDG_CONFIG_HOME: join(work, 'config'), HEDDLE_MODELS: join(work, 'models')};
execFileSync(resolve(process.env.STAND_IN ?? 'build/dev/tests/stand_in'), [join(work, 'models', 'tiny.gguf'), '--text', 'LICENSE']);
writeFileSync(join(work, 'serve.toml'), '[cache]\nmemory_mb = 8\n[[node]]\nmodel = "tiny"\nthreads = 1\nkeep_alive = "1h"\n');
const child = spawn(heddle, ['serve', '--config', join(work, 'serve.toml'), '--listen', '127.0.0.1:0'], {env, stdio: ['ignore', 'pipe', 'ignore']});
process.on('exit', () => {
  child.kill('SIGKILL');
  try { execFileSync('pkill', ['-KILL', '-f', work]); } catch {}
  rmSync(work, {recursive: true, force: true});
});
const url = await new Promise((done) => child.stdout.once('data', (data) => done(`${data}`.match(/http:\S+/)[0])));

let seed = 1;
const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
const counts = {whole: 0, streamed: 0, constrained: 0, cached: 0, left: 0, wrong: 0};
const post = (path, body, signal) => fetch(url + path, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body), signal});
const say = (text) => [{role: 'user', content: text}];
const kinds = [
  async () => {
    const reply = await (await post('/v1/chat/completions', {model: 'tiny', messages: say(`${random(1e6)}`), max_tokens: 1 + random(30)})).json();
    reply.choices ? ++counts.whole : ++counts.wrong;
  },
  async () => {
    const text = await (await post('/v1/messages', {model: 'tiny', stream: true, messages: say(`${random(1e6)}`), max_tokens: 1 + random(30)})).text();
    text.includes('message_stop') ? ++counts.streamed : ++counts.wrong;
  },
  async () => {
    const reply = await (await post('/api/chat', {model: 'tiny', stream: false, messages: say(`${random(1e6)}`), format: {type: 'object', required: ['n'], additionalProperties: false, properties: {n: {type: 'integer', minimum: 0, maximum: 999}}}})).json();
    JSON.parse(reply.message.content).n <= 999 ? ++counts.constrained : ++counts.wrong;
  },
  async () => {
    const reply = await post('/v1/chat/completions', {model: 'tiny', temperature: 0, messages: say(`again ${random(3000)} ${'x'.repeat(random(4000))}`), max_tokens: 2});
    (await reply.json()).choices ? ++counts.cached : ++counts.wrong;
  },
  async () => {
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), random(30));
    await post('/v1/chat/completions', {model: 'tiny', stream: true, messages: say('go'), max_tokens: 400}, leaving.signal).then((reply) => reply.text()).catch(() => {});
    ++counts.left;
  },
];
const memory = () => Number(readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1000;
const threads = () => Number(readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/Threads:\s+(\d+)/)[1]);
const end = Date.now() + minutes * 60000;
const worker = async () => {
  while (Date.now() < end) {
    await kinds[random(kinds.length)]().catch((error) => (++counts.wrong, console.error(`${error}`)));
    await new Promise((done) => setTimeout(done, random(40)));
  }
};
const timer = setInterval(() => console.log(`${((Date.now() - end) / 60000 + minutes).toFixed(0)} min: ${memory().toFixed(1)} MB, ${threads()} threads, ${JSON.stringify(counts)}`), 60000);
await Promise.all(Array.from({length: 8}, worker));
clearInterval(timer);
const active = (await (await fetch(`${url}/metrics`)).text()).match(/heddle_active_requests (\d+)/)[1];
console.log(`end: ${memory().toFixed(1)} MB, ${threads()} threads, ${active} under way, ${JSON.stringify(counts)}`);
process.exit(counts.wrong > 0 ? 1 : 0);
