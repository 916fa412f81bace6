// Starts `heddle serve` and what stands behind it, for the tests beside this file.
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {join} from 'node:path';
import {after} from 'node:test';

export const {HEDDLE: heddle, HEDDLE_RUNNER: runner, STAND_IN: standIn, LLAMA_SERVER: llamaServer} = process.env;
export const work = mkdtempSync('/var/tmp/heddle-serve-');
const models = join(work, 'models');
mkdirSync(models);
export const env = {PATH: process.env.PATH, HOME: work, XDG_RUNTIME_DIR: join(work, 'run'), XDG_CONFIG_HOME: join(work, 'config'), HEDDLE_MODELS: models, S3_ACCESS: 'S3RVER', S3_SECRET: 'S3RVER'};
if (process.env.TSAN_OPTIONS) env.TSAN_OPTIONS = process.env.TSAN_OPTIONS;
mkdirSync(env.XDG_RUNTIME_DIR, {mode: 0o700});
export const tiny = join(models, 'tiny.gguf');
execFileSync(standIn, [tiny, '--text', 'LICENSE']);

const children = new Set(), servers = new Set();
after(() => {
  servers.forEach((server) => (server.closeAllConnections(), server.close()));
  children.forEach((child) => child.kill('SIGKILL'));
  try {
    execFileSync('pkill', ['-KILL', '-f', work]);  // runners that heddle started
  } catch {}
  rmSync(work, {recursive: true, force: true});
});

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const until = async (what, probe, ms = 20000) => {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) if (await probe()) return;
  assert.fail(`${what} did not come to pass in ${ms} ms`);
};
export const freePort = () => new Promise((resolve) => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const {port} = server.address();
    server.close(() => resolve(port));
  });
});

export const spawnChild = (program, words) => {
  const child = spawn(program, words, {env, stdio: 'ignore'});
  children.add(child);
  return child;
};

let configs = 0;
// Resolves to {url, child, get, post, metric}; `config` is the text of a serve.toml, a node of the tiny model where it has none.
export const serve = async (config = '', words = [], command = ['--listen', '127.0.0.1:0']) => {
  const file = join(work, `serve-${++configs}.toml`);
  writeFileSync(file, config.includes('[[node]]') ? config : `${config}\n[[node]]\nmodel = "tiny"\nthreads = 1\nkeep_alive = "1m"\n`);
  const child = spawn(heddle, ['serve', '--config', file, ...command, ...words], {env});
  children.add(child);
  let out = '', err = '';
  child.stdout.on('data', (data) => out += data);
  child.stderr.on('data', (data) => err += data);
  await until('a server', () => out.includes('\n') || child.exitCode !== null);
  assert.equal(child.exitCode, null, err);
  const url = out.match(/http:\S+/)[0];
  const get = async (path, headers = {}) => await fetch(url + path, {headers});
  const post = async (path, body, headers = {}, signal) => await fetch(url + path, {method: 'POST', headers: {'content-type': 'application/json', ...headers}, body: typeof body === 'string' ? body : JSON.stringify(body), signal});
  const metric = async (name) => {
    const text = await (await get('/metrics')).text();
    return text.split('\n').filter((line) => line.startsWith(name)).reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
  };
  const stop = () => new Promise((resolve) => {
    child.on('exit', (code) => resolve(code));
    child.kill('SIGTERM');
  });
  return {url, child, get, post, metric, stop, port: Number(new URL(url).port), log: () => err};
};

export const startLlama = async () => {
  const port = await freePort();
  const child = spawn(llamaServer, ['-m', tiny, '--port', `${port}`, '--host', '127.0.0.1', '-t', '1', '-np', '2', '-c', '2048'], {env, stdio: 'ignore'});
  children.add(child);
  await until('llama-server', async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => ({}))).ok);
  return {port, child};
};

// A chat server of OpenAI's wire that answers `text` after `ms`, for what a model cannot be made to do.
export const slowServer = async (ms, text = 'slow but sure') => {
  const seen = {requests: 0, aborted: 0, ms};  // ms may be changed
  const server = http.createServer((request, response) => {
    if (request.method === 'GET') return response.end('{"data":[{"id":"m"}]}');
    ++seen.requests;
    request.resume().on('end', () => {
      const timer = setTimeout(() => {
        response.setHeader('content-type', 'text/event-stream');
        for (const word of text.split(/(?= )/)) response.write(`data: ${JSON.stringify({choices: [{index: 0, delta: {content: word}}]})}\n\n`);
        response.end(`data: ${JSON.stringify({choices: [{index: 0, delta: {}, finish_reason: 'stop'}]})}\n\ndata: [DONE]\n\n`);
      }, seen.ms);
      response.on('close', () => {
        if (!response.writableEnded) ++seen.aborted;
        clearTimeout(timer);
      });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.add(server);
  return {port: server.address().port, seen, server};
};

// The server of Redis is the same program as its tools, by another name.
export const startRedis = async () => {
  const port = await freePort();
  const child = spawn('redis-check-rdb', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', work], {argv0: 'redis-server', env, stdio: 'ignore'});
  children.add(child);
  await until('redis', () => new Promise((resolve) => net.connect(port, '127.0.0.1', function () { this.destroy(), resolve(true); }).on('error', () => resolve(false))));
  return {port, child};
};

// A server of S3 (which looks at signatures, but does not check them), in a process of its own, so that it can be stopped.
export const startS3 = async () => {
  const port = await freePort(), folder = join(work, `s3-${port}`);
  mkdirSync(folder);
  const child = spawn(process.execPath, [new URL('node_modules/s3rver/bin/s3rver.js', import.meta.url).pathname, '-d', folder, '-p', `${port}`, '-a', '127.0.0.1', '--configure-bucket', 'answers', '--no-vhost-buckets'], {env, stdio: 'ignore'});
  children.add(child);
  await until('s3', async () => (await fetch(`http://127.0.0.1:${port}/`).catch(() => ({}))).status !== undefined);
  return {port, child, folder};
};
