// Models end to end: the runner over its socket, heddle's clients against a real llama-server and against servers that
// misbehave, pulls over a real socket, and what happens when processes are killed.
//   node --test tests/models/run.mjs      (HEDDLE, HEDDLE_RUNNER, STAND_IN, LLAMA_SERVER in the environment)
import assert from 'node:assert/strict';
import {execFile, execFileSync, spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {copyFileSync, existsSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

const {HEDDLE: heddle, HEDDLE_RUNNER: runnerFile, STAND_IN: standIn, LLAMA_SERVER: llamaServer} = process.env;
const work = mkdtempSync('/var/tmp/heddle-models-');
const models = join(work, 'models');
mkdirSync(models);
const env = {PATH: process.env.PATH, HOME: work, XDG_RUNTIME_DIR: join(work, 'run'), XDG_CONFIG_HOME: join(work, 'config'), HEDDLE_MODELS: models};
mkdirSync(env.XDG_RUNTIME_DIR, {mode: 0o700});
const tiny = join(models, 'tiny.gguf');
execFileSync(standIn, [tiny, '--text', 'LICENSE']);
const children = new Set();
after(() => {
  children.forEach((child) => child.kill('SIGKILL'));
  try {
    execFileSync('pkill', ['-KILL', '-f', work]);  // runners that heddle started
  } catch {}
  rmSync(work, {recursive: true, force: true});
});

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (what, probe, ms = 20000) => {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) if (await probe()) return;
  assert.fail(`${what} did not come to pass in ${ms} ms`);
};
const run = (words, more = {}) => new Promise((resolve) => {
  const child = execFile(heddle, words, {env: {...env, ...more.env}, maxBuffer: 1 << 26, timeout: 60000}, (error, out, err) => resolve({code: error ? error.code ?? error.signal : 0, out, err}));
  child.stdin.on('error', () => {});
  child.stdin.end(more.input ?? '');
  more.child?.(child);
});
const spawnRunner = async (socket, flags = [], model = tiny) => {
  const child = spawn(runnerFile, ['--model', model, '--socket', socket, '--threads', '1', '--keep-alive', '60', ...flags], {env});
  children.add(child);
  await until('a runner', () => existsSync(socket));
  return child;
};
// Sends requests on one connection; resolves to {id: {text, thinking, events, last}}.
const ask = (socket, requests, onEvent) => new Promise((resolve, reject) => {
  const connection = typeof socket === 'string' ? net.connect(socket) : net.connect(socket);
  const out = {};
  let rest = '', open = requests.filter((r) => r.op !== 'cancel' && !r.key).length;
  connection.on('error', reject);
  connection.on('close', () => resolve(out));
  connection.on('data', (data) => {
    rest += data;
    const lines = rest.split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const event = JSON.parse(line);
      const mine = out[event.id] ??= {text: '', thinking: '', events: []};
      mine.events.push(event);
      if (event.event === 'text' || event.event === 'thinking') mine[event.event] += event.text;
      else if (event.event !== 'welcome') mine.last = event, --open;
      onEvent?.(event, connection);
    }
    if (open <= 0) connection.end();
  });
  for (const request of requests) connection.write(JSON.stringify(request) + '\n');
});
const generate = (id, prompt, more = {}) => ({op: 'generate', id, prompt, max_tokens: 40, temperature: 0, speculate: false, ...more});
const schema = {
  type: 'object', additionalProperties: false, required: ['name', 'tags', 'n'],
  properties: {name: {type: 'string', minLength: 1, maxLength: 12}, tags: {type: 'array', items: {enum: ['red', 'green', 'blue']}, minItems: 1, maxItems: 3}, n: {type: 'integer', minimum: -5, maximum: 500}}};
const constraint = {notation: 'json-schema', text: JSON.stringify(schema)};
// The same greedy text, up to a place where two tokens are about equally likely: sums in another order round otherwise.
const same = (a, b) => {
  if (a.text === b.text) return;
  let at = 0;
  const tokens = (reply) => reply.events.flatMap((e) => e.logprobs ?? []);
  const [x, y] = [tokens(a), tokens(b)];
  while (x[at] && y[at] && x[at][0].text === y[at][0].text) at++;
  const gap = (list) => list[1].logprob - list[2].logprob;
  assert.ok(x[at] && y[at] && gap(x[at]) < 0.05 && gap(y[at]) < 0.05, `token ${at}: ${JSON.stringify([x[at], y[at]])}\n${a.text}\n${b.text}`);
};
const valid = (text) => {
  const value = JSON.parse(text);
  assert.deepEqual(Object.keys(value).sort(), ['n', 'name', 'tags']);
  assert.ok([...value.name].length >= 1 && [...value.name].length <= 12, text);
  assert.ok(value.tags.length >= 1 && value.tags.length <= 3 && value.tags.every((t) => ['red', 'green', 'blue'].includes(t)), text);
  assert.ok(Number.isInteger(value.n) && value.n >= -5 && value.n <= 500, text);
};

describe('the runner', () => {
  const socket = join(work, 'a.sock');
  const texts = ['The grammar', 'A mask is', 'Every token of', 'No prompt', 'JSON Schema', 'Lark and'];
  before(() => spawnRunner(socket));

  test('the same seed gives the same text, another seed another', async () => {
    const sampled = (id, seed) => generate(id, 'The grammar', {temperature: 1, seed});
    const a = await ask(socket, [sampled(1, 5)]), b = await ask(socket, [sampled(1, 5)]), c = await ask(socket, [sampled(1, 6)]);
    assert.equal(a[1].text, b[1].text);
    assert.notEqual(a[1].text, c[1].text);
    assert.equal(a[1].last.usage.completion_tokens > 0, true);
  });
  test('many at once write what each writes alone', async () => {
    const alone = [];
    for (const text of texts) alone.push((await ask(socket, [generate(1, text, {logprobs: 2})]))[1]);
    const together = await ask(socket, texts.map((text, i) => generate(i + 1, text, {logprobs: 2})));
    texts.forEach((_, i) => same(together[i + 1], alone[i]));
  });
  test('a beginning that is there already changes nothing', async () => {
    const fresh = join(work, 'fresh.sock');
    await spawnRunner(fresh, ['--keep', '0', '--parked-mb', '0']);
    const long = 'Rules and terminals, repetition with counts. '.repeat(20);
    for (const end of ['', 'One', 'One and two', 'Three']) {
      const a = (await ask(socket, [generate(1, long + end, {logprobs: 2})]))[1], b = (await ask(fresh, [generate(1, long + end, {logprobs: 2})]))[1];
      same(a, b);
      if (end) assert.ok(a.last.usage.cached_tokens > 100, JSON.stringify(a.last.usage));
    }
    await ask(fresh, [{op: 'shutdown', id: 9}]).catch(() => {});
  });
  test('sequences that left the cells come back', async () => {
    const long = (n) => `Number ${n}: ` + 'a state that is kept for later, and found again. '.repeat(60);
    const first = (await ask(socket, [generate(1, long(1) + 'end', {logprobs: 2})]))[1];
    for (const n of [2, 3, 4]) await ask(socket, [generate(1, long(n))]);
    const again = (await ask(socket, [generate(1, long(1) + 'end', {logprobs: 2})]))[1];
    same(again, first);
    assert.ok(again.last.usage.cached_tokens > 500, JSON.stringify(again.last.usage));
  });
  test('drafts change nothing, and are taken', async () => {
    let taken = 0;
    for (const text of texts) {
      const plain = (await ask(socket, [generate(1, text, {max_tokens: 120, logprobs: 2})]))[1];
      const drafted = (await ask(socket, [generate(1, text, {max_tokens: 120, logprobs: 2, speculate: true})]))[1];
      same(drafted, plain);
      taken += drafted.last.usage.accepted;
    }
    assert.ok(taken > 0, 'random weights repeat themselves: some drafts are right');
  });
  test('every constrained text is valid, in every layout and with drafts', async () => {
    for (const layout of ['compact', 'spaced', 'indented']) {
      const requests = Array.from({length: 20}, (_, i) => generate(i + 1, 'An object:', {temperature: 1, seed: i, max_tokens: 400, speculate: i % 2 === 0, constraint: {...constraint, layout}}));
      const done = await ask(socket, requests);
      for (const request of requests) {
        assert.equal(done[request.id].last.finish, 'stop', JSON.stringify(done[request.id].last));
        valid(done[request.id].text);
      }
      assert.ok(requests.some((r) => done[r.id].last.usage.forced_tokens > 0));
    }
    const other = await ask(socket, [generate(1, 'x', {constraint: {notation: 'regex', text: '[0-9]{4}-[0-9]{2}'}}), generate(2, 'x', {constraint: {notation: 'choice', text: 'yes\nno'}}),
      generate(3, 'x', {constraint: {notation: 'lark', text: 'start: "<" /[a-z]{3}/ ">"'}})]);
    assert.match(other[1].text, /^\d{4}-\d{2}$/);
    assert.match(other[2].text, /^(yes|no)$/);
    assert.match(other[3].text, /^<[a-z]{3}>$/);
  });
  test('a stop string ends the text and is not shown', async () => {
    const whole = (await ask(socket, [generate(1, 'The grammar')]))[1].text;
    const stop = /[ -~]{3}/.exec(whole.slice(4))[0];
    const cut = (await ask(socket, [generate(1, 'The grammar', {stop: [stop]})]))[1];
    assert.equal(cut.text, whole.slice(0, whole.indexOf(stop)));
    assert.equal(cut.last.stopped_by, stop);
  });
  test('log-probabilities are those of the tokens', async () => {
    const done = (await ask(socket, [generate(1, 'The grammar', {max_tokens: 5, logprobs: 3})]))[1];
    const tokens = done.events.flatMap((e) => e.logprobs ?? []);
    assert.equal(tokens.length, 5);
    for (const [taken, best, ...rest] of tokens) {
      assert.equal(taken.text, best.text);  // greedy
      assert.ok(taken.logprob <= 0 && rest.every((r) => r.logprob <= best.logprob));
    }
  });
  test('embeddings have unit length, and equal texts equal ones', async () => {
    const done = (await ask(socket, [{op: 'embed', id: 1, texts: ['a text', 'another', 'a text']}]))[1].last;
    const length = Math.hypot(...done.embeddings[0]);
    assert.ok(Math.abs(length - 1) < 1e-4);
    assert.deepEqual(done.embeddings[0], done.embeddings[2]);
    assert.notDeepEqual(done.embeddings[0], done.embeddings[1]);
  });
  test('filling in the middle uses the tokens of the model', async () => {
    const done = (await ask(socket, [{...generate(1), op: 'infill', prefix: 'int a = ', suffix: ';', prompt: undefined}]))[1];
    assert.ok(done.last.usage.prompt_tokens >= 5);
    const without = join(models, 'without.gguf');
    execFileSync(standIn, [without, '--template', 'none', '--text', 'LICENSE']);
    const other = join(work, 'b.sock');
    await spawnRunner(other, [], without);
    const refused = await ask(other, [{op: 'generate', id: 2, messages: [{role: 'user', content: 'x'}]}]);
    assert.match(refused[2].last.message, /no chat template/);
  });
  test('a cancelled text gives its place free at once', async () => {
    const small = join(work, 'small.sock');
    await spawnRunner(small, ['--parallel', '1']);
    const seen = [];
    const done = await ask(small, [generate(1, 'The grammar', {max_tokens: 3000}), generate(2, 'A mask', {max_tokens: 3})], (event, connection) => {
      if (!seen.includes(event.id)) seen.push(event.id), event.id === 1 && connection.write('{"op":"cancel","id":1}\n');
    });
    assert.equal(done[1].last.finish, 'cancelled');
    assert.ok(done[1].last.usage.completion_tokens < 2000);
    assert.equal(done[2].last.finish, 'length');
  });
  test('whoever goes away cancels what was asked', async () => {
    const small = join(work, 'small.sock');
    await new Promise((resolve) => {
      const connection = net.connect(small, () => connection.write(JSON.stringify(generate(1, 'The grammar', {max_tokens: 3500})) + '\n'));
      connection.once('data', () => (connection.destroy(), resolve()));
    });
    await until('an idle runner', async () => (await ask(small, [{op: 'info', id: 1}]))[1].last.load === 0, 3000);
  });
  test('what cannot be is refused with its reason, and the connection goes on', async () => {
    const cases = [[{op: 'generate', id: 1, prompt: 'word '.repeat(9000)}, 'too_large', /context/], [generate(1, 'a', {max_tokens: 99999}), 'too_large', /max_tokens/],
      [generate(1, 'a', {constraint: {notation: 'json-schema', text: '{'}}), 'invalid', /constraint/], [generate(1, 'a', {constraint: {notation: 'poem', text: ''}}), 'invalid', /notation/],
      [generate(1, ''), 'invalid', /empty/], [generate(1, 'a', {temperature: -1}), 'invalid', /temperature/]];
    for (const [request, code, words] of cases) {
      const {last} = Object.values(await ask(socket, [request]))[0];
      assert.equal(last.code, code, JSON.stringify(last));
      assert.match(last.message, words);
    }
    await new Promise((resolve, reject) => {
      let text = '';
      const connection = net.connect(socket, () => connection.write('no json\n{"op":"info","id":7}\n'));
      connection.on('data', (data) => {
        text += data;
        if (text.split('\n').length > 2) connection.end(), resolve(assert.match(text, /not a line of JSON[\s\S]*"event":"info"/));
      });
      connection.on('error', reject);
    });
  });
  test('a node wants its key first', async () => {
    const port = 21000 + process.pid % 20000, key = 'a-key-of-many-characters';
    writeFileSync(join(work, 'key'), key + '\n');
    const child = spawn(runnerFile, ['--model', tiny, '--listen', `127.0.0.1:${port}`, '--key-file', join(work, 'key'), '--threads', '1'], {env});
    children.add(child);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const right = await ask({host: '127.0.0.1', port}, [{key}, {op: 'info', id: 1}]);
    assert.equal(right[1].last.event, 'info');
    const wrong = await ask({host: '127.0.0.1', port}, [{key: 'x'.repeat(key.length)}, {op: 'info', id: 1}]);
    assert.equal(wrong[0].last.code, 'denied');
    assert.equal(wrong[1], undefined);
    child.kill();
  });
  test('it ends when idle, and takes its socket along', async () => {
    const brief = join(work, 'brief.sock');
    const child = await spawnRunner(brief, ['--keep-alive', '1']);
    await until('the end of the runner', () => child.exitCode !== null, 5000);
    assert.equal(child.exitCode, 0);
    assert.equal(existsSync(brief), false);
  });
  // As services and shells start it: signals blocked, ignored, or neither.
  const starters = {plainly: [], 'with signals blocked': ['--block-signal=TERM,INT'], 'with signals ignored': ['--ignore-signal=TERM,INT']};
  for (const [how, flags] of Object.entries(starters)) {
    for (const signal of ['SIGTERM', 'SIGINT']) {
      test(`started ${how}, ${signal} ends it in the middle of a text, and its socket goes along`, async () => {
        const socket = join(work, 'signalled.sock');
        const child = spawn('env', [...flags, runnerFile, '--model', tiny, '--socket', socket, '--threads', '1'], {env});
        children.add(child);
        await until('a runner', () => existsSync(socket));
        // Numbers without an end: the text goes on until it is stopped.
        const endless = generate(1, 'Permission', {max_tokens: -1, constraint: {notation: 'regex', text: '[0-9 ]+'}});
        let sent = false;
        const answer = await ask(socket, [endless], () => (sent ||= child.kill(signal)));
        assert.match(answer[1].last?.message ?? '', /shutting down/);
        await until('its end', () => child.exitCode !== null || child.signalCode !== null, 5000);
        assert.equal(child.exitCode, 0);
        assert.equal(existsSync(socket), false);
      });
    }
  }
  test('work that looks at no signal is given a second, and a second signal ends it at once', async () => {
    // It waits for the other end of a pipe that nobody has.
    const [pipe, out] = [join(work, 'nobody.gguf'), join(work, 'never.gguf')];
    execFileSync('mkfifo', [pipe]);
    for (const signals of [['SIGTERM'], ['SIGTERM', 'SIGINT']]) {
      writeFileSync(out + '.part', 'unfinished');
      const child = spawn(runnerFile, ['--model', pipe, '--quantize', out, '--type', 'Q8_0'], {env, stdio: 'ignore'});
      children.add(child);
      await until('it takes signals', () => /SigCgt:\t[0-9a-f]+6002$/m.test(readFileSync(`/proc/${child.pid}/status`, 'utf8')));
      signals.forEach((signal) => child.kill(signal));
      await until('its end', () => child.exitCode !== null || child.signalCode !== null, 5000);
      // Of two that wait together, either may be the second.
      const ended = signals.length === 1 ? [null] : signals;
      assert.equal(child.exitCode, signals.length === 1 ? 1 : null);
      assert.ok(ended.includes(child.signalCode), child.signalCode);
      assert.equal(existsSync(out + '.part'), signals.length > 1);
    }
  });
  test('a signal that comes before the model is loaded ends it too', async () => {
    const socket = join(work, 'early.sock');
    const child = spawn('env', ['--block-signal=TERM', 'sh', '-c', 'kill -TERM $$; exec "$@"', 'sh', runnerFile, '--model', tiny, '--socket', socket], {env});
    children.add(child);
    await until('its end', () => child.exitCode !== null || child.signalCode !== null, 5000);
    assert.equal(existsSync(socket), false);
  });
  test('how long it stays is for the last to say who says it', async () => {
    const [stays, goes] = [join(work, 'stays.sock'), join(work, 'goes.sock')];
    const first = await spawnRunner(stays, ['--keep-alive', '1']);
    await ask(stays, [generate(1, 'a', {max_tokens: 1, keep_alive: 3600})]);
    await ask(stays, [generate(1, 'a', {max_tokens: 1})]);  // says nothing
    const second = await spawnRunner(goes, ['--keep-alive', '2']);
    await until('the end of a later one that was asked for less', () => second.exitCode !== null, 10000);
    assert.equal(first.exitCode, null);
    const [done] = Object.values(await ask(stays, [generate(7, 'a', {max_tokens: 20, keep_alive: 0})]));
    assert.equal(done.last.event, 'done', 'it ends after the answer, not before');
    await until('the end of what is not kept', () => first.exitCode !== null, 5000);
    assert.equal(existsSync(stays), false);
    assert.match((await ask(socket, [generate(1, 'a', {keep_alive: 'soon'})]))[0].last.message, /keep_alive/);
  });
});

describe('heddle chat with a runner', () => {
  const sockets = () => readdirSync(join(env.XDG_RUNTIME_DIR, 'heddle')).filter((f) => f.endsWith('.sock'));
  const pids = () => execFileSync('pgrep', ['-f', `heddle-runner --model ${tiny} --socket ${env.XDG_RUNTIME_DIR}`]).toString().trim().split('\n').map(Number);
  const chat = (...words) => run(['chat', '-m', 'tiny', '--threads', '1', ...words]);

  test('several that begin at once start one runner', async () => {
    const all = await Promise.all(Array.from({length: 6}, () => chat('--max-tokens', '5', '--seed', '1', '--json', 'hello')));
    all.forEach((r) => assert.equal(r.code, 0, r.err));
    all.forEach((r) => assert.notEqual(JSON.parse(r.out).text, ''));  // whose last bits depend on who shares a call of the model
    await until('one runner', () => pids().length === 1);  // those that began it may be ending still
    assert.equal(sockets().length, 1);
  });
  test('a runner that is killed in the middle is an error that says so, and the next question works', async () => {
    // A text may end by itself before it is stopped: then another is tried.
    let killed = {code: 0};
    for (let seed = 1; seed < 20 && killed.code === 0; seed++) {
      killed = await run(['chat', '-m', 'tiny', '--threads', '1', '--seed', String(seed), '--max-tokens', '3900', 'hello'],
        {child: (child) => child.stdout.once('data', () => pids().forEach((pid) => process.kill(pid, 'SIGKILL')))});
    }
    assert.equal(killed.code, 6, killed.err);
    assert.match(killed.err, /ended in the middle of its answer/);
    const next = await chat('--max-tokens', '5', 'hello');  // the dead one's socket is still there
    assert.equal(next.code, 0, next.err);
  });
  test('Ctrl-C ends the answer, not the runner', async () => {
    let stopped = {code: 0};
    for (let seed = 1; seed < 20 && stopped.code === 0; seed++) {
      stopped = await run(['chat', '-m', 'tiny', '--threads', '1', '--seed', String(seed), '--max-tokens', '3900', 'hello'], {child: (child) => child.stdout.once('data', () => child.kill('SIGINT'))});
    }
    assert.equal(stopped.code, 130);
    assert.equal(pids().length, 1);
  });
  test('a conversation on a terminal: many lines, commands, a file', async () => {
    const saved = join(work, 'talk.md');
    const talk = spawn('script', ['-qefc', `${heddle} chat -m tiny --threads 1 --max-tokens 10`, '/dev/null'], {env: {...env, TERM: 'dumb', NO_COLOR: '1'}});
    let out = '';
    talk.stdout.on('data', (data) => (out += data));
    const say = async (text, want) => {
      const from = out.length;
      talk.stdin.write(text + '\n');
      await until(String(want), () => want.test(out.slice(from)));
    };
    await until('a prompt', () => /> $/.test(out));
    await say('/system be brief', /> $/);
    await say('"""\nfirst line\nsecond line"""', /second line[^]*> $/);
    await say('/nothing', /no such command/);
    await say('/model nosuch', /no such model/);
    await say(`/save ${saved}`, /> $/);
    await until('the file', () => existsSync(saved));
    assert.match(readFileSync(saved, 'utf8'), /## System\n\nbe brief\n\n## You\n\n\n?first line\nsecond line\n\n## Answer\n/);
    const ended = new Promise((resolve) => talk.once('exit', resolve));
    talk.stdin.write('/quit\n');
    assert.equal(await ended, 0);
    assert.doesNotMatch(out, /\x1b\[1m/);
    assert.match(readFileSync(join(work, '.local/share/heddle/chat_history'), 'utf8'), /first/);
  });
  test('a schema is kept, a grammar too', async () => {
    writeFileSync(join(work, 's.json'), JSON.stringify(schema));
    const {code, out, err} = await chat('--schema', join(work, 's.json'), '--max-tokens', '400', '--json', 'an object');
    assert.equal(code, 0, err);
    valid(JSON.parse(out).text);
    writeFileSync(join(work, 'g.gbnf'), 'root ::= "a" [0-9]+ "z"\n');
    assert.match((await chat('--grammar', join(work, 'g.gbnf'), '--max-tokens', '400', 'x')).out, /^a\d+z\n$/);
  });
  test('too little memory is an error that says so', async () => {
    const {code, err} = await run(['chat', '-m', 'tiny', '--context', '4000', '--threads', '1', 'x'], {env: {HEDDLE_MEMORY_MB: '3'}});
    assert.equal(code, 2);
    assert.match(err, /alloc|memory/);
    assert.equal((await chat('--max-tokens', '3', 'still here')).code, 0);
  });
  test('hostile files are refused with a sentence, by heddle and by the runner', async () => {
    const bytes = readFileSync(tiny);
    const broken = (name, change) => {
      const copy = Buffer.from(bytes);
      writeFileSync(join(models, `${name}.gguf`), change(copy) ?? copy);
    };
    broken('empty', () => Buffer.alloc(0));
    broken('text', () => Buffer.from('this is no model, but it is long enough to be read as the head of one'));
    for (const at of [4, 12, 20, 100, 5000, bytes.length - 40000]) broken(`cut-${at}`, (b) => b.subarray(0, at));
    broken('many-tensors', (b) => void b.writeBigUInt64LE(1n << 60n, 8));
    broken('many-pairs', (b) => void b.writeBigUInt64LE((1n << 63n) + 1n, 16));
    broken('long-key', (b) => void b.writeBigUInt64LE(1n << 62n, 24));
    broken('version', (b) => void b.writeUInt32LE(99, 4));
    broken('type', (b) => void b.writeUInt32LE(77, 24 + 8 + 'general.architecture'.length));
    for (const name of readdirSync(models).filter((f) => !['tiny.gguf', 'without.gguf'].includes(f) && f.endsWith('.gguf'))) {
      const shown = await run(['models', 'show', name.slice(0, -5)]);
      assert.equal(shown.code, 2, `${name}: ${shown.out}${shown.err}`);
      assert.match(shown.err, /gguf: /, name);
      const asked = await run(['chat', '-m', name.slice(0, -5), 'x']);
      assert.notEqual(asked.code, 0, name);
      assert.match(asked.err, /heddle: .{10,}/, name);
      rmSync(join(models, name));
    }
    assert.equal((await chat('--max-tokens', '3', 'still here')).code, 0);
  });
});

describe('heddle chat with llama-server', () => {
  const port = 22000 + process.pid % 20000;
  before(async () => {
    const child = spawn(llamaServer, ['-m', tiny, '-t', '1', '-c', '4096', '-np', '2', '--port', String(port), '--no-webui'], {stdio: 'ignore'});
    children.add(child);
    await until('llama-server', () => new Promise((resolve) => http.get({host: '127.0.0.1', port, path: '/health'}, (r) => (r.resume(), resolve(r.statusCode === 200))).on('error', () => resolve(false))), 60000);
  });
  const chat = (wire, ...words) => run(['chat', '--backend', `${wire}:127.0.0.1:${port}`, ...words]);
  test('text comes over every wire, and is counted', async () => {
    for (const wire of ['openai', 'responses', 'anthropic']) {
      const {code, out, err} = await chat(wire, '--max-tokens', '12', '--seed', '3', '-t', '0', '--json', 'hello there');
      assert.equal(code, 0, `${wire}: ${err}`);
      const reply = JSON.parse(out);
      assert.ok(reply.text.length > 0, wire);
      // llama-server leaves out the begin of an Anthropic message, and its count, when the first token is half a character.
      const counted = reply.usage.prompt_tokens >= 5 || (wire === 'anthropic' && reply.text.startsWith('\ufffd'));
      assert.ok(counted && reply.usage.completion_tokens > 0 && reply.usage.completion_tokens <= 12, `${wire}: ${out}`);
    }
  });
  test('the greedy text is the one of heddle\'s own runner', async () => {
    const words = ['--max-tokens', '12', '-t', '0', '--json', 'hello there'];
    const theirs = JSON.parse((await chat('openai', ...words)).out), ours = JSON.parse((await run(['chat', '-m', 'tiny', '--threads', '1', ...words])).out);
    assert.equal(theirs.text, ours.text);
    assert.equal(theirs.usage.prompt_tokens, ours.usage.prompt_tokens);
  });
  test('a schema is asked for, kept, and checked', async () => {
    writeFileSync(join(work, 'flat.json'), JSON.stringify({type: 'object', additionalProperties: false, required: ['ok'], properties: {ok: {type: 'boolean'}}}));
    const {code, out, err} = await chat('openai', '--schema', join(work, 'flat.json'), '--max-tokens', '200', '--json', 'yes or no');
    assert.equal(code, 0, err);
    assert.equal(typeof JSON.parse(JSON.parse(out).text).ok, 'boolean');
  });
  test('a wire on which the server ignores the schema ends in an honest failure', async () => {
    const {code, err} = await chat('responses', '--schema', join(work, 'flat.json'), '--max-tokens', '30', 'yes or no');
    assert.equal(code, 2);
    assert.match(err, /no valid answer in 3 attempts.*cannot stand/);
  });
  test('what does not fit its window is not sent', async () => {
    const {code, err} = await run(['chat', '--backend', `openai:127.0.0.1:${port}`, '-'], {input: 'word '.repeat(9000)});
    assert.equal(code, 2);
    assert.match(err, /at least \d+ tokens and the window holds/);
  });
  test('the middle is filled in, by llama-server and by the runner, and refused where the wire has no way', async () => {
    const words = ['models', 'fill', 'int count = ', '; return count;', '--max-tokens', '8', '--json'];
    const theirs = await run([...words, '--backend', `openai:127.0.0.1:${port}`]), ours = await run([...words, '-m', 'tiny', '--threads', '1']);
    assert.equal(theirs.code + ours.code, 0, theirs.err + ours.err);
    assert.ok(JSON.parse(theirs.out).text.length > 0 && JSON.parse(ours.out).text.length > 0);
    assert.match((await run([...words, '--backend', `anthropic:127.0.0.1:${port}`])).err, /no way to fill in/);
  });
  test('embeddings of the same model are the same', async () => {
    const other = port + 1;
    const child = spawn(llamaServer, ['-m', tiny, '-t', '1', '-c', '512', '--port', String(other), '--no-webui', '--embeddings', '--pooling', 'mean'], {stdio: 'ignore'});
    children.add(child);
    await until('llama-server', () => new Promise((resolve) => http.get({host: '127.0.0.1', port: other, path: '/health'}, (r) => (r.resume(), resolve(r.statusCode === 200))).on('error', () => resolve(false))), 60000);
    const read = ({out, err, code}) => (assert.equal(code, 0, err), out.trim().split('\n').map((line) => JSON.parse(line).embedding));
    const words = ['models', 'embed', 'a text', 'another one'];
    const theirs = read(await run([...words, '--backend', `openai:127.0.0.1:${other}`])), ours = read(await run([...words, '-m', 'tiny', '--threads', '1']));
    for (const i of [0, 1]) {
      const product = theirs[i].reduce((sum, x, k) => sum + x * ours[i][k], 0) / Math.hypot(...theirs[i]) / Math.hypot(...ours[i]);
      assert.ok(product > 0.999, String(product));
    }
    child.kill();
  });
  test('its models are listed', async () => {
    const {out} = await run(['models', 'list', '--backend', `openai:127.0.0.1:${port}/v1/`]);
    assert.match(out, /tiny/);
  });
});

describe('servers that misbehave', () => {
  let server, port, behave;
  before(async () => {
    server = http.createServer((request, reply) => behave(request, reply));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = server.address().port;
    mkdirSync(join(env.XDG_CONFIG_HOME, 'heddle'), {recursive: true});
    writeFileSync(join(env.XDG_CONFIG_HOME, 'heddle/config.toml'), 'timeouts = "1s,1s,1s"\n');
  });
  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(join(env.XDG_CONFIG_HOME, 'heddle/config.toml'));
  });
  const chat = (...words) => run(['chat', '--backend', `openai:127.0.0.1:${port}`, '-m', 'm', ...words, 'hello']);
  const piece = (text) => `data: ${JSON.stringify({choices: [{delta: {content: text}}]})}\n\n`;
  const stream = (reply) => reply.writeHead(200, {'content-type': 'text/event-stream'});

  test('a server that never answers', async () => {
    behave = () => {};
    const {code, err} = await chat();
    assert.equal(code, 1);
    assert.match(err, /sent nothing for 1000 ms/);
  });
  test('a server that stops in the middle', async () => {
    behave = (_, reply) => (stream(reply), reply.write(piece('a part')));
    const {code, out, err} = await chat();
    assert.equal(code, 1);
    assert.match(out, /^a part/);  // nothing is lost
    assert.match(err, /stopped in the middle.*1000 ms/);
  });
  test('an address where nobody accepts', async () => {
    const full = net.createServer().listen(0, '127.0.0.1', 1);
    await new Promise((resolve) => full.once('listening', resolve));
    full.close();
    const {code, err} = await run(['chat', '--backend', `openai:127.0.0.1:${full.address()?.port ?? 1}`, '-m', 'm', 'x']);
    assert.equal(code, 6);
    assert.match(err, /nothing answers there/);
  });
  test('a server that closes in the middle of an event', async () => {
    behave = (_, reply) => (stream(reply), reply.write(piece('a part') + 'data: {"choi'), setTimeout(() => reply.destroy(), 50));
    const {code, err} = await chat();
    assert.notEqual(code, 0);
    assert.match(err, /connection|whole/);
  });
  test('a server that is busy twice', async () => {
    let calls = 0;
    behave = (_, reply) => {
      if (++calls < 3) return reply.writeHead(503, {'retry-after': '0'}).end('{"error":{"message":"busy"}}');
      stream(reply).end(piece('at last') + 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    };
    const {code, out} = await chat();
    assert.equal(code, 0);
    assert.equal(out, 'at last\n');
    assert.equal(calls, 3);
  });
  test('a key goes into a header and nowhere else', async () => {
    let seen = '';
    behave = (request, reply) => (seen = request.headers.authorization, reply.writeHead(401).end('{"error":{"message":"no"}}'));
    const result = await run(['chat', '--backend', `openai:127.0.0.1:${port}`, '-m', 'm', '--key', 'env:MY_KEY', 'x'], {env: {MY_KEY: 's3cret-key'}});
    assert.equal(seen, 'Bearer s3cret-key');
    assert.equal(result.code, 4);
    assert.doesNotMatch(result.out + result.err, /s3cret/);
  });
  const proposes = (command, assumptions = []) => {
    behave = (request, reply) => {
      let body = '';
      request.on('data', (d) => (body += d)).on('end', () => {
        asked = JSON.parse(body);
        stream(reply).end(piece(JSON.stringify({command, assumptions})) + 'data: [DONE]\n\n');
      });
    };
  };
  let asked;
  const about = (query, ...words) => run(['ask', '--backend', `openai:127.0.0.1:${port}`, '--model', 'm', ...words, ...query.split(' ')]);
  const answer = (...words) => about('paint the moon blue and count lines', ...words);
  test('a model is asked where heddle does not know, told what is here, and held to a schema', async () => {
    proposes('wc -l /etc/hostname', ['the file is the one meant']);
    const {code, out, err} = await answer('--json');
    assert.equal(code, 0, err);
    const card = JSON.parse(out);
    assert.equal(card.command, 'wc -l /etc/hostname');
    assert.equal(card.source, 'model');
    assert.ok(card.confidence < 0.8);
    assert.match(JSON.stringify(card.unverified), /the file is the one meant/);
    assert.equal(asked.response_format.type, 'json_schema');
    assert.match(asked.messages[0].content, /bash|posix|zsh|fish/);
    assert.match(asked.messages[0].content, /\n  wc: .*-l/);
  });
  test('what it proposes is rated like any other command, and never run unseen', async () => {
    proposes('rm -rf /');
    const {out} = await about('paint the moon blue', '--json');
    assert.equal(JSON.parse(out).risk, 'critical');
    const looking = await about('which lines paint the moon blue', '--json');
    assert.equal(looking.code, 3);
    assert.equal(JSON.parse(looking.out).command, null);
    proposes('ls');
    const ran = await answer('--run');
    assert.equal(ran.code, 5);
    assert.match(ran.err, /confirmation/);
  });
  test('what is no command, is not installed, or is empty is not shown as an answer', async () => {
    for (const [command, why] of [['echo "half', /no whole command/], ['no-such-tool --fast', /not installed/], ['', /knows no command/], ['a\nb', /no valid answer/]]) {
      proposes(command);
      const {code, err} = await answer();
      assert.equal(code, 3, command);
      assert.match(err, why);
    }
  });
  test('a stream of requests asks it as well', async () => {
    proposes('wc -l /etc/hostname');
    const {out} = await run(['ask', '--ndjson', '--backend', `openai:127.0.0.1:${port}`, '--model', 'm'], {input: '{"query":"paint the moon blue"}\n{"query":"list hidden files"}\n'});
    assert.deepEqual(out.trim().split('\n').map((line) => JSON.parse(line).source), ['model', 'parser']);
  });
  test('no model is asked for what heddle knows, or when none is wanted', async () => {
    asked = undefined;
    proposes('false');
    assert.equal((await run(['ask', '-q', '--backend', `openai:127.0.0.1:${port}`, '--model', 'm', 'list', 'hidden', 'files'])).code, 0);
    assert.equal((await answer('--no-model')).code, 3);
    assert.equal(asked, undefined);
  });
  test('text for the terminal cannot steer it', async () => {
    behave = (_, reply) => stream(reply).end(piece('a\u001b]0;owned\u0007b') + 'data: [DONE]\n\n');
    const {err, out} = await chat('--json');
    assert.equal(JSON.parse(out).text, 'a\u001b]0;owned\u0007b', err);
  });
});

describe('heddle models pull', () => {
  const bytes = readFileSync(tiny), sha = createHash('sha256').update(bytes).digest('hex');
  let server, base, behave, served;
  before(async () => {
    server = http.createServer((request, reply) => {
      if (request.method === 'HEAD') return reply.writeHead(200, {'content-length': request.url === '/huge.gguf' ? 1e15 : bytes.length, 'accept-ranges': 'bytes'}).end();
      behave(request, reply);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${server.address().port}`;
  });
  after(() => server.close());
  const from = (request) => Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const serve = (request, reply) => {
    const at = from(request);
    served.push(at);
    reply.writeHead(at ? 206 : 200, {'content-length': bytes.length - at}).end(bytes.subarray(at));
  };
  const gone = (name) => assert.equal(existsSync(join(models, name)), false, name);
  test('it comes, whole, with its SHA-256 written down', async () => {
    served = [], behave = serve;
    const {code, out, err} = await run(['models', 'pull', `${base}/one.gguf`]);
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(sha));
    assert.deepEqual(readFileSync(join(models, 'one.gguf')), bytes);
    assert.match((await run(['models', 'verify', 'one'])).out, /one: ok/);
    writeFileSync(join(models, 'one.gguf'), Buffer.concat([bytes.subarray(0, -1), Buffer.from('x')]));
    const changed = await run(['models', 'verify', 'one']);
    assert.equal(changed.code, 1);
    assert.match(changed.out, /CHANGED/);
    assert.equal((await run(['models', 'rm', 'one'])).code, 0);
    gone('one.gguf');
  });
  test('a network that breaks is gone on with, from where it broke', async () => {
    served = [];
    behave = (request, reply) => {
      const at = from(request);
      served.push(at);
      const end = Math.min(bytes.length, at + 60000);
      reply.writeHead(at ? 206 : 200, {'content-length': bytes.length - at});
      reply.write(bytes.subarray(at, end), () => (end < bytes.length ? reply.destroy() : reply.end()));
    };
    const {code, err} = await run(['models', 'pull', `${base}/two.gguf`]);
    assert.equal(code, 0, err);
    assert.ok(served.length >= 3 && served.every((at, i) => i === 0 || at > served[i - 1]), served.join());
    assert.deepEqual(readFileSync(join(models, 'two.gguf')), bytes);
  });
  test('a pull that is stopped goes on the next time', async () => {
    served = [];
    behave = (request, reply) => reply.writeHead(200, {'content-length': bytes.length}).write(bytes.subarray(0, 100000));
    const stopped = await run(['models', 'pull', `${base}/three.gguf`], {child: (child) => until('a part', () => existsSync(join(models, 'three.gguf.part')) && statSync(join(models, 'three.gguf.part')).size > 0).then(() => child.kill('SIGINT'))});
    assert.notEqual(stopped.code, 0);
    gone('three.gguf');
    behave = serve;
    assert.equal((await run(['models', 'pull', `${base}/three.gguf`])).code, 0);
    assert.ok(served[0] > 0);
    assert.deepEqual(readFileSync(join(models, 'three.gguf')), bytes);
  });
  test('a server without ranges sends all again, once', async () => {
    writeFileSync(join(models, 'four.gguf.part'), bytes.subarray(0, 777));
    behave = (request, reply) => reply.writeHead(200, {'content-length': bytes.length}).end(bytes);
    assert.equal((await run(['models', 'pull', `${base}/four.gguf`])).code, 0);
    assert.deepEqual(readFileSync(join(models, 'four.gguf')), bytes);
  });
  test('what is not what was meant is deleted', async () => {
    served = [], behave = serve;
    const wrong = await run(['models', 'pull', `${base}/five.gguf`, '--sha256', '0'.repeat(64)]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /SHA-256/);
    behave = (_, reply) => reply.end(Buffer.alloc(bytes.length, 'html'));
    const page = await run(['models', 'pull', `${base}/five.gguf`]);
    assert.equal(page.code, 2);
    assert.match(page.err, /no model/);
    gone('five.gguf'), gone('five.gguf.part');
  });
  test('two at once: one writes, the other says so', async () => {
    let replies = 0;
    behave = (_, reply) => (++replies, reply.writeHead(200, {'content-length': bytes.length}), reply.write(bytes.subarray(0, 5000)), setTimeout(() => reply.end(bytes.subarray(5000)), 600));
    const both = await Promise.all([run(['models', 'pull', `${base}/six.gguf`]), sleep(200).then(() => run(['models', 'pull', `${base}/six.gguf`]))]);
    assert.deepEqual(both.map((r) => r.code).sort(), [0, 6], both.map((r) => r.err).join());
    assert.equal(replies, 1);
    assert.deepEqual(readFileSync(join(models, 'six.gguf')), bytes);
  });
  test('a write that fails is an error, and what came before stays', async () => {
    served = [], behave = serve;
    // No file of this shell's may grow over 64 kB.
    const result = await new Promise((resolve) => execFile('bash', ['-c', `trap '' XFSZ; ulimit -f 64; exec ${heddle} models pull ${base}/seven.gguf`], {env},
      (error, out, err) => resolve({code: error?.code ?? 0, err})));
    assert.equal(result.code, 2, result.err);
    assert.match(result.err, /seven.gguf.part: File too large/);
    assert.equal(statSync(join(models, 'seven.gguf.part')).size, 65536);
    assert.equal((await run(['models', 'pull', `${base}/seven.gguf`])).code, 0);
    assert.deepEqual(served, [0, 65536]);
    assert.deepEqual(readFileSync(join(models, 'seven.gguf')), bytes);
  });
  test('what the disk has no room for is not begun', async () => {
    const {code, err} = await run(['models', 'pull', `${base}/huge.gguf`]);
    assert.equal(code, 2);
    assert.match(err, /needs .* more and .* has .* free/);
  });
  test('names that lead elsewhere are refused', async () => {
    for (const name of [`${base}/..gguf/../../etc/x`, `${base}/x.bin`, 'hf:a/b', 'nothing-of-the-kind', `${base}/.hidden.gguf`]) {
      const {code, err} = await run(['models', 'pull', name]);
      assert.equal(code, 2, `${name}: ${err}`);
    }
  });
  test('a model is written smaller, and measured before and after', async () => {
    const {code, out, err} = await run(['models', 'quantize', 'tiny', 'Q8_0', '--text', 'LICENSE', '--threads', '1', '--json']);
    assert.equal(code, 0, err);
    const [before, after] = out.trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(after.bytes < before.bytes * 0.7);
    assert.ok(Math.abs(after.perplexity / before.perplexity - 1) < 0.05, out);  // eight bits lose little
    assert.match((await run(['models', 'verify', 'tiny-Q8_0'])).out, /ok/);
    assert.equal((await run(['models', 'quantize', 'tiny', 'Q8_0'])).code, 2);
    assert.match((await run(['models', 'quantize', 'tiny', 'Q9'])).err, /expected one of/);
  });
  test('models of Ollama are linked', async () => {
    const folder = join(work, 'ollama');
    mkdirSync(join(folder, 'manifests/registry.ollama.ai/library/little'), {recursive: true});
    mkdirSync(join(folder, 'blobs'));
    copyFileSync(tiny, join(folder, `blobs/sha256-${sha}`));
    writeFileSync(join(folder, 'manifests/registry.ollama.ai/library/little/1b'), JSON.stringify({layers: [{mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${sha}`}]}));
    writeFileSync(join(folder, 'manifests/registry.ollama.ai/library/little/bad'), JSON.stringify({layers: [{mediaType: 'application/vnd.ollama.image.model', digest: 'sha256:../../x'}]}));
    const {code, out, err} = await run(['models', 'import', folder]);
    assert.equal(code, 0, err);
    assert.match(out, /little-1b: .*linked/);
    assert.match(out, /little-bad: .*no blob/);
    assert.match((await run(['models', 'verify', 'little-1b'])).out, /ok/);
  });
});
