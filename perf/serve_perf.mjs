// heddle serve, measured from outside: what it adds over a runner, cached answers, many at once, many streams, the page.
//   node perf/serve_perf.mjs build/release/src/heddle [--json]      (STAND_IN: build/dev/tests/stand_in)
import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {join, resolve} from 'node:path';

const heddle = resolve(process.argv[2] ?? 'build/release/src/heddle');
const standIn = resolve(process.env.STAND_IN ?? 'build/dev/tests/stand_in');
const work = mkdtempSync('/var/tmp/heddle-serve-perf-');
for (const folder of ['models', 'run', 'config']) mkdirSync(join(work, folder), {mode: 0o700});
const env = {PATH: process.env.PATH, HOME: work, XDG_RUNTIME_DIR: join(work, 'run'), XDG_CONFIG_HOME: join(work, 'config'), HEDDLE_MODELS: join(work, 'models')};
execFileSync(standIn, [join(work, 'models', 'tiny.gguf'), '--text', 'LICENSE']);
const children = [];
process.on('exit', () => {
  children.forEach((child) => child.kill('SIGKILL'));
  try { execFileSync('pkill', ['-KILL', '-f', work]); } catch {}
  rmSync(work, {recursive: true, force: true});
});

const quantile = (values, q) => values.slice().sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
const rows = [];
const row = (what, value, unit, bar) => rows.push({what, value: Number(value.toFixed(3)), unit, bar});

let configs = 0;
const serve = async (config) => {
  const file = join(work, `${++configs}.toml`);
  writeFileSync(file, config);
  const child = spawn(heddle, ['serve', '--config', file, '--listen', '127.0.0.1:0'], {env, stdio: ['ignore', 'pipe', 'ignore']});
  children.push(child);
  const line = await new Promise((done) => child.stdout.once('data', (data) => done(`${data}`)));
  return Number(new URL(line.match(/http:\S+/)[0]).port);
};
const request = (body) => {
  const text = JSON.stringify(body);
  return `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
};
// One connection on which requests are sent one after the other; resolves with each answer's milliseconds.
class Connection {
  constructor(port) {
    this.socket = net.connect(port, '127.0.0.1').setNoDelay(true);
    this.rest = '';
    this.socket.on('data', (data) => {
      this.rest += data;
      for (;;) {
        const head = this.rest.indexOf('\r\n\r\n');
        if (head < 0) return;
        const size = Number(/content-length: (\d+)/i.exec(this.rest.slice(0, head))?.[1] ?? 0);
        if (this.rest.length < head + 4 + size) return;
        this.rest = this.rest.slice(head + 4 + size);
        this.done(performance.now() - this.start);
      }
    });
  }
  ask(text) {
    return new Promise((done) => {
      this.done = done, this.start = performance.now();
      this.socket.write(text);
    });
  }
}
const messages = (text) => [{role: 'user', content: text}];

// What serve adds: the same short answer over the runner's socket and through serve, in turn.
{
  const port = await serve('[cache]\nmemory_mb = 0\n[[node]]\nmodel = "tiny"\nthreads = 1\nkeep_alive = "5m"\n');
  const through = new Connection(port);
  const ask = request({model: 'tiny', messages: messages('hello'), max_tokens: 1, temperature: 0});
  await through.ask(ask);
  const socket = execFileSync('bash', ['-c', `ls ${join(work, 'run')}/heddle/*.sock`]).toString().trim();
  const runner = net.connect(socket);
  const direct = () => new Promise((done) => {
    const start = performance.now();
    let text = '';
    const take = (data) => {
      text += data;
      if (text.includes('"done"')) runner.off('data', take), done(performance.now() - start);
    };
    runner.on('data', take);
    runner.write('{"op":"generate","id":1,"messages":[{"role":"user","content":"hello"}],"max_tokens":1,"temperature":0}\n');
  });
  const [a, b] = [[], []];
  for (let i = 0; i < 400; ++i) a.push(await direct()), b.push(await through.ask(ask));
  row('one token over the runner\'s socket, p50', quantile(a, 0.5), 'ms');
  row('one token through serve, p50', quantile(b, 0.5), 'ms');
  row('added by serve, p50', quantile(b, 0.5) - quantile(a, 0.5), 'ms');
  row('added by serve, p95', quantile(b, 0.95) - quantile(a, 0.95), 'ms', '<= 2');
}

// Cached answers.
{
  const backend = http.createServer((_, response) => response.end('data: {"choices":[{"delta":{"content":"kept"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'));
  await new Promise((done) => backend.listen(0, '127.0.0.1', done));
  const port = await serve(`[[node]]\nbackend = "openai:127.0.0.1:${backend.address().port}"\nmodel = "m"\n`);
  const text = request({model: 'm', messages: messages('x'.repeat(1000)), temperature: 0});
  const one = new Connection(port);
  await one.ask(text);
  const times = [];
  for (let i = 0; i < 3000; ++i) times.push(await one.ask(text));
  row('cached answer over HTTP, one connection, p50', quantile(times, 0.5), 'ms', '<= 1');
  row('cached answer over HTTP, one connection, p99', quantile(times, 0.99), 'ms');
  const many = Array.from({length: 16}, () => new Connection(port));
  let count = 0;
  const end = performance.now() + 3000;
  await Promise.all(many.map(async (each) => {
    while (performance.now() < end) await each.ask(text), ++count;
  }));
  row('cached answers a second, 16 connections, this client on one of the two cores', count / 3, '/s', '>= 5000');
  backend.closeAllConnections(), backend.close();
}

// Ten at once against a backend of one second; 200 streams of a word every 20 ms.
{
  const stamps = http.createServer((request, response) => {
    let body = '';
    request.on('data', (data) => body += data).on('end', () => {
      if (request.method === 'GET') return response.end('{"data":[]}');
      response.setHeader('content-type', 'text/event-stream');
      if (body.includes('wait')) return setTimeout(() => response.end('data: {"choices":[{"delta":{"content":"now"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'), 1000);
      let left = 100;
      const timer = setInterval(() => {
        if (left-- > 0) return response.write(`data: {"choices":[{"delta":{"content":"<${performance.now()}>"}}]}\n\n`);
        clearInterval(timer);
        response.end('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
      }, 20);
    });
  });
  await new Promise((done) => stamps.listen(0, '127.0.0.1', 2048, done));
  const behind = stamps.address().port;
  const port = await serve(`[[node]]\nbackend = "openai:127.0.0.1:${behind}"\nmodel = "m"\n`);
  const start = performance.now();
  await Promise.all(Array.from({length: 10}, (_, i) => new Connection(port).ask(request({model: 'm', messages: messages(`wait ${i}`)}))));
  row('ten calls at once, backend of one second', (performance.now() - start) / 1000, 's', '<= 1.1');
  const streams = async (to) => {
    const late = [];
    await Promise.all(Array.from({length: 200}, (_, i) => new Promise((done) => {
      const body = JSON.stringify({model: 'm', stream: true, messages: messages(`stream ${i}`)});
      http.request({port: to, path: '/v1/chat/completions', method: 'POST', agent: false, headers: {'content-type': 'application/json', 'content-length': body.length}}, (response) => {
        response.on('data', (data) => {
          for (const [, stamp] of `${data}`.matchAll(/<([\d.]+)>/g)) late.push(performance.now() - stamp);
        }).on('end', done);
      }).end(body);
    })));
    return late;
  };
  const direct = await streams(behind), through = await streams(port);
  row('200 streams, word by word, without serve, p50', quantile(direct, 0.5), 'ms');
  row('200 streams, word by word, without serve, p99', quantile(direct, 0.99), 'ms');
  row('200 streams, word by word, through serve, p50', quantile(through, 0.5), 'ms');
  row('200 streams, word by word, through serve, p99', quantile(through, 0.99), 'ms', '<= 5');
  stamps.closeAllConnections(), stamps.close();
}

// The page.
try {
  const {chromium} = await import(new URL('../tests/serve/node_modules/playwright-core/index.mjs', import.meta.url));
  const port = await serve('[[node]]\nmodel = "tiny"\n');
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox']});
  const paints = [];
  let bytes = 0;
  for (let i = 0; i < 5; ++i) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://127.0.0.1:${port}`);
    await page.waitForSelector('.tile');
    paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
    bytes = await page.evaluate(() => performance.getEntriesByType('resource').filter((e) => /dashboard/.test(e.name)).reduce((sum, e) => sum + e.decodedBodySize, performance.getEntriesByType('navigation')[0].decodedBodySize));
  }
  await browser.close();
  row('dashboard: first paint, median of 5', quantile(paints, 0.5), 'ms', '<= 1000');
  row('dashboard: page, script and style', bytes / 1000, 'kB', '<= 300');
} catch (error) {
  console.error(`the page was not measured: ${error.message.split('\n')[0]}`);
}

if (process.argv.includes('--json')) console.log(JSON.stringify(rows));
else for (const each of rows) console.log(`${each.what.padEnd(80)} ${`${each.value}`.padStart(10)} ${each.unit.padEnd(4)} ${each.bar ?? ''}`);
process.exit(0);
