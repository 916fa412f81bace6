// What heddle serve starts and what is left of it: its port is free once it has ended, whatever its runners do; they
// are waited for, stay as long as was asked for, and start no debugger.
//   node --test tests/serve/children.mjs      (HEDDLE, HEDDLE_RUNNER, STAND_IN in the environment)
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync, readlinkSync, writeFileSync} from 'node:fs';
import {describe, test} from 'node:test';

import {Ollama} from 'ollama';

import {freePort, serve, tiny, until, work} from './server.mjs';

const question = [{role: 'user', content: 'an order please'}];
const runners = () => {
  try {
    return execFileSync('pgrep', ['-f', `^[^ ]*ld-linux[^ ]* .*heddle-runner.*${work}|^[^ ]*heddle-runner .*${work}`]).toString().trim().split('\n').map(Number);
  } catch {
    return [];
  }
};
// The children of a process, those that have ended and were not waited for among them.
const childrenOf = (pid) => readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number));
const filesOf = (pid) => Object.fromEntries(readdirSync(`/proc/${pid}/fd`).map((fd) => [fd, readlinkSync(`/proc/${pid}/fd/${fd}`)]));
const node = (keep) => `[[node]]\nmodel = "tiny"\nthreads = 1\n${keep ? `keep_alive = "${keep}"\n` : ''}`;
const ask = (server, more = {}) => server.post('/v1/chat/completions', {model: 'tiny', messages: question, max_tokens: 3, ...more}, {'x-heddle-cache': 'off'});

describe('a runner', () => {
  test('has no descriptor of the server, and starts no debugger', async () => {
    const server = await serve(node('1m'));
    assert.equal((await ask(server)).status, 200);
    const [pid] = childrenOf(server.child.pid);
    const mine = filesOf(pid), its = new Set(Object.values(filesOf(server.child.pid)));
    assert.equal(mine[0], '/dev/null');
    assert.match(mine[2], /\.log$/);
    const shared = Object.values(mine).filter((file) => its.has(file) && !file.startsWith('/dev/null') && !file.startsWith('anon_inode'));
    assert.deepEqual(shared, []);
    assert.ok(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes('GGML_NO_BACKTRACE=1'));
    process.kill(pid, 'SIGTERM');
    await until('it is gone and waited for', () => childrenOf(server.child.pid).length === 0);
  });

  test('is waited for when it ends idle, is killed, or could not start', async () => {
    const server = await serve(node('1s'));
    assert.equal((await ask(server)).status, 200);
    assert.equal(childrenOf(server.child.pid).length, 1);
    await until('it ends idle', () => childrenOf(server.child.pid).length === 0);
    assert.equal((await ask(server)).status, 200);
    process.kill(childrenOf(server.child.pid)[0], 'SIGKILL');
    await until('it is killed', () => childrenOf(server.child.pid).length === 0);
    // The file goes bad under the server: the next start fails.
    const whole = readFileSync(tiny);
    writeFileSync(tiny, whole.subarray(0, whole.length / 2));
    try {
      assert.notEqual((await ask(server)).status, 200);
      assert.deepEqual(childrenOf(server.child.pid), []);
    } finally {
      writeFileSync(tiny, whole);
    }
  });

  test('stays as long as the last to ask for that wished', async () => {
    const server = await serve(node());
    const ollama = new Ollama({host: server.url});
    const chat = (more) => ollama.chat({model: 'tiny', messages: question, options: {num_predict: 3, seed: Math.random() * 1e6 | 0}, ...more});
    await chat({keep_alive: '1h'});
    const [pid] = childrenOf(server.child.pid);
    await chat({});
    assert.deepEqual(childrenOf(server.child.pid), [pid]);
    await chat({keep_alive: 0});
    await until('it is unloaded', () => childrenOf(server.child.pid).length === 0);
    await ollama.generate({model: 'tiny', prompt: 'once more', keep_alive: '1s', options: {num_predict: 3}});
    await until('it is unloaded again', () => childrenOf(server.child.pid).length === 0);
    await assert.rejects(chat({keep_alive: 'soon'}), /keep_alive/);
  });
});

describe('a server', () => {
  test('is started again on its port 20 times under load, while its runner stays', async () => {
    const port = await freePort();
    const seen = {answered: 0, cut: 0, begun: 0};
    let over = false;
    // Each asks without a pause for streams; a call ends with an answer or an error, or this test does not.
    const client = async () => {
      while (!over) {
        try {
          const reply = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {method: 'POST', headers: {'content-type': 'application/json', 'x-heddle-cache': 'off'}, body: JSON.stringify({model: 'tiny', messages: question, stream: true, max_tokens: 60})});
          for await (const _ of reply.body) ++seen.begun;
          ++seen.answered;
        } catch {
          ++seen.cut;
          await new Promise((resolve) => setTimeout(resolve, 5));  // nobody listens
        }
      }
    };
    const clients = Array.from({length: 6}, client);
    let pid;
    for (let round = 0; round < 20; ++round) {
      const server = await serve(node('10m'), ['--drain', '1s'], ['--listen', `127.0.0.1:${port}`]);
      const before = seen.begun;
      await until('streams are under way', () => seen.begun > before + 10);
      pid ??= childrenOf(server.child.pid)[0];
      assert.equal(await server.stop(), 0, server.log());
      process.kill(pid, 0);  // the runner that held the port
    }
    over = true;
    let ended = 0;
    clients.forEach((each) => each.then(() => ++ended));
    await until('no call hangs', () => ended === clients.length);
    assert.ok(seen.answered > 20 && seen.cut > 0, JSON.stringify(seen));
    assert.deepEqual(runners(), [pid]);
  });
});
