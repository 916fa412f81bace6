// heddle bench with a model file of this machine. Its weights are random, so nothing it writes passes; what is tested is what
// a run knows of it, and that constrained decoding holds what it promises beside free decoding.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

const { HEDDLE: heddle, STAND_IN: standIn } = process.env;
const root = path.resolve(new URL("../..", import.meta.url).pathname), example = path.join(root, "examples/bench/tasks.jsonl");
let folder, env;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heddle-bench-local-"));
  env = { PATH: process.env.PATH, HOME: folder, XDG_RUNTIME_DIR: path.join(folder, "run"), HEDDLE_MODELS: path.join(folder, "models") };
  for (const each of [env.XDG_RUNTIME_DIR, env.HEDDLE_MODELS]) fs.mkdirSync(each, { mode: 0o700 });
  execFileSync(standIn, [path.join(env.HEDDLE_MODELS, "tiny.gguf"), "--text", path.join(root, "LICENSE")]);
});
after(() => {
  try {
    execFileSync("pkill", ["-KILL", "-f", folder]);  // the runner
  } catch {}
  fs.rmSync(folder, { recursive: true, force: true });
});
const bench = (words) => new Promise((done) => {
  execFile(heddle, ["bench", ...words], { env, maxBuffer: 64 << 20 }, (error, out, err) => done({ code: error?.code ?? 0, out, err }));
});

describe("a model of this machine", () => {
  it("is held to the shape of an answer beside free answers, in one run", async () => {
    const run = path.join(folder, "constrained");
    const { code, out, err } = await bench(["run", "--file", example, "--backend", "runner", "--model", "tiny", "--constrain", "--max-tokens", "48", "--out", run, "--json"]);
    assert.equal(code, 0, err);
    assert.match(err, /at most [2-8] calls at a time/);
    const report = JSON.parse(out), records = fs.readFileSync(path.join(run, "answers.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(report.modes.map(({ mode, pass }) => [mode, pass.total]), [["zero-shot", 10], ["zero-shot constrain", 10]]);
    for (const record of records) {
      const constrained = record.mode === "zero-shot constrain";
      assert.equal(record.sampling.constrained, constrained);
      assert.ok(!constrained || /^```(python|javascript|bash)\n/.test(record.answer), record.answer);
      assert.equal(record.times.mask_us > 0, constrained);
      assert.ok(record.times.prompt_us > 0 && record.times.decode_us > 0 && record.tokens.prompt > 20);
    }
    assert.ok(records.some(({ mode, answer }) => mode === "zero-shot" && !answer.startsWith("```")));
    assert.ok(report.modes.every(({ speed }) => speed.decode_tokens_per_s > 0 && speed.prefill_tokens_per_s > 0));
  });
  it("is known by the digests of its file and its template, and by its quantisation", async () => {
    const { run } = JSON.parse((await bench(["show", path.join(folder, "constrained"), "--json"])).out);
    const model = fs.readFileSync(path.join(env.HEDDLE_MODELS, "tiny.gguf"));
    assert.equal(run.model_sha256, createHash("sha256").update(model).digest("hex"));
    assert.match(run.template_sha256, /^[0-9a-f]{64}$/);
    const at = model.indexOf("{% for message in messages");
    const size = Number(model.readBigUInt64LE(at - 8));
    assert.equal(run.template_sha256, createHash("sha256").update(model.subarray(at, at + size)).digest("hex"));
    assert.match(run.quantisation, /^[A-Z][A-Z0-9_]+$/);
    assert.match((await bench(["speed", path.join(folder, "constrained")])).out, new RegExp(`${run.quantisation} .*tiny, zero-shot constrain`));
  });
  it("that cannot be loaded is code 4, and no answer is counted", async () => {
    fs.writeFileSync(path.join(env.HEDDLE_MODELS, "broken.gguf"), "GGUF");
    const run = path.join(folder, "broken");
    const { code, err } = await bench(["run", "--file", example, "--backend", "runner", "--model", "broken", "--out", run, "--limit", "1"]);
    assert.equal(code, 4, err);
    assert.match(err, /broken/);
    assert.equal(fs.existsSync(run), false);
  });
});
