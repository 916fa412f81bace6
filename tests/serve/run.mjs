// heddle serve, asked by the official clients of three wires, before real nodes, and under faults.
//   node --test tests/serve/run.mjs      (HEDDLE, HEDDLE_RUNNER, STAND_IN, LLAMA_SERVER in the environment)
import assert from 'node:assert/strict';
import {execFile, execFileSync, spawnSync} from 'node:child_process';
import {appendFileSync, copyFileSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {before, describe, test} from 'node:test';

import Anthropic from '@anthropic-ai/sdk';
import {Ollama} from 'ollama';
import OpenAI from 'openai';

import {env, freePort, heddle, serve, sleep, slowServer, startLlama, startRedis, startS3, runner, spawnChild, tiny, until, work} from './server.mjs';

const order = {type: 'object', additionalProperties: false, required: ['item', 'count'], properties: {item: {enum: ['apple', 'pear']}, count: {type: 'integer', minimum: 1, maximum: 99}}};
const question = [{role: 'user', content: 'an order please'}];

describe('official clients', () => {
  let server, openai, anthropic, ollama;
  before(async () => {
    server = await serve();
    openai = new OpenAI({baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0});
    anthropic = new Anthropic({baseURL: server.url, apiKey: 'none', maxRetries: 0});
    ollama = new Ollama({host: server.url});
  });

  test('openai: chat, whole and streamed, is the same text', async () => {
    const ask = {model: 'tiny', messages: question, max_tokens: 12, temperature: 0};
    const whole = await openai.chat.completions.create(ask);
    assert.equal(whole.model, 'tiny');
    assert.equal(whole.usage.completion_tokens, 12);
    assert.equal(whole.choices[0].finish_reason, 'length');
    let text = '', usage;
    const {data: stream, response} = await openai.chat.completions.create({...ask, stream: true, stream_options: {include_usage: true}}, {headers: {'x-heddle-cache': 'off'}}).withResponse();
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, whole.choices[0].message.content);
    assert.equal(usage.completion_tokens, 12);
    assert.equal(response.headers.get('x-heddle-node'), 'tiny');
  });

  test('openai: a JSON Schema is kept', async () => {
    for (const seed of [1, 2, 3]) {
      const done = await openai.chat.completions.create({model: 'tiny', messages: question, seed, response_format: {type: 'json_schema', json_schema: {name: 'order', strict: true, schema: order}}});
      const got = JSON.parse(done.choices[0].message.content);
      assert.ok(['apple', 'pear'].includes(got.item) && got.count >= 1 && got.count <= 99, JSON.stringify(got));
    }
  });

  test('openai: a tool that must be called is, with arguments of its schema', async () => {
    const tools = [{type: 'function', function: {name: 'place_order', description: 'orders fruit', parameters: order}}];
    const done = await openai.chat.completions.create({model: 'tiny', messages: question, tools, tool_choice: 'required', seed: 5, max_tokens: 200});
    const [call] = done.choices[0].message.tool_calls;
    assert.equal(done.choices[0].finish_reason, 'tool_calls');
    assert.equal(call.function.name, 'place_order');
    assert.ok(JSON.parse(call.function.arguments).count >= 1);
    const runner = openai.chat.completions.stream({model: 'tiny', messages: question, tools, tool_choice: 'required', seed: 5, max_tokens: 200}, {headers: {'x-heddle-cache': 'off'}});
    const final = await runner.finalChatCompletion();
    assert.equal(final.choices[0].message.tool_calls[0].function.arguments, call.function.arguments);
    // Its answer goes back, and the conversation on.
    const next = await openai.chat.completions.create({model: 'tiny', messages: [...question, done.choices[0].message, {role: 'tool', tool_call_id: call.id, content: 'done'}], tools, max_tokens: 4, temperature: 0, tool_choice: 'none'});
    assert.equal(next.usage.completion_tokens, 4);
  });

  test('openai: texts, embeddings in both forms, models', async () => {
    const text = await openai.completions.create({model: 'tiny', prompt: 'Permission is', max_tokens: 5, temperature: 0});
    assert.equal(text.usage.completion_tokens, 5);
    const floats = await openai.embeddings.create({model: 'tiny', input: ['a', 'b'], encoding_format: 'float'});
    const packed = await openai.embeddings.create({model: 'tiny', input: ['a', 'b']});  // base64 on the wire
    assert.equal(floats.data.length, 2);
    packed.data[1].embedding.forEach((x, i) => assert.ok(Math.abs(x - floats.data[1].embedding[i]) < 1e-6));
    const names = [];
    for await (const model of openai.models.list()) names.push(model.id);
    assert.deepEqual(names, ['tiny', 'auto']);
    assert.equal((await openai.models.retrieve('tiny')).id, 'tiny');
  });

  test('openai: responses, whole and streamed', async () => {
    const ask = {model: 'tiny', input: 'hello', max_output_tokens: 6, temperature: 0};
    const whole = await openai.responses.create(ask);
    assert.equal(whole.status, 'incomplete');
    const events = [];
    const stream = openai.responses.stream(ask);
    for await (const event of stream) events.push(event);
    assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, i) => i));
    assert.equal(events.at(-1).type, 'response.incomplete');
    assert.equal(events.at(-1).response.output[0].content[0].text, whole.output_text);
    const json = await openai.responses.create({...ask, max_output_tokens: 100, text: {format: {type: 'json_schema', name: 'order', schema: order}}});
    assert.ok(JSON.parse(json.output_text).count);
    const call = await openai.responses.create({model: 'tiny', input: 'order', tools: [{type: 'function', name: 'place_order', parameters: order, strict: true}], tool_choice: 'required', seed: 3});
    assert.equal(call.output.at(-1).type, 'function_call');
  });

  test('openai: what is wrong is told in its own errors', async () => {
    await assert.rejects(openai.chat.completions.create({model: 'nobody', messages: question}), (error) => error instanceof OpenAI.NotFoundError && /there is: tiny, auto/.test(error.message));
    await assert.rejects(openai.chat.completions.create({model: 'tiny', messages: question, n: 3}), (error) => error instanceof OpenAI.BadRequestError && error.param === 'n');
    await assert.rejects(openai.chat.completions.create({model: 'tiny', messages: [{role: 'user', content: [{type: 'image_url', image_url: {url: 'data:'}}]}]}), (error) => error.status === 400 && /image_url/.test(error.message));
    await assert.rejects(openai.chat.completions.create({model: 'tiny', messages: question, response_format: {type: 'json_schema', json_schema: {name: 'x', schema: {type: 'object', $ref: 'http://x/y'}}}}), (error) => error.status === 400);
    const {response} = await openai.chat.completions.create({model: 'tiny', messages: question, max_tokens: 1, user: 'me', made_up: 1}).withResponse();
    assert.equal(response.headers.get('x-heddle-ignored'), 'user, made_up');
  });

  test('openai: an aborted stream frees its place at once', async () => {
    const stream = await openai.chat.completions.create({model: 'tiny', messages: question, stream: true});
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    stream.controller.abort();
    await until('no call under way', async () => await server.metric('heddle_active_requests') === 0, 3000);
  });

  test('anthropic: messages, whole, streamed, with tools, and errors', async () => {
    const ask = {model: 'tiny', max_tokens: 8, temperature: 0, system: 'be brief', messages: question};
    const whole = await anthropic.messages.create(ask);
    assert.equal(whole.stop_reason, 'max_tokens');
    assert.equal(whole.usage.output_tokens, 8);
    const stream = anthropic.messages.stream(ask);
    const final = await stream.finalMessage();
    assert.equal(final.content[0].text, whole.content[0].text);
    const tools = [{name: 'place_order', description: 'orders fruit', input_schema: order}];
    const called = await anthropic.messages.stream({...ask, max_tokens: 200, tools, tool_choice: {type: 'any'}}).finalMessage();
    assert.equal(called.stop_reason, 'tool_use');
    const use = called.content.find((block) => block.type === 'tool_use');
    assert.ok(use.input.count >= 1);
    const next = await anthropic.messages.create({...ask, tools, tool_choice: {type: 'none'}, messages: [...question, {role: 'assistant', content: called.content}, {role: 'user', content: [{type: 'tool_result', tool_use_id: use.id, content: 'done'}]}]});
    assert.equal(next.type, 'message');
    const counted = await anthropic.messages.countTokens({model: 'tiny', system: 'be brief', messages: question});
    assert.equal(counted.input_tokens, whole.usage.input_tokens + whole.usage.cache_read_input_tokens);
    await assert.rejects(anthropic.messages.create({...ask, model: 'nobody'}), (error) => error instanceof Anthropic.NotFoundError && error.error.error.type === 'not_found_error');
    await assert.rejects(anthropic.messages.create({model: 'tiny', messages: question}), (error) => error.status === 400 && /max_tokens/.test(error.message));
  });

  test('ollama: chats, texts, embeddings, and what it asks about models', async () => {
    const options = {num_predict: 6, temperature: 0};
    const whole = await ollama.chat({model: 'tiny', messages: question, options});
    assert.equal(whole.eval_count, 6);
    assert.equal(whole.done_reason, 'length');
    let text = '';
    for await (const part of await ollama.chat({model: 'tiny', messages: question, options, stream: true})) text += part.message.content;
    assert.equal(text, whole.message.content);
    const json = await ollama.chat({model: 'tiny', messages: question, format: order, options: {seed: 4}});
    assert.ok(JSON.parse(json.message.content).item);
    const called = await ollama.chat({model: 'tiny', messages: question, options: {seed: 4}, tools: [{type: 'function', function: {name: 'place_order', parameters: order}}]});
    assert.equal(called.message.role, 'assistant');
    assert.equal((await ollama.generate({model: 'tiny', prompt: 'hello', options})).eval_count, 6);
    assert.equal((await ollama.generate({model: 'tiny', prompt: 'hello', raw: true, options})).eval_count, 6);
    assert.equal((await ollama.embed({model: 'tiny', input: ['a', 'b']})).embeddings.length, 2);
    assert.ok((await ollama.embeddings({model: 'tiny', prompt: 'a'})).embedding.length > 0);
    const [card] = (await ollama.list()).models;
    assert.equal(card.details.family, 'llama');
    assert.ok(card.size > 10000);
    assert.ok((await ollama.show({model: 'tiny'})).model_info['llama.context_length'] > 0);
    assert.equal((await ollama.ps()).models[0].name, 'tiny');
    assert.match((await ollama.version()).version, /^\d/);
    await assert.rejects(ollama.chat({model: 'nobody', messages: question}), /nobody/);
  });

  test('constraints of every notation, through the field that all wires have', async () => {
    const rows = [['regex', '[a-c]{3}-[0-9]{2}', /^[a-c]{3}-[0-9]{2}$/], ['gbnf', 'root ::= "x" [0-9]+ "y"', /^x\d+y$/], ['lark', 'start: "p" /[qr]{2}/', /^p[qr]{2}$/], ['choice', 'red\ngreen', /^(red|green)$/]];
    for (const [notation, text, expected] of rows) {
      const body = {model: 'tiny', messages: question, max_tokens: 60, constraint: {notation, text}};
      for (const path of ['/v1/chat/completions', '/v1/messages', '/api/chat']) {
        const reply = await (await server.post(path, {...body, stream: false})).json();
        const got = reply.choices?.[0].message.content ?? reply.content?.[0].text ?? reply.message?.content;
        assert.match(got, expected, `${notation} ${path}`);
      }
    }
    const grammar = await (await server.post('/v1/chat/completions', {messages: question, grammar: 'root ::= "yes" | "no"'})).json();
    assert.match(grammar.choices[0].message.content, /^(yes|no)$/);
    const wrong = await server.post('/v1/chat/completions', {messages: question, constraint: {notation: 'gbnf', text: 'root ::= ('}});
    assert.equal(wrong.status, 400);
  });
});

describe('the examples', () => {
  test('each runs as it stands', async () => {
    const server = await serve();
    symlinkSync(new URL('node_modules', import.meta.url).pathname, `${work}/node_modules`);
    for (const name of ['openai.mjs', 'anthropic.mjs', 'ollama.mjs', 'curl.sh']) {
      copyFileSync(`examples/serve/${name}`, `${work}/${name}`);
      const program = name.endsWith('.sh') ? 'bash' : process.execPath;
      const out = execFileSync(program, [`${work}/${name}`], {env: {...env, HEDDLE_URL: server.url}, timeout: 30000}).toString();
      assert.ok(out.trim().length > 0, `${name}: ${out}`);  // random weights may end a text at once
    }
  });
});

describe('cache and queue', () => {
  test('equal calls at one time are answered once, later ones from the cache', async () => {
    const slow = await slowServer(300);
    const server = await serve(`[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
    const ask = (more) => server.post('/v1/chat/completions', {model: 'm', messages: question, temperature: 0, ...more});
    const many = await Promise.all(Array.from({length: 10}, (_, i) => ask({stream: i % 2 === 1})));
    for (const reply of many) assert.match(await reply.text(), /slow/);
    assert.equal(slow.seen.requests, 1);
    const start = performance.now();
    const again = await ask({});
    assert.equal(again.headers.get('x-heddle-cache'), 'hit');
    assert.ok(performance.now() - start < 200);
    await (await ask({temperature: 1})).text();  // by chance: not kept
    await (await ask({temperature: 1})).text();
    assert.equal(slow.seen.requests, 3);
    await (await server.post('/v1/chat/completions', {model: 'm', messages: question, temperature: 0}, {'x-heddle-cache': 'off'})).text();
    assert.equal(slow.seen.requests, 4);
    // Another wire, the same question: the same answer.
    const other = await server.post('/api/chat', {model: 'm', messages: question, stream: false, options: {temperature: 0}});
    assert.equal(other.headers.get('x-heddle-cache'), 'hit');
  });

  test('the first of equal callers may go without taking the others along', async () => {
    const slow = await slowServer(400);
    const server = await serve(`[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
    const body = {model: 'm', messages: question, temperature: 0};
    const leaving = new AbortController();
    const first = server.post('/v1/chat/completions', body, {}, leaving.signal).catch(() => 'gone');
    await until('the first is sent', () => slow.seen.requests === 1);
    const second = server.post('/v1/chat/completions', body);
    await sleep(100);
    leaving.abort();
    assert.equal(await first, 'gone');
    assert.equal((await (await second).json()).choices[0].message.content, 'slow but sure');
    assert.equal(slow.seen.requests, 1);
  });

  test('a full queue says when to come back; a client with many calls delays no other', async () => {
    const slow = await slowServer(150);
    const server = await serve(`[queue]\nactive = 1\nwaiting = 6\n[[client]]\nname = "greedy"\nsha256 = "${sha256('g')}"\n[[client]]\nname = "modest"\nsha256 = "${sha256('m')}"\n[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
    const order = [];
    const ask = (key, i) => server.post('/v1/chat/completions', {model: 'm', messages: [{role: 'user', content: `${key}${i}`}]}, {authorization: `Bearer ${key}`}).then((reply) => (order.push(key), reply));
    const greedy = Array.from({length: 6}, (_, i) => ask('g', i));
    await until('five wait', async () => (await (await server.get('/metrics', {authorization: 'Bearer m'})).text()).includes('heddle_queued_requests 5'));
    const modest = ask('m', 0);
    assert.equal((await modest).status, 200);
    assert.ok(order.indexOf('m') <= 2, order.join(' '));
    const more = await Promise.all(Array.from({length: 12}, (_, i) => ask('g', 10 + i)));
    const refused = more.filter((reply) => reply.status === 429);
    assert.ok(refused.length > 0);
    assert.ok(Number(refused[0].headers.get('retry-after')) >= 1);
    await Promise.all(greedy);
  });

  test('a client that goes while it waits leaves the queue', async () => {
    const slow = await slowServer(500);
    const server = await serve(`[queue]\nactive = 1\n[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
    const ask = (content, signal) => server.post('/v1/chat/completions', {model: 'm', messages: [{role: 'user', content}]}, {}, signal);
    const first = ask('a');
    await until('it is sent', () => slow.seen.requests === 1);
    const leaving = new AbortController();
    const second = ask('b', leaving.signal).catch(() => 'gone');
    await until('one waits', async () => await server.metric('heddle_queued_requests') === 1);
    leaving.abort();
    await second;
    await until('none waits', async () => await server.metric('heddle_queued_requests') === 0, 3000);
    assert.equal((await first).status, 200);
    assert.equal(slow.seen.requests, 1);
  });
});

describe('tiers of the cache', () => {
  const tierTest = (name, startTier, table) => test(`${name}: shared by servers, and never waited for when it is down or stuck`, async () => {
    const slow = await slowServer(0, `from ${name}`);
    const outer = await startTier();
    const config = `[cache]\nmemory_mb = 1\n${table(outer.port)}\n[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`;
    const [first, second, third] = [await serve(config), await serve(config), await serve(config)];
    const ask = async (server, i) => {
      const reply = await server.post('/v1/chat/completions', {model: 'm', temperature: 0, messages: [{role: 'user', content: `${name} ${i} ${'long '.repeat(500)}`}]});
      assert.equal((await reply.json()).choices[0].message.content, `from ${name}`);
      return reply.headers.get('x-heddle-cache');
    };
    const looks = (server, outcome) => server.metric(`heddle_cache_lookups_total{tier="${name}",outcome="${outcome}"}`);
    assert.equal(await ask(first, 1), 'miss');
    await until('it is written', async () => await looks(first, 'written') === 1);
    assert.equal(await ask(second, 1), 'hit');
    assert.equal(slow.seen.requests, 1);
    assert.equal(await looks(second, 'hit'), 1);
    assert.equal(await ask(second, 1), 'hit');  // from memory now
    assert.equal(await looks(second, 'hit'), 1);
    outer.child.kill('SIGSTOP');
    let start = performance.now();
    for (let i = 10; i < 20; ++i) assert.equal(await ask(third, i), 'miss');
    assert.ok(performance.now() - start < 1500, `stuck: ${performance.now() - start} ms for ten`);
    assert.ok(await looks(third, 'failed') >= 1);
    assert.ok(await looks(third, 'skipped') >= 5);
    outer.child.kill('SIGCONT');
    outer.child.kill('SIGKILL');
    start = performance.now();
    for (let i = 20; i < 30; ++i) assert.equal(await ask(first, i), 'miss');
    assert.ok(performance.now() - start < 1500, `gone: ${performance.now() - start} ms for ten`);
  });
  tierTest('redis', startRedis, (port) => `[cache.redis]\nport = ${port}\n`);
  tierTest('s3', startS3, (port) => `[cache.s3]\nendpoint = "http://127.0.0.1:${port}"\nbucket = "answers"\naccess_key = "env:S3_ACCESS"\nsecret_key = "env:S3_SECRET"\n`);
});

const sha256 = (text) => execFileSync('sha256sum', {input: text}).toString().slice(0, 64);

describe('nodes', () => {
  test('behind a dead node, a llama-server and a second heddle serve answer', async () => {
    const llama = await startLlama();
    const second = await serve();
    const dead = await freePort();
    const server = await serve(`
[[node]]
name = "dead"
backend = "openai:127.0.0.1:${dead}"
model = "x"
[[node]]
name = "llama"
backend = "openai:127.0.0.1:${llama.port}"
model = "tiny"
served = "by-llama"
[[node]]
name = "heddle"
backend = "anthropic:127.0.0.1:${second.port}"
model = "tiny"
served = "by-heddle"
[tiers]
fast = ["dead", "llama", "heddle"]
[[route]]
tier = "fast"
`);
    const ask = async (model, more = {}) => await server.post('/v1/chat/completions', {model, messages: question, max_tokens: 5, ...more});
    for (const model of ['fast', 'auto']) assert.equal((await ask(model)).headers.get('x-heddle-node'), 'llama');
    await ask('fast');
    const states = async () => Object.fromEntries((await (await server.get('/heddle/nodes')).json()).map((node) => [node.name, node]));
    assert.equal((await states()).dead.broken, true);  // left alone after three failures
    assert.equal((await ask('by-heddle')).headers.get('x-heddle-node'), 'heddle');
    const json = await (await ask('by-llama', {max_tokens: 200, seed: 1, response_format: {type: 'json_schema', json_schema: {name: 'o', schema: order}}})).json();
    assert.ok(JSON.parse(json.choices[0].message.content).count);
    // What a backend cannot hold itself is asked for again until it is right, or refused.
    const regex = await ask('by-llama', {constraint: {notation: 'regex', text: 'never this 7'}});
    assert.ok([400, 500, 200].includes(regex.status));
    if (regex.status === 200) assert.equal((await regex.json()).choices[0].message.content, 'never this 7');
    llama.child.kill('SIGKILL');
    await sleep(100);
    assert.equal((await ask('fast')).headers.get('x-heddle-node'), 'heddle');
    assert.equal((await ask('by-llama')).status, 503);
  });

  test('a call that is late goes to a second node as well, and the first to begin wins', async () => {
    const [a, b] = [await slowServer(0, 'from a'), await slowServer(60, 'from b')];
    const node = (name, port) => `[[node]]\nname = "${name}"\nbackend = "openai:127.0.0.1:${port}"\nmodel = "m"\n`;
    const server = await serve(`[queue]\nhedge = true\n${node('a', a.port)}${node('b', b.port)}`);
    const ask = async (i) => (await (await server.post('/v1/chat/completions', {model: 'm', messages: [{role: 'user', content: `${i}`}]})).json()).choices[0].message.content;
    for (let i = 0; i < 25; ++i) assert.equal(await ask(i), 'from a');
    a.seen.ms = 5000;
    const start = performance.now();
    assert.equal(await ask('late'), 'from b');
    assert.ok(performance.now() - start < 2000);
    await until('the loser is stopped', () => a.seen.aborted === 1);
  });

  test('a node that is drained gets no calls, one that comes back is found, and models are loaded ahead', async () => {
    const [a, b] = [await slowServer(0, 'from a'), await slowServer(0, 'from b')];
    const node = (name, port) => `[[node]]\nname = "${name}"\nbackend = "openai:127.0.0.1:${port}"\nmodel = "m"\n`;
    const server = await serve(`${node('a', a.port)}${node('b', b.port)}[tiers]\nfast = ["a", "b"]\n[[node]]\nmodel = "tiny"\nthreads = 1\nkeep_alive = "1m"\n[prewarm]\nmodels = ["tiny"]\nsystem = "be brief"\n`);
    const ask = async (i) => (await (await server.post('/v1/chat/completions', {model: 'fast', messages: [{role: 'user', content: `${i}`}]})).json()).choices[0].message.content;
    assert.equal(await ask(1), 'from a');
    assert.equal((await server.post('/heddle/drain/a', '')).status, 200);
    assert.equal(await ask(2), 'from b');
    assert.equal((await server.post('/heddle/drain/b', '')).status, 200);
    assert.equal((await server.post('/v1/chat/completions', {model: 'fast', messages: question})).status, 503);
    assert.equal((await server.post('/heddle/drain/a?back', '')).status, 200);
    assert.equal((await server.post('/heddle/drain/x', '')).status, 404);
    assert.equal(await ask(3), 'from a');
    a.server.close(), a.server.closeAllConnections();
    await server.post('/heddle/drain/b?back', '');
    for (let i = 4; i < 8; ++i) assert.equal(await ask(i), 'from b');
    const broken = async () => (await (await server.get('/heddle/nodes')).json())[0].broken;
    assert.equal(await broken(), true);
    a.server.listen(a.port, '127.0.0.1');
    await until('it is found', async () => !await broken(), 9000);
    assert.equal(await ask(9), 'from a');
    await until('the model is loaded', async () => (await (await server.get('/api/ps')).json()).models.length === 1);
    assert.equal(await server.metric('heddle_node_calls_total{node="tiny",outcome="prewarmed"}'), 1);
  });

  test('a runner that listens for other machines is a node', async () => {
    const port = await freePort();
    writeFileSync(`${work}/runner.key`, 'open-sesame-and-more\n', {mode: 0o600});
    const start = () => spawnChild(runner, ['--model', tiny, '--listen', `127.0.0.1:${port}`, '--key-file', `${work}/runner.key`, '--threads', '1']);
    const child = start();
    const config = (key) => `[[node]]\nbackend = "runner:127.0.0.1:${port}"\nmodel = "far"\nkey = "${key}"\n`;
    const server = await serve(config(`file:${work}/runner.key`));
    const ask = (more) => server.post('/v1/chat/completions', {model: 'far', messages: question, ...more});
    await until('it answers', async () => (await ask({max_tokens: 3})).status === 200);
    const json = await (await ask({response_format: {type: 'json_schema', json_schema: {name: 'o', schema: order}}})).json();
    assert.ok(JSON.parse(json.choices[0].message.content).count);
    writeFileSync(`${work}/wrong.key`, 'open-barley-and-more\n', {mode: 0o600});
    const locked = await serve(config(`file:${work}/wrong.key`));
    const refused = await locked.post('/v1/chat/completions', {model: 'far', messages: question});
    assert.equal(refused.status, 503);
    assert.match((await refused.json()).error.message, /does not take this key/);
    child.kill('SIGKILL');
    await until('it is gone', async () => (await ask({max_tokens: 3})).status === 503);
    start();
    await until('it is back', async () => (await ask({max_tokens: 3})).status === 200);
  });

  test('a batch on a disk that is full goes on when there is room', async () => {
    const slow = await slowServer(0);
    const server = await serve(`[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
    writeFileSync(`${work}/full.jsonl`, Array.from({length: 20}, (_, i) => JSON.stringify({custom_id: `${i}`, model: 'm', messages: question})).join('\n'));
    const words = `batch ${work}/full.jsonl ${work}/full-out.jsonl --url ${server.url} --concurrency 1`;
    const start = (program, list) => new Promise((resolve) => execFile(program, list, {env, timeout: 20000}, (error, out, err) => resolve({failed: error !== null, err})));
    assert.equal((await start('bash', ['-c', `ulimit -f 2; exec ${heddle} ${words}`])).failed, true);
    const whole = await start(heddle, words.split(' '));
    assert.equal(whole.failed, false, whole.err);
    const ids = readFileSync(`${work}/full-out.jsonl`, 'utf8').trim().split('\n').map((line) => JSON.parse(line).custom_id);
    assert.deepEqual(ids.sort((a, b) => a - b), Array.from({length: 20}, (_, i) => `${i}`));
  });

  test('auto never leaves this machine unless a node was meant for that', async () => {
    const config = (automatic) => `[[node]]\nname = "far"\nbackend = "openai:http://192.0.2.1:9"\nmodel = "x"\nconnect = "1s"\n${automatic ? 'automatic = true' : ''}\n`;
    const closed = await serve(config(false));
    const refused = await closed.post('/v1/chat/completions', {messages: question});
    assert.equal(refused.status, 404);
    assert.match(closed.log(), /only when asked for by name/);
  });

  test('a runner that is killed in the middle ends its stream with an error, and the next call has a new one', async () => {
    const server = await serve();
    const reply = await server.post('/v1/chat/completions', {messages: question, stream: true, max_tokens: 100000});
    let text = '';
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    text += (await reader.read()).value;
    execFileSync('pkill', ['-KILL', '-f', `heddle-runner.*${work}`]);
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    assert.match(text, /"error"/);
    assert.doesNotMatch(text, /\[DONE\]/);
    assert.equal((await server.post('/v1/chat/completions', {messages: question, max_tokens: 2})).status, 200);
  });
});

describe('what is told to others', () => {
  const tools = process.env.PROMETHEUS;

  test('a real Prometheus scrapes it, and promtool finds nothing wrong', async () => {
    const server = await serve('[slo.auto]\np50 = "30s"\np99 = "2m"\n');
    await (await server.post('/v1/chat/completions', {messages: question, max_tokens: 3})).text();
    const text = await (await server.get('/metrics')).text();
    const lint = spawnSync(`${tools}/promtool`, ['check', 'metrics'], {input: text});
    assert.equal(lint.status, 0, `${lint.stdout}${lint.stderr}`);
    const port = await freePort();
    const config = readFileSync('examples/serve/prometheus.yml', 'utf8').replace('127.0.0.1:8417', `127.0.0.1:${server.port}`).replace('5s', '1s');
    writeFileSync(`${work}/prometheus.yml`, config);
    spawnChild(`${tools}/prometheus`, [`--config.file=${work}/prometheus.yml`, `--storage.tsdb.path=${work}/tsdb`, `--web.listen-address=127.0.0.1:${port}`]);
    const ask = (text) => fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`).then((reply) => reply.json()).catch(() => ({}));
    const query = async (text) => (await ask(text)).data?.result ?? [];
    await until('it was scraped', async () => (await query('heddle_requests_total{dialect="openai.chat"}')).length === 1);
    assert.equal((await query('up{job="heddle"}'))[0].value[1], '1');
    assert.equal((await query('heddle_objective_seconds{tier="auto",objective="p99"}'))[0].value[1], '120');
    // Every question of the Grafana dashboard is one that Prometheus understands.
    const dashboard = JSON.parse(readFileSync('examples/serve/grafana.json', 'utf8'));
    for (const {expr} of dashboard.panels.flatMap((panel) => panel.targets)) {
      const reply = await ask(expr);
      assert.equal(reply.status, 'success', `${expr}: ${reply.error}`);
      for (const name of expr.match(/heddle_[a-z_]+/g)) assert.ok(text.includes(name.replace(/_bucket$/, '')) || /cache|status/.test(expr), name);
    }
  });

  test('every call has a row in a file of this machine, where that is wanted; kill -9 loses a second at most', async () => {
    const file = `${work}/calls.db`;
    const config = `[telemetry]\nfile = "${file}"\n`;
    const server = await serve(config);
    const written = [];  // random weights may end a text before its limit
    for (let i = 0; i < 3; ++i) written.push((await (await server.post('/v1/chat/completions', {messages: question, max_tokens: 3})).json()).usage.completion_tokens);
    await until('they are written', async () => await server.metric('heddle_telemetry_calls_total{where="file",outcome="sent"}') === 3);
    server.child.kill('SIGKILL');
    const again = await serve(config);
    written.push((await (await again.post('/v1/messages', {messages: question, max_tokens: 3})).json()).usage.output_tokens);
    assert.equal(await again.stop(), 0);  // what waits is written before it ends
    const rows = execFileSync('sqlite3', [file, 'select dialect, status, completion_tokens from calls order by began_ms']).toString();
    assert.equal(rows, written.map((count, i) => `${i < 3 ? 'openai.chat' : 'anthropic'}|200|${count}\n`).join(''));
    assert.ok(!readFileSync(file).includes('an order please'));
  });

  test('a collector of OpenTelemetry gets every call with its spans; one that is down costs nothing', async () => {
    const traces = [];
    const collector = http.createServer((request, response) => {
      let body = '';
      request.on('data', (data) => body += data).on('end', () => (traces.push([request.url, JSON.parse(body)]), response.end('{}')));
    });
    await new Promise((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const server = await serve(`[telemetry]\notlp = "http://127.0.0.1:${collector.address().port}/v1/traces"\n`);
    for (let i = 0; i < 3; ++i) await (await server.post('/v1/chat/completions', {messages: question, max_tokens: 3})).text();
    await until('three traces', () => traces.flatMap(([, body]) => body.resourceSpans[0].scopeSpans[0].spans).filter((span) => span.name === 'openai.chat').length === 3);
    assert.equal(traces[0][0], '/v1/traces');
    const spans = traces.flatMap(([, body]) => body.resourceSpans[0].scopeSpans[0].spans);
    const root = spans.find((span) => span.name === 'openai.chat');
    assert.deepEqual(spans.filter((span) => span.parentSpanId === root.spanId).map((span) => span.name), ['queue', 'first_token', 'node_queue', 'prefill', 'decode']);
    assert.ok(Math.abs(Number(BigInt(root.startTimeUnixNano) / 1000000n) - Date.now()) < 60000);
    collector.closeAllConnections(), collector.close();
    assert.equal((await server.post('/v1/chat/completions', {messages: question, max_tokens: 3})).status, 200);
    await until('it is counted', async () => await server.metric('heddle_telemetry_calls_total{where="collector",outcome="dropped"}') === 1);
    const trace = await (await server.get('/heddle/trace')).json();
    assert.ok(trace.traceEvents.length >= 12 && trace.traceEvents.every((event) => event.ph === 'X' && event.dur >= 0));
  });
});

describe('heddle batch and heddle top', () => {
  const run = (words, more = {}) => new Promise((resolve) => {
    const child = execFile(heddle, words, {env, timeout: 30000, ...more}, (error, out, err) => resolve({code: error ? error.code ?? error.signal : 0, out, err}));
    more.child?.(child);
  });

  test('a batch that is killed goes on where it was, and asks nothing twice', async () => {
    const slow = await slowServer(30);
    const server = await serve(`[cache]\nmemory_mb = 0\n[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
    const [input, output] = [`${work}/in.jsonl`, `${work}/out.jsonl`];
    const lines = Array.from({length: 60}, (_, i) => JSON.stringify(i % 2 ? {custom_id: `q${i}`, method: 'POST', url: '/v1/chat/completions', body: {model: 'm', messages: question}} : {custom_id: `q${i}`, model: 'm', messages: question}));
    writeFileSync(input, lines.join('\n'));
    const first = run(['batch', input, output, '--url', server.url, '--concurrency', '3'], {child: (child) => until('some are answered', () => slow.seen.requests > 20).then(() => child.kill('SIGKILL'))});
    assert.equal((await first).code, 'SIGKILL');
    await sleep(100);
    const before = readFileSync(`${output}.part`, 'utf8').split('\n').length - 1;
    assert.ok(before > 10 && before < 60, `${before}`);
    appendFileSync(`${output}.part`, '{"custom_id":"q1","resp');  // as a crash may leave it
    const seen = slow.seen.requests;
    const second = await run(['batch', input, output, '--url', server.url, '--concurrency', '3']);
    assert.equal(second.code, 0, second.err);
    assert.match(second.err, new RegExp(`${before} of 60 are answered`));
    assert.equal(slow.seen.requests - seen, 60 - before);
    const answers = readFileSync(output, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(answers.map((answer) => answer.custom_id).sort(), Array.from({length: 60}, (_, i) => `q${i}`).sort());
    assert.ok(answers.every((answer) => answer.response.body.choices[0].message.content === 'slow but sure'));
    assert.equal((await run(['batch', input, output, '--url', server.url])).code, 2);  // whole already
  });

  test('a batch tells what failed, and lines that are wrong before it begins', async () => {
    const server = await serve();
    const input = `${work}/bad.jsonl`;
    writeFileSync(input, `${JSON.stringify({custom_id: 'a', model: 'nobody', messages: question})}\n${JSON.stringify({custom_id: 'b', model: 'tiny', max_tokens: 2, messages: question})}\n`);
    const done = await run(['batch', input, `${work}/bad-out.jsonl`, '--url', server.url]);
    assert.equal(done.code, 1);
    const answers = Object.fromEntries(readFileSync(`${work}/bad-out.jsonl`, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).map((answer) => [answer.custom_id, answer]));
    assert.equal(answers.a.response.status_code, 404);
    assert.ok(answers.a.error.message);
    assert.equal(answers.b.error, null);
    writeFileSync(input, '{"messages":[]}\n{\n');
    assert.match((await run(['batch', input, `${work}/x.jsonl`, '--url', server.url])).err, /line 2: not a JSON object/);
    writeFileSync(input, '{"custom_id":"a"}\n{"custom_id":"a"}\n');
    assert.match((await run(['batch', input, `${work}/x.jsonl`, '--url', server.url])).err, /'a' is there twice/);
  });

  test('top shows the figures once, as text and as JSON', async () => {
    const server = await serve();
    await (await server.post('/v1/chat/completions', {model: 'tiny', messages: question, max_tokens: 2})).text();
    const text = await run(['top', '--once', '--url', server.url]);
    assert.equal(text.code, 0, text.err);
    assert.match(text.out, /tiny .*well/);
    assert.match(text.out, /openai.chat .*ok .*200/);
    assert.equal(JSON.parse((await run(['top', '--once', '--json', '--url', server.url])).out).nodes[0].done, 1);
    assert.equal((await run(['top', '--once', '--url', `http://127.0.0.1:${await freePort()}`])).code, 6);
  });
});

describe('the gate', () => {
  const raw = (port, headers, path = '/v1/models') => new Promise((resolve, reject) => http.get({port, host: '127.0.0.1', path, headers}, (reply) => resolve(reply.resume())).on('error', reject));

  test('other hosts and pages of other origins are refused', async () => {
    const server = await serve('hosts = ["models.example"]\norigins = ["https://app.example"]\n');
    const status = async (headers) => (await raw(server.port, headers)).statusCode;
    assert.equal(await status({}), 200);
    assert.equal(await status({host: `localhost:${server.port}`}), 200);
    assert.equal(await status({host: 'models.example'}), 200);
    assert.equal(await status({host: 'evil.example'}), 403);
    assert.equal(await status({host: '127.0.0.1.evil.example'}), 403);
    assert.equal(await status({origin: 'https://evil.example'}), 403);
    assert.equal(await status({origin: 'null'}), 403);
    assert.equal(await status({origin: `http://localhost:9`}), 403);
    assert.equal(await status({origin: `http://127.0.0.1:${server.port}`}), 200);
    const allowed = await raw(server.port, {origin: 'https://app.example'});
    assert.equal(allowed.headers['access-control-allow-origin'], 'https://app.example');
    assert.equal((await raw(server.port, {})).headers['access-control-allow-origin'], undefined);
  });

  test('keys are needed where they are set, and hold to their limit', async () => {
    const server = await serve(`[[client]]\nname = "ci"\nsha256 = "${sha256('secret')}"\nper_minute = 3\n`);
    const status = async (headers, path) => (await raw(server.port, headers, path)).statusCode;
    assert.equal(await status({}), 401);
    assert.equal(await status({authorization: 'Bearer wrong'}), 401);
    assert.equal(await status({}, '/health'), 200);
    for (let i = 0; i < 9; ++i) assert.equal(await status({authorization: 'Bearer secret'}), 200);  // looking is no call
    const call = () => server.post('/v1/chat/completions', {messages: question, max_tokens: 1}, {'x-api-key': 'secret'});
    for (let i = 0; i < 3; ++i) assert.equal((await call()).status, 200);
    const refused = await call();
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 1);
    const open = spawnSync(heddle, ['serve', '--listen', '0.0.0.0:0'], {env});
    assert.equal(open.status, 2);
    assert.match(`${open.stderr}`, /a key is needed/);
  });

  test('heddle serve key prints a key that its own table takes', async () => {
    const printed = execFileSync(heddle, ['serve', 'key', 'laptop'], {env}).toString();
    const key = printed.match(/key: (\S+)/)[1];
    const server = await serve(printed.slice(printed.indexOf('[[client]]')));
    assert.equal((await server.get('/v1/models', {authorization: `Bearer ${key}`})).status, 200);
    assert.equal((await server.get('/v1/models')).status, 401);
  });

  test('a configuration that is wrong is told with its place', () => {
    const check = (text) => {
      const file = `${work}/wrong.toml`;
      execFileSync('tee', [file], {input: text});
      return `${spawnSync(heddle, ['serve', 'check', '--config', file], {env}).stderr}`;
    };
    assert.match(check('listen = 3\n'), /listen: expected a string/);
    assert.match(check('lisen = "x"\n'), /lisen: there is no such setting/);
    assert.match(check('[[node]]\nmodel = "nobody"\n'), /nobody/);
    assert.match(check('[tiers]\nfast = ["x"]\n'), /there is no node 'x'/);
    assert.match(check('[[node]\n'), /wrong.toml:1/);
  });
});

describe('under faults', () => {
  test('SIGTERM lets answers end, and takes no new ones', async () => {
    const slow = await slowServer(600);
    const server = await serve(`[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
    const under = server.post('/v1/chat/completions', {model: 'm', messages: question});
    await until('it is sent', () => slow.seen.requests === 1);
    const ended = server.stop();
    await sleep(100);
    await assert.rejects(server.get('/health'));
    assert.equal((await (await under).json()).choices[0].message.content, 'slow but sure');
    assert.equal(await ended, 0);
  });

  test('200 streams and 1,000 idle connections at once', async () => {
    const slow = await slowServer(200);
    const server = await serve(`[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
    const idle = await Promise.all(Array.from({length: 1000}, () => new Promise((resolve, reject) => {
      const socket = net.connect(server.port, '127.0.0.1', () => resolve(socket)).on('error', reject);
    })));
    const replies = await Promise.all(Array.from({length: 200}, async (_, i) => (await server.post('/v1/chat/completions', {model: 'm', stream: true, messages: [{role: 'user', content: `${i}`}]})).text()));
    for (const text of replies) assert.match(text, /sure[^]*\[DONE\]/);
    assert.ok(await server.metric('heddle_connections') >= 1000);
    idle.forEach((socket) => socket.destroy());
    await until('the idle ones are gone', async () => await server.metric('heddle_connections') < 300);
  });

  test('bodies that are wrong get an answer of the wire they came by', async () => {
    const server = await serve();
    for (const [path, shape] of [['/v1/chat/completions', (e) => e.error.message], ['/v1/messages', (e) => e.type === 'error' && e.error.message], ['/api/chat', (e) => typeof e.error === 'string']]) {
      for (const body of ['', '{', '[]', '"x"', '{"model":5}', '{"messages":3}', '{"model":"tiny","messages":[{"role":"king"}]}', '[['.repeat(5000), `{"messages":"${'x'.repeat(300000)}"}`]) {
        const reply = await server.post(path, body);
        assert.equal(reply.status, 400, `${path} ${body.slice(0, 40)}`);
        assert.ok(shape(await reply.json()), `${path} ${body.slice(0, 40)}`);
      }
      assert.equal((await server.get(path)).status, 405);
    }
    assert.equal((await server.get('/nothing')).status, 404);
    assert.equal((await server.post('/v1/chat/completions', 'x'.repeat(33 << 20)).catch(() => ({status: 413}))).status, 413);
  });
});
