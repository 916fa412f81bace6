// Asks heddle before opencode uses a tool. An error that is thrown here stops the tool, and its text goes to the model.
// Made by `heddle init opencode`, which also takes it away again (--remove); changes to this file are lost then.
import { spawnSync } from "node:child_process"

const heddle = HEDDLE_PROGRAM

export const HeddleGuard = async ({ directory }) => ({
  "tool.execute.before": async (input, output) => {
    const call = {
      hook_event_name: "tool.execute.before",
      tool_name: input.tool,
      tool_input: output.args,
      cwd: directory,
    }
    const run = spawnSync(heddle, ["check", "--hook", "opencode"], {
      input: JSON.stringify(call),
      encoding: "utf8",
      timeout: 10000,
    })
    let answer
    try {
      answer = JSON.parse(run.stdout)
    } catch {}
    if (run.status === 0 && answer?.decision === "allow") return
    throw new Error(answer?.reason ?? `heddle gave no verdict: ${run.error ?? run.stderr}`)
  },
})
