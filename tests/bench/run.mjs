// heddle bench as people use it: the real program, real cells, a model that answers from a script over real HTTP.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { scripted } from "./scripted.mjs";

const heddle = process.env.HEDDLE, root = path.resolve(new URL("../..", import.meta.url).pathname);
const example = path.join(root, "examples/bench/tasks.jsonl");
const suites = [process.env.HEDDLE_SUITES, path.join(root, "../shared/data/suites")].find((each) => each && fs.existsSync(each));
const tasks = fs.readFileSync(example, "utf8").trim().split("\n").map((line) => JSON.parse(line));
let folder;
before(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), "heddle-bench-test-")); });
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const env = (more = {}) => ({ PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: path.join(folder, "cache"), XDG_DATA_HOME: path.join(folder, "data"), XDG_CONFIG_HOME: path.join(folder, "config"), ...more });
const bench = (words, more = {}) => new Promise((done) => {
  execFile(heddle, ["bench", ...words], { env: env(more), maxBuffer: 64 << 20 }, (error, out, err) => done({ code: error?.code ?? 0, signal: error?.signal, out, err }));
});
const records = (run) => fs.readFileSync(path.join(run, "answers.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
const taskOf = (request) => tasks.find((task) => request.messages[0].content.includes(task.prompt.trim().slice(0, 60)));
const right = (request) => { const task = taskOf(request); return `Here it is:\n\`\`\`${task.language}\n${task.reference}\`\`\`\n`; };
const wrong = (request) => { const task = taskOf(request); return `\`\`\`${task.language}\n${{ python: `def ${task.entry_point}(*words): return -1`, javascript: `function ${task.entry_point}() { return -1; }`, bash: `${task.entry_point}() { echo -1; }` }[task.language]}\n\`\`\``; };
const file = (name, rows) => { const out = path.join(folder, name); fs.writeFileSync(out, rows.map((row) => typeof row === "string" ? row : JSON.stringify(row)).join("\n") + "\n"); return out; };
const sums = (count, more = {}) => Array.from({ length: count }, (_, i) => ({ id: `sum/${i}`, prompt: `Write add, number ${i}.`, entry_point: "add", tests: [{ input: [1, i], output: 1 + i }], reference: "def add(a, b): return a + b", ...more }));
const sum = "```python\ndef add(a, b): return a + b\n```";

describe("references", () => {
  it("of the example suite pass in the sandbox", async () => {
    const { code, out } = await bench(["check", "--file", example, "--json"]);
    const report = JSON.parse(out);
    assert.equal(code, 0);
    assert.equal(report.passed, 10);
    assert.deepEqual(report.failed, []);
    assert.match(report.sandbox, /namespaces, seccomp/);
    assert.ok(report.seconds > 0);
  });
  it("that fail are named, and the code says so", async () => {
    const suite = file("bad_reference.jsonl", [{ ...sums(2)[1], id: "sum/0", reference: "def add(a, b): return a - b" }, sums(2)[1]]);
    const { code, out } = await bench(["check", "--file", suite, "--json"]);
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(out).failed.map(({ task, kind }) => [task, kind]), [["sum/0", "wrong answer"]]);
  });
  it("that fail are left out of a run, and counted nowhere", async () => {
    const model = await scripted(() => sum);
    const suite = file("one_bad.jsonl", [{ ...sums(2)[1], id: "sum/0", reference: "def add(a, b): return a - b" }, sums(2)[1]]);
    const { code, out, err } = await bench(["run", "--file", suite, "--backend", model.backend, "--out", path.join(folder, "one-bad"), "--json"]);
    await model.close();
    assert.equal(code, 0);
    assert.match(err, /sum\/0 is left out: its reference fails here \(wrong answer/);
    assert.equal(JSON.parse(out).modes[0].pass.total, 1);
    assert.match(JSON.parse(out).left_out["sum/0"], /its reference fails here/);
    assert.match((await bench(["report", path.join(folder, "one-bad")])).out, /- left out: sum\/0: its reference fails/);
  });
  it("of every language that is here pass, others are skipped with a reason", async () => {
    const { out } = await bench(["check", "--file", path.join(root, "tests/bench/languages.jsonl"), "--json"]);
    const report = JSON.parse(out);
    assert.deepEqual(report.failed, []);
    assert.ok(report.passed >= 3, out);  // node, bash and g++ are here, or this could not run
    for (const { why } of report.skipped) assert.match(why, /not installed|cannot be run|outside/);
  });
});

describe("a run", () => {
  it("passes what is right in all languages, and says why the rest fails", async () => {
    const model = await scripted((request) => taskOf(request).id.endsWith("median") ? wrong(request) : right(request));
    const run = path.join(folder, "example");
    const { code, out } = await bench(["run", "--file", example, "--backend", model.backend, "--out", run, "--json"]);
    await model.close();
    assert.equal(code, 0);
    const mode = JSON.parse(out).modes[0];
    assert.deepEqual(mode.pass.passed, 9);
    assert.deepEqual(mode.kinds, { passed: 9, "wrong answer": 1 });
    assert.deepEqual(mode.by_difficulty, { easy: { passed: 6, total: 7 }, medium: { passed: 3, total: 3 } });
    const failed = records(run).find((record) => record.verdict.kind !== "passed");
    assert.equal(failed.verdict.test, 1);
    assert.equal(failed.verdict.of, 4);
    assert.equal(failed.verdict.input, "[3, 1, 2]");
    assert.deepEqual([failed.verdict.got, failed.verdict.expected], ["-1", "2"]);
    assert.equal(failed.tokens.prompt, 100);
    assert.equal(failed.finish, "stop");
  });
  it("asks several at a time: 12 answers of 0.3 s by four take at most 1.2 s", async () => {
    const model = await scripted(() => sum, { delay: 300 });
    const run = path.join(folder, "overlap");
    const { err } = await bench(["run", "--file", file("twelve.jsonl", sums(12)), "--backend", model.backend, "--out", run, "--concurrency", "4"]);
    await model.close();
    assert.equal(model.seen.peak, 4);
    assert.match(err, /at most 4 calls at a time/);
    assert.match((await bench(["report", run])).out, /wall-clock: [\d.]+ s; calls at a time: at most 4; energy of the processor: (not measured|\d+ J)/);
    const spans = records(run).map((record) => record.generate);
    const wall = Math.max(...spans.map(([, end]) => end)) - Math.min(...spans.map(([start]) => start));
    assert.ok(wall <= 1_200_000, `${wall} us`);
  });
  it("gives results in the same order whatever its concurrency", async () => {
    const model = await scripted((request, number) => ({ text: sum, delay: (number * 7919) % 40 }));
    const suite = file("order.jsonl", sums(16)), reports = [];
    for (const concurrency of ["1", "8"]) {
      const { out } = await bench(["run", "--file", suite, "--backend", model.backend, "--out", path.join(folder, `order-${concurrency}`), "--concurrency", concurrency, "--json"]);
      reports.push(JSON.parse(out).modes[0].tasks);
    }
    await model.close();
    assert.deepEqual(reports[0], reports[1]);
  });
  it("tells a model no more of hidden tests than its feedback allows", async () => {
    const secret = [{ id: "t", prompt: "Write f.", entry_point: "f", tests: [{ input: ["hidden-input"], output: "hidden-output" }], reference: "def f(x): return 'hidden-output'" }];
    const suite = file("secret.jsonl", secret);
    const answers = { wrong: "```python\ndef f(x): return 'other'\n```", raises: "```python\ndef f(x): raise KeyError(x)\n```" };
    for (const [name, answer] of Object.entries(answers)) {
      for (const feedback of ["none", "pass", "error", "full"]) {
        const model = await scripted(() => answer);
        await bench(["run", "--file", suite, "--backend", model.backend, "--out", path.join(folder, `secret-${name}-${feedback}`), "--mode", `iterative attempts=2 feedback=${feedback}`]);
        await model.close();
        const told = model.seen.requests[1].messages.at(-1).content;
        assert.equal(/hidden-(in|out)put/.test(told), feedback === "full", told);
        assert.equal(/It fails/.test(told), feedback !== "none", told);
        assert.equal(/wrong answer|exception/.test(told), feedback === "error" || feedback === "full", told);
      }
    }
  });
  it("counts samples without bias", async () => {
    const model = await scripted((request) => request.seed % 2 === 0 ? sum : "```python\ndef add(a, b): return 0\n```");
    const { out } = await bench(["run", "--file", file("samples.jsonl", sums(3)), "--backend", model.backend, "--out", path.join(folder, "samples"), "--mode", "samples n=10", "--seed", "1", "--json"]);
    await model.close();
    const mode = JSON.parse(out).modes[0];
    assert.deepEqual(mode.pass_at.map(({ k, value }) => [k, Number(value.toFixed(6))]), [[1, 0.5], [2, Number((1 - (5 * 4) / (10 * 9)).toFixed(6))], [5, Number((1 - 1 / 252).toFixed(6))], [10, 1]]);
    assert.equal(model.seen.requests[0].temperature, 0.8);
  });
  it("lets another model specify and advise, and asks it once for each", async () => {
    const adviser = await scripted((request) => request.messages[0].content.includes("failed 1 times") ? "ADVICE: add them" : "SPEC: a sum");
    const model = await scripted((request) => request.messages.at(-1).content.includes("ADVICE") ? sum : "```python\ndef add(a, b): return 0\n```");
    const run = path.join(folder, "advised");
    const words = ["run", "--file", file("advised.jsonl", sums(1)), "--backend", model.backend, "--adviser", "scripted", "--adviser-backend", adviser.backend, "--out", run, "--mode", "iterative attempts=3 advise=1 specify"];
    assert.equal((await bench(words)).code, 0);
    assert.equal((await bench(words)).code, 0);
    await model.close();
    await adviser.close();
    assert.equal(adviser.seen.calls, 2);
    assert.equal(model.seen.calls, 2);
    assert.match(model.seen.requests[0].messages[0].content, /SPEC: a sum/);
    assert.deepEqual(records(run).map(({ kind, verdict }) => kind === "answer" ? verdict.kind : kind), ["specification", "wrong answer", "advice", "passed"]);
  });
  it("stops where attempts bring nothing more", async () => {
    const model = await scripted(() => "```python\ndef add(a, b): return 0\n```");
    await bench(["run", "--file", file("plateau.jsonl", sums(1)), "--backend", model.backend, "--out", path.join(folder, "plateau"), "--mode", "iterative attempts=9 plateau=2"]);
    await model.close();
    assert.equal(model.seen.calls, 3);
  });
  it("compares modes in one run, and reports them in the order asked for, whatever ended first", async () => {
    const modes = ["zero-shot", "iterative attempts=2", "zero-shot temperature=0.5"];
    const model = await scripted((request, number) => ({ text: sum, delay: 60 - 10 * Math.min(number, 6) }));
    const { out } = await bench(["run", "--file", file("modes.jsonl", sums(2)), "--backend", model.backend, "--out", path.join(folder, "modes"), "--mode", modes.join(";"), "--concurrency", "6", "--json"]);
    await model.close();
    assert.equal(model.seen.peak, 6);
    assert.deepEqual(JSON.parse(out).modes.map(({ mode, pass }) => [mode, pass.passed]), modes.map((mode) => [mode, 2]));
    const compared = (await bench(["compare", path.join(folder, "modes"), "--json"])).out.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(compared.map(({ a, b, both, p }) => [a, b, both, p]), [[modes[0], modes[1], 2, 1], [modes[0], modes[2], 2, 1]]);
  });
  it("asks no more at a time than the server works on", async () => {
    const model = await scripted(() => sum, { delay: 60, slots: 2 });
    const suite = file("slots.jsonl", sums(6)), words = ["run", "--file", suite, "--backend", model.backend, "--out"];
    assert.match((await bench([...words, path.join(folder, "slots-8"), "--concurrency", "8"])).err, /2 calls at a time, as many as openai:.* works on/);
    assert.equal(model.seen.peak, 2);
    assert.match((await bench([...words, path.join(folder, "slots")])).err, /at most 2 calls at a time/);
    await model.close();
  });
  it("keeps to the rate of calls of each server, and waits as long as a server asks", async () => {
    const starts = [], advised = [];
    const model = await scripted((request, number) => { starts.push(Date.now()); return number === 0 ? { status: 429, text: "", headers: { "Retry-After": "1" } } : "```python\ndef add(a, b): return 0\n```"; });
    const adviser = await scripted(() => { advised.push(Date.now()); return "think"; });
    const { code } = await bench(["run", "--file", file("rate.jsonl", sums(3)), "--backend", model.backend, "--rate", "300", "--adviser", "scripted", "--adviser-backend", adviser.backend, "--adviser-rate", "120", "--out", path.join(folder, "rate"), "--mode", "iterative attempts=2 advise=1"]);
    await model.close();
    await adviser.close();
    assert.equal(code, 0);
    const gaps = (times) => times.slice(1).map((time, i) => time - times[i]);
    assert.equal(starts.length, 7);
    assert.ok(gaps(starts.slice(0, 3)).every((gap) => gap >= 150), String(starts));  // the fourth may meet the one that is asked again
    assert.ok(gaps(advised).every((gap) => gap >= 400), String(advised));
    const again = Math.min(...starts.slice(1).map((time) => Math.abs(time - starts[0] - 1000)));
    assert.ok(again < 400, String(starts.map((time) => time - starts[0])));
  });
  it("goes on in the middle of a chain of attempts", async () => {
    const model = await scripted(() => "```python\ndef add(a, b): return 0\n```", { delay: 150 });
    const run = path.join(folder, "chain"), words = ["run", "--file", file("chain.jsonl", sums(1)), "--backend", model.backend, "--out", run, "--mode", "iterative attempts=4"];
    const child = spawn(heddle, ["bench", ...words], { env: env(), stdio: "ignore" });
    while (model.seen.calls < 3) await sleep(5);
    child.kill("SIGKILL");
    assert.deepEqual(records(run).map(({ attempt }) => attempt), [0, 1]);
    assert.equal((await bench(words)).code, 0);
    await model.close();
    assert.equal(model.seen.calls, 5);  // the third was in flight
    assert.deepEqual(records(run).map(({ attempt }) => attempt), [0, 1, 2, 3]);
  });
  it("shows how far it is on a terminal, however small, and without colours", async () => {
    const model = await scripted(() => sum, { delay: 150 });
    const words = ["bench", "run", "--file", file("watched.jsonl", sums(12)), "--backend", model.backend, "--out", path.join(folder, "watched")];
    const seen = await new Promise((done) => execFile("script", ["-qec", `stty cols 60; exec ${[heddle, ...words].join(" ")}`, "/dev/null"], { env: env({ TERM: "xterm", NO_COLOR: "1" }) }, (error, out) => done(out)));
    await model.close();
    const lines = seen.split("\r").filter((line) => line.includes("watched.jsonl")).map((line) => line.replace("\u001b[K", ""));
    assert.ok(lines.some((line) => /watched.jsonl.* \d+ of 12 answers, [\d.]+\/s, \d+s left; \d+ passed/.test(line)), seen);
    assert.ok(lines.filter((line) => !line.includes("\n")).every((line) => line.length < 60), seen);
    assert.ok(!seen.includes("\u001b[3"), seen);
  });
  it("takes programs that passed before, when it is told to", async () => {
    const model = await scripted(() => sum);
    const suite = file("reuse.jsonl", sums(4)), first = path.join(folder, "reuse-1"), second = path.join(folder, "reuse-2");
    await bench(["run", "--file", suite, "--backend", model.backend, "--out", first, "--limit", "3"]);
    const { out } = await bench(["run", "--file", suite, "--backend", model.backend, "--out", second, "--reuse-passed", first, "--json"]);
    await model.close();
    assert.equal(model.seen.calls, 4);
    assert.equal(JSON.parse(out).modes[0].pass.passed, 4);
    assert.equal(records(second).filter(({ reused }) => reused).length, 3);
  });
  it("takes parts of a suite by name, number and shard", async () => {
    const model = await scripted(() => sum);
    const suite = file("parts.jsonl", sums(12));
    const ran = async (name, ...words) => { const run = path.join(folder, `parts-${name}`); await bench(["run", "--file", suite, "--backend", model.backend, "--out", run, ...words]); return records(run).map(({ task }) => Number(task.slice(4))).sort((a, b) => a - b); };
    assert.deepEqual(await ran("limit", "--limit", "2"), [0, 1]);
    assert.deepEqual(await ran("tasks", "--tasks", "sum/1*,sum/7"), [1, 7, 10, 11]);
    assert.deepEqual(await ran("listed", "--tasks", `@${file("hard.txt", ["sum/2", "sum/10", "sum/3"])}`), [2, 3, 10]);
    assert.deepEqual([...await ran("shard-1", "--shard", "1/2"), ...await ran("shard-2", "--shard", "2/2")].sort((a, b) => a - b), [...Array(12).keys()]);
    await model.close();
  });
});

describe("nothing is lost", () => {
  it("when it is killed fifty times", async () => {
    const model = await scripted(() => sum, { delay: 8 });
    const run = path.join(folder, "killed"), count = 500;
    const words = ["bench", "run", "--file", file("killed.jsonl", sums(count, { tests: "assert add(1, 2) == 3", reference: undefined })), "--backend", model.backend, "--out", run, "--concurrency", "4"];
    let kills = 0, lost = 0, seen = new Map();
    const answered = () => fs.existsSync(path.join(run, "answers.jsonl")) ? fs.readFileSync(path.join(run, "answers.jsonl"), "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line)) : [];
    for (let round = 0; kills < 50 && round < 400; ++round) {
      const child = spawn(heddle, words, { env: env(), stdio: "ignore" });
      const ended = new Promise((done) => child.on("exit", (code, signal) => done(signal)));
      const had = answered().length;
      for (let i = 0; i < 200 && answered().length <= had && child.exitCode === null; ++i) await sleep(5);  // at least one more is kept each time
      child.kill("SIGKILL");
      kills += (await ended) === "SIGKILL" ? 1 : 0;
      const now = new Map(answered().map((record) => [record.task, JSON.stringify(record)]));
      for (const [task, line] of seen) if (now.get(task) !== line) ++lost;
      seen = now;
      if (seen.size === count) break;
    }
    assert.equal(kills, 50);
    const { code, out } = await bench([...words.slice(1), "--json"]);
    await model.close();
    assert.equal(code, 0);
    assert.equal(lost, 0);
    assert.equal(JSON.parse(out).modes[0].pass.passed, count);
    assert.ok(model.seen.calls <= count + 4 * kills, `${model.seen.calls} calls for ${count} tasks and ${kills} kills`);
    assert.equal(records(run).length, count);
  });
  it("when the last line is torn", async () => {
    const model = await scripted(() => sum);
    const run = path.join(folder, "torn"), words = ["run", "--file", file("torn.jsonl", sums(5)), "--backend", model.backend, "--out", run];
    await bench(words);
    const log = path.join(run, "answers.jsonl"), whole = fs.readFileSync(log);
    fs.writeFileSync(log, whole.subarray(0, whole.length - 100));
    assert.equal((await bench(words)).code, 0);
    await model.close();
    assert.equal(model.seen.calls, 6);
    assert.equal(records(run).length, 5);
  });
  it("on Ctrl-C, and the same command goes on", async () => {
    const model = await scripted(() => sum, { delay: 60 });
    const run = path.join(folder, "stopped"), words = ["run", "--file", file("stopped.jsonl", sums(30)), "--backend", model.backend, "--out", run, "--concurrency", "2"];
    const child = spawn(heddle, ["bench", ...words], { env: env(), stdio: ["ignore", "ignore", "pipe"] });
    let err = "";
    child.stderr.on("data", (piece) => { err += piece; });
    while (model.seen.calls < 6) await sleep(10);
    child.kill("SIGINT");
    const code = await new Promise((done) => child.on("exit", done));
    assert.equal(code, 130, err);
    assert.match(err, /the same command goes on/);
    const before = records(run).length;
    assert.ok(before >= 2 && before < 30);
    assert.equal((await bench(words)).code, 0);
    await model.close();
    assert.equal(records(run).length, 30);
  });
  it("by two processes that write one run", async () => {
    let release;
    const held = new Promise((done) => { release = done; });
    const model = await scripted(() => held.then(() => sum));
    const words = ["run", "--file", file("two.jsonl", sums(2)), "--backend", model.backend, "--out", path.join(folder, "two")];
    const first = bench(words);
    while (model.seen.calls < 1) await sleep(10);
    const second = await bench(words);
    release();
    assert.equal(second.code, 3);
    assert.match(second.err, /another process writes to this run/);
    assert.equal((await first).code, 0);
    await model.close();
  });
  it("to a run with other settings", async () => {
    const model = await scripted(() => sum);
    const suite = file("settings.jsonl", sums(1)), words = ["run", "--file", suite, "--backend", model.backend, "--out", path.join(folder, "settings")];
    await bench(words);
    const other = await bench([...words, "--seed", "7"]);
    await model.close();
    assert.equal(other.code, 2);
    assert.match(other.err, /holds a run with other settings/);
  });
  it("of a model's failure: it is asked again, and never counted as a wrong answer", async () => {
    let good = false;
    const model = await scripted(() => good ? sum : { status: 400, text: "" });
    const run = path.join(folder, "failing"), words = ["run", "--file", file("failing.jsonl", sums(3)), "--backend", model.backend, "--out", run, "--json"];
    const failed = await bench(words);
    assert.equal(failed.code, 4);
    assert.equal(JSON.parse(failed.out).modes[0].not_measured, 3);
    assert.equal(JSON.parse(failed.out).modes[0].pass.total, 0);
    good = true;
    const again = await bench(words);
    await model.close();
    assert.equal(again.code, 0);
    assert.equal(JSON.parse(again.out).modes[0].pass.passed, 3);
  });
});

describe("what is stored", () => {
  it("is judged again without the model", async () => {
    const model = await scripted((request, number) => number % 2 === 0 ? sum : "```python\ndef add(a, b): return 0\n```");
    const run = path.join(folder, "judged");
    await bench(["run", "--file", file("judged.jsonl", sums(6)), "--backend", model.backend, "--out", run, "--concurrency", "1"]);
    await model.close();
    const log = path.join(run, "answers.jsonl"), before = records(run);
    fs.writeFileSync(log, before.map((record) => JSON.stringify({ ...record, verdict: { ...record.verdict, kind: "passed" } })).join("\n") + "\n");
    const { code, out, err } = await bench(["judge", run, "--json"]);
    assert.equal(code, 0);
    assert.match(err, /6 answers judged again, 3 verdicts changed/);
    assert.equal(JSON.parse(out).modes[0].pass.passed, 3);
  });
  it("is judged again where a module is installed that was missing, in a virtual environment", async () => {
    const model = await scripted(() => "```python\nimport adding\ndef add(a, b): return adding.add(a, b)\n```");
    const run = path.join(folder, "module"), venv = fs.mkdtempSync("/var/tmp/heddle-bench-venv-");
    fs.chmodSync(venv, 0o755);  // run by root, cells are nobody's
    const { out } = await bench(["run", "--file", file("module.jsonl", sums(2)), "--backend", model.backend, "--out", run]);
    await model.close();
    assert.match(out, /2 answers need modules that are not installed here and count as failed \(adding 2\)/);
    await new Promise((done, fail) => execFile("python3", ["-m", "venv", "--without-pip", venv], (error) => error ? fail(error) : done()));
    const [lib] = fs.readdirSync(path.join(venv, "lib"));
    fs.writeFileSync(path.join(venv, "lib", lib, "site-packages/adding.py"), "def add(a, b): return a + b\n");
    const again = await bench(["judge", run, "--python", path.join(venv, "bin/python3")]);
    fs.rmSync(venv, { recursive: true });
    assert.match(again.err, /2 answers judged again, 2 verdicts changed/);
    assert.match(again.out, /100\.0 %/);
  });
  it("is compared, with the flips by name and a test", async () => {
    const suite = file("compared.jsonl", sums(8)), runs = ["a", "b"].map((name) => path.join(folder, `compared-${name}`));
    for (const [i, run] of runs.entries()) {
      const model = await scripted((request) => { const n = Number(/number (\d+)/.exec(request.messages[0].content)[1]); return (i === 0 ? n < 2 : n !== 0) ? sum : "```python\ndef add(a, b): return None\n```"; });
      await bench(["run", "--file", suite, "--backend", model.backend, "--out", run]);
      await model.close();
    }
    const { out } = await bench(["compare", ...runs, "--json"]);
    const comparison = JSON.parse(out);
    assert.deepEqual(comparison.only_a, ["sum/0"]);
    assert.deepEqual(comparison.only_b, [2, 3, 4, 5, 6, 7].map((n) => `sum/${n}`));
    assert.ok(Math.abs(comparison.p - 2 * (1 + 7) / 128) < 1e-9);  // the exact test of 1 against 6
    assert.equal(comparison.difference, 5 / 8);
    assert.match((await bench(["compare", ...runs])).out, /may be chance/);
    for (const words of [["compare"], ["report", "--format", "html"]]) {
      const { code, err } = await bench([...words, runs[0], path.join(folder, "example")]);
      assert.deepEqual([code, /different suites/.test(err)], [2, true]);
    }
  });
  it("is priced by a dated file, with cached tokens counted once", async () => {
    const model = await scripted(() => sum);
    const run = path.join(folder, "priced"), config = path.join(folder, "priced-config");
    await bench(["run", "--file", file("priced.jsonl", sums(10)), "--backend", model.backend, "--out", run]);
    await model.close();
    fs.mkdirSync(path.join(config, "heddle"), { recursive: true });
    fs.writeFileSync(path.join(config, "heddle/prices.json"), JSON.stringify({ as_of: "2026-01-31", currency: "EUR", models: [{ model: "script*", input: 10, cached: 1, output: 100 }] }));
    const { out } = await bench(["show", run, "--json"], { XDG_CONFIG_HOME: config });
    const { cost } = JSON.parse(out).modes[0];
    assert.ok(Math.abs(cost.amount - 10 * (60 * 10 + 40 * 1 + 20 * 100) / 1e6) < 1e-12, JSON.stringify(cost));
    assert.deepEqual([cost.currency, cost.prices_of], ["EUR", "2026-01-31"]);
    assert.equal(JSON.parse((await bench(["show", run, "--json"])).out).modes[0].cost.known, false);
    const short = await scripted(() => ({ text: sum, usage: { prompt_tokens: 100, completion_tokens: 5, total_tokens: 105 } })), other = path.join(folder, "priced-short");
    await bench(["run", "--file", path.join(folder, "priced.jsonl"), "--backend", short.backend, "--out", other]);
    await short.close();
    assert.match((await bench(["compare", run, other], { XDG_CONFIG_HOME: config })).out, /cost: 0\.0264 and 0\.0150 EUR, the second 43\.2 % less/);
    assert.match((await bench(["compare", run, other])).out, /cost: not known of both/);
  });
  it("has spans that never overlap on one worker, and cover what was done", async () => {
    const trace = path.join(folder, "spans.trace.json"), spans = path.join(folder, "spans.json"), csv = path.join(folder, "spans.csv");
    const run = path.join(folder, "overlap");
    for (const out of [trace, spans, csv]) assert.equal((await bench(["report", run, "--format", "csv", "--timing-export", out])).code, 0);
    const timing = JSON.parse(fs.readFileSync(spans));
    assert.equal(timing.workers, 4);
    for (let worker = 0; worker < 4; ++worker) {
      const mine = timing.spans.filter((span) => span.worker === worker && span.parent < 0).sort((a, b) => a.start_us - b.start_us);
      for (let i = 1; i < mine.length; ++i) assert.ok(mine[i].start_us >= mine[i - 1].end_us);
    }
    const total = timing.phases.reduce((sum, phase) => sum + phase.exclusive_us, 0);
    assert.ok(total <= timing.wall_us * timing.workers && total >= timing.wall_us);
    assert.ok(timing.covered_us <= timing.wall_us && timing.utilisation > 0.5 && timing.utilisation <= 1);
    assert.equal(JSON.parse(fs.readFileSync(trace)).traceEvents.length, timing.spans.length);
    assert.equal(fs.readFileSync(csv, "utf8").trim().split("\n").length, timing.spans.length + 1);
    assert.match((await bench(["report", run, "--timing-report"])).err, /generate +12 /);
  });
  it("is found by its name, where no folder was named", async () => {
    const model = await scripted(() => sum), suite = file("named.jsonl", sums(2));
    assert.match((await bench(["list", "runs"], { XDG_DATA_HOME: path.join(folder, "nothing") })).out, /no runs in/);
    assert.equal((await bench(["run", "--file", suite, "--backend", model.backend])).code, 0);
    await model.close();
    const [run] = (await bench(["list", "runs", "--json"])).out.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual([run.suite, run.model, run.mode, run.passed, run.total], ["named.jsonl", "scripted", "zero-shot", 2, 2]);
    assert.match((await bench(["list", "runs"])).out, /100\.0 % of 2  zero-shot  named\.jsonl-scripted-[0-9a-f]{8}\n/);
    assert.match((await bench(["show", run.run])).out, /scripted on named\.jsonl/);
  });
  it("is shown by task, and as Markdown and CSV", async () => {
    const run = path.join(folder, "example");
    assert.match((await bench(["show", run, "py/median"])).out, /check 1 of 4\ninput: \[3, 1, 2\]\ngot: -1\nexpected: 2/);
    assert.match((await bench(["report", run])).out, /\| py\/median \| wrong answer \| 1 \|/);
    assert.equal((await bench(["report", run, "--format", "csv"])).out.trim().split("\n").length, 11);
    assert.match((await bench(["speed", run])).out, /90\.0 %/);
  });
});

describe("what cannot be", () => {
  const refused = (name, words, pattern, wanted = 2) => it(name, async () => {
    const { code, err, signal } = await bench(words());
    assert.equal(signal ?? null, null);
    assert.match(err, pattern);
    assert.equal(err.trim().split("\n").length, 1, err);
    assert.equal(code, wanted);
  });
  const suite = (name, rows) => () => ["check", "--file", file(name, rows)];
  refused("a file that is not there", () => ["check", "--file", "/no/such.jsonl"], /no suite and no file/);
  refused("a suite that is not here", () => ["check", "humaneval"], /get it with: heddle bench pull humaneval/);
  refused("broken JSON", suite("broken.jsonl", [sums(1)[0], '{"id": "x", "prompt": "y"']), /line 2: expected a comma or the end of the object/);
  refused("duplicate ids", suite("twice.jsonl", [sums(1)[0], sums(1)[0]]), /line 2: the task sum\/0 is there twice/);
  refused("no entry point", suite("no_entry.jsonl", [{ ...sums(1)[0], entry_point: undefined }]), /line 1: the task sum\/0 has no entry_point/);
  refused("no tests", suite("no_tests.jsonl", [{ ...sums(1)[0], tests: [] }]), /has no tests/);
  refused("a language that is not known", suite("language.jsonl", [sums(1, { language: "cobol" })[0]]), /language that is not known: cobol/);
  refused("an empty file", suite("empty.jsonl", [""]), /holds no tasks/);
  it("what the schema refuses, and nothing else", async () => {
    const { default: Ajv } = createRequire(path.join(root, "tests/grammar/package.json"))("ajv/dist/2020.js");
    const fits = new Ajv({ strictTypes: false }).compile(JSON.parse(fs.readFileSync(path.join(root, "examples/bench/bench.schema.json"))));
    for (const task of tasks) assert.ok(fits(task), JSON.stringify(fits.errors));
    const [good] = sums(1), without = { ...good, tests: [{ input: [1, 2] }] }, variants = [
      {}, { id: "" }, { id: 5 }, { id: null }, { id: undefined }, { prompt: "" }, { prompt: ["x"] }, { completion: "yes" }, { completion: false }, { entry_point: "" }, { entry_point: 5 }, { language: "Python" }, { language: null },
      { tests: {} }, { tests: "" }, { tests: "assert add(1, 2) == 3" }, { tests: "assert add(1, 2) == 3", entry_point: undefined }, { tests: [] }, { tests: [[1]] }, { tests: [{ output: 1 }] }, { tests: [{ input: 1, output: 1 }] },
      { tests: [{ input: [1, 2], output: null }], reference: "def add(a, b): return None" }, { tests: [...good.tests, ...without.tests] }, { ...without }, { ...without, reference: undefined }, { ...without, reference: "" }, { reference: 1 }, { reference: undefined },
      { difficulty: 3 }, { tolerance: -1 }, { tolerance: "0.1" }, { tolerance: 0 }, { limits: 5 }, { limits: {} }, { limits: { cpu: 2 } }, { limits: { cpu_seconds: 0 } }, { limits: { cpu_seconds: 2, memory_mb: 256 } }, { limits: null }, { note: "for others" }];
    let valid = 0;
    for (const variant of variants) {
      const task = JSON.parse(JSON.stringify({ ...good, ...variant })), { code, err } = await bench(["check", "--file", file("variant.jsonl", [task])]);
      assert.equal(code !== 2, fits(task), `${JSON.stringify(variant)}: ${err}`);
      assert.ok([0, 2].includes(code), `${JSON.stringify(variant)}: ${code} ${err}`);
      valid += code === 0 ? 1 : 0;
    }
    assert.equal(valid, 11);
  });
  refused("another format", suite("other.jsonl", [{ a: 1 }]), /not a task of a known format/);
  refused("a mode that is not known", () => ["run", "--file", example, "--mode", "psychic"], /--mode: psychic is not understood/);
  refused("a shard that is none", () => ["run", "--file", example, "--shard", "5/4"], /--shard/);
  refused("no such command", () => ["dance"], /no such command of bench/);
  refused("no interpreter", () => ["check", "--file", example, "--python", "/no/python"], /no Python/, 3);
  refused("no run", () => ["show", "/no/run"], /is no run/);
  it("a server that is not there: code 4, and nothing counted", async () => {
    const { code, out } = await bench(["run", "--file", file("nobody.jsonl", sums(1)), "--backend", "openai:http://127.0.0.1:1", "--model", "x", "--out", path.join(folder, "nobody"), "--json"]);
    assert.equal(code, 4);
    assert.equal(JSON.parse(out).modes[0].not_measured, 1);
  });
  it("too few passes: code 1", async () => {
    const model = await scripted(wrong);
    const words = ["run", "--file", example, "--backend", model.backend, "--out", path.join(folder, "few"), "--min-pass"];
    assert.equal((await bench([...words, "50"])).code, 1);
    assert.equal((await bench([...words, "0"])).code, 0);
    await model.close();
  });
});

describe("a busy machine", () => {
  it("changes no verdict", async () => {
    const slow = { id: "slow", prompt: "Write slow.", entry_point: "slow", tests: [{ input: [1], output: 1 }], reference: "def slow(n):\n    for i in range(4_000_000): pass\n    return n" };
    const suite = file("loaded.jsonl", [slow, ...sums(6)]);
    const model = await scripted((request) => request.messages[0].content.includes("slow") ? "```python\n" + slow.reference + "\n```" : sum);
    const burners = Array.from({ length: 8 }, () => spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" }));
    try {
      const { out } = await bench(["run", "--file", suite, "--backend", model.backend, "--out", path.join(folder, "loaded"), "--timeout", "0.6", "--concurrency", "8", "--json"]);
      assert.deepEqual(JSON.parse(out).modes[0].kinds, { passed: 7 });
    } finally {
      for (const burner of burners) burner.kill("SIGKILL");
      await model.close();
    }
  });
});

describe("the page", () => {
  it("shows rates, speed, tasks and flips in a browser, and needs nothing else", async () => {
    const { chromium } = createRequire(path.join(root, "tests/serve/package.json"))("playwright-core");
    const page_file = path.join(folder, "report.html");
    assert.equal((await bench(["report", path.join(folder, "compared-a"), path.join(folder, "compared-b"), "--format", "html", "--out", page_file])).code, 0);
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage(), troubles = [], requests = [];
      page.on("console", (message) => { if (message.type() === "error") troubles.push(message.text()); });
      page.on("pageerror", (error) => troubles.push(String(error)));
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(`file://${page_file}`);
      assert.equal(await page.locator("h1").textContent(), "scripted on compared.jsonl");
      assert.equal(await page.locator("#rates rect.rate").count(), 2);
      assert.equal(await page.locator(".grid button").count(), 16);
      assert.equal(await page.locator(".grid button.flip").count(), 14);
      assert.equal(await page.locator(".grid button.pass").count(), 2 + 7);
      assert.match(await page.locator("#difference").textContent(), /1 tasks pass only here, 6 only in the other run.*p = 0\.1250/);
      await page.locator(".grid button").nth(2).click();
      assert.match(await page.locator("#detail").textContent(), /^sum\/2: wrong answer/);
      assert.equal(await page.locator("#ends rect").count(), 4);  // passed and wrong answer, of two runs
      assert.match(await page.locator("#ends rect[data-kind='passed'] title").nth(1).textContent(), /passed: 7 of 8/);
      assert.ok(await page.locator("#timeline rect").count() >= 8);
      assert.deepEqual(troubles, []);
      assert.equal(requests.length, 1);
      if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
    } finally {
      await browser.close();
    }
  });
  it("survives hostile text in tasks and answers", async () => {
    const model = await scripted(() => "```python\ndef add(a, b): raise ValueError('</script><script>alert(1)</script>')\n```");
    const run = path.join(folder, "hostile");
    await bench(["run", "--file", file("hostile.jsonl", sums(1).map((row) => ({ ...row, id: "</script><img src=x onerror=alert(1)>" }))), "--backend", model.backend, "--out", run]);
    await model.close();
    const { out } = await bench(["report", run, "--format", "html"]);
    assert.match((await bench(["report", path.join(folder, "one-bad"), "--format", "html"])).out, /"left_out":\{"sum\/0"/);
    assert.equal(out.match(/<\/script>/g).length, 1);
    assert.equal(out.includes("<img"), false);
  });
});

// A server of one file, behind a redirect as released files are.
const download = async (bytes) => {
  const asked = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === "/released") { response.writeHead(302, { Location: "/stored" }); return response.end(); }
    response.writeHead(request.method === "GET" && request.url === "/stored" ? 200 : 405, { "Content-Length": bytes.length });
    response.end(bytes);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  server.unref();
  return { asked, url: `http://127.0.0.1:${server.address().port}/released`, close: () => { server.closeAllConnections(); server.close(); } };
};

describe("a suite that is pulled", () => {
  it("is kept only if it is the file that it should be", async () => {
    const server = await download(Buffer.from(JSON.stringify(sums(1)[0])));
    const empty = { HEDDLE_SUITES: path.join(folder, "pulled-wrong") };
    const { code, err } = await bench(["pull", "humaneval", "--url", server.url], empty);
    server.close();
    assert.deepEqual(server.asked, ["GET /released", "GET /stored"]);
    assert.equal(code, 3);
    assert.match(err, /licence: MIT\n.* is not what it was: SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}/);
    assert.equal(fs.existsSync(empty.HEDDLE_SUITES), false);
  });
  it("is there afterwards", { skip: !suites && "HEDDLE_SUITES is not set" }, async () => {
    const there = fs.readdirSync(suites).find((name) => /^HumanEval\.jsonl/.test(name));
    const server = await download(fs.readFileSync(path.join(suites, there)));
    const own = { HEDDLE_SUITES: path.join(folder, "pulled") };
    assert.equal((await bench(["pull", "humaneval", "--url", server.url], own)).code, 0);
    server.close();
    assert.match((await bench(["list"], own)).out, /^\* humaneval /m);
    assert.equal(JSON.parse((await bench(["check", "humaneval", "--limit", "3", "--json"], own)).out).passed, 3);
    assert.match((await bench(["pull", "humaneval"], own)).out, /is here already/);
  });
});

describe("the public suites, where they are here", { skip: !suites && "HEDDLE_SUITES is not set" }, () => {
  for (const [suite, count] of [["humaneval", 164], ["mbpp", 427], ["mbpp+", 378], ["humaneval+", 164]]) {
    it(`${suite}: all references pass`, async () => {
      const { code, out } = await bench(["check", suite, "--json"], { HEDDLE_SUITES: suites });
      const report = JSON.parse(out);
      assert.deepEqual([code, report.passed, report.failed], [0, count, []]);
    });
  }
  it("are asked as EvalPlus asks, and a known model far off its published rate gets a warning", async () => {
    const model = await scripted(() => "```python\npass\n```");
    const words = ["run", "humaneval", "--backend", model.backend, "--model", "qwen2.5-coder-0.5b-instruct", "--out", path.join(folder, "published")];
    const { code, err } = await bench([...words, "--preset", "evalplus"], { HEDDLE_SUITES: suites });
    assert.equal(code, 0);
    assert.match(err, /0\.0 % here, 61\.6 % published .*: look at the template/);
    const [request] = model.seen.requests;
    assert.deepEqual([request.max_tokens, request.temperature], [768, 0]);
    assert.match(request.messages[0].content, /self-contained Python script/);
    assert.doesNotMatch((await bench([...words, "--preset", "heddle", "--out", path.join(folder, "unpublished")], { HEDDLE_SUITES: suites })).err, /% published/);
    await model.close();
  });
});
