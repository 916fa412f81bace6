// heddle bench, measured from outside: references of the public suites (HEDDLE_SUITES), overlap of slow answers, and the parts
// that bench_micro measures. Medians of three.
//   HEDDLE_SUITES=DIR node perf/bench_perf.mjs build/release/src/heddle
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { execFile } from "node:child_process";
import { scripted } from "../tests/bench/scripted.mjs";

const heddle = path.resolve(process.argv[2] ?? "build/release/src/heddle"), folder = fs.mkdtempSync(path.join(os.tmpdir(), "heddle-bench-perf-"));
const env = { PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: path.join(folder, "cache"), XDG_DATA_HOME: path.join(folder, "data"), ...(process.env.HEDDLE_SUITES && { HEDDLE_SUITES: process.env.HEDDLE_SUITES }) };
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const check = (suite, ...more) => JSON.parse(execFileSync(heddle, ["bench", "check", suite, "--json", ...more], { env }));
try {
  if (process.env.HEDDLE_SUITES) {
    for (const suite of ["humaneval", "mbpp", "humaneval+", "mbpp+"]) {
      const first = check(suite), later = [1, 2, 3].map(() => check(suite).seconds);
      console.log(`references of ${suite}: ${first.passed} of ${first.tasks} pass; first time ${first.seconds.toFixed(1)} s, learned ${median(later).toFixed(1)} s (${first.sandbox})`);
    }
  }
  const model = await scripted(() => "```python\ndef add(a, b): return a + b\n```", { delay: 300 });
  const suite = path.join(folder, "twelve.jsonl"), run = path.join(folder, "run");
  fs.writeFileSync(suite, Array.from({ length: 12 }, (_, i) => JSON.stringify({ id: `t${i}`, prompt: "Write add.", entry_point: "add", tests: [{ input: [1, i], output: 1 + i }], reference: "def add(a, b): return a + b" })).join("\n"));
  await new Promise((done, fail) => execFile(heddle, ["bench", "run", "--file", suite, "--backend", model.backend, "--out", run], { env }, (error) => error ? fail(error) : done()));
  await model.close();
  const spans = fs.readFileSync(path.join(run, "answers.jsonl"), "utf8").trim().split("\n").flatMap((line) => { const record = JSON.parse(line); return [record.generate, record.judge]; });
  console.log(`12 answers of 0.3 s, four at a time, judged: ${((Math.max(...spans.map(([, end]) => end)) - Math.min(...spans.map(([start]) => start))) / 1e6).toFixed(2)} s`);
  const micro = path.join(path.dirname(heddle), "bench_micro"), server = path.resolve("tests/serve/node_modules/@modelcontextprotocol/server-memory/dist/index.js");
  if (fs.existsSync(micro)) process.stdout.write(execFileSync(micro, fs.existsSync(server) ? [process.execPath, server] : []));
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
