// The TypeScript SDK, from the folder that NODE_CLIENTS names: the server's
// command is its arguments, and its answers are checked by the SDK against the
// tools' output schemas.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_CLIENTS}/package.json`);
const { Client } = require("@modelcontextprotocol/sdk/client/index.js");
const { StdioClientTransport } = require("@modelcontextprotocol/sdk/client/stdio.js");

const [command, ...args] = process.argv.slice(2);
const client = new Client({ name: "scenes", version: "1" });
await client.connect(new StdioClientTransport({ command, args }));

async function call(name, given) {
  const result = await client.callTool({ name, arguments: given });
  const answer = JSON.parse(result.content[0].text);
  assert.deepEqual(result.structuredContent, answer);
  return answer;
}

const { tools } = await client.listTools();
assert.equal(tools.length, 12);
assert.equal((await call("get_agent", { name: "codex" })).tier, "read-only");
const denied = await call("edit_agent_profile", { name: "boss", set: { approvalMode: "none" } });
assert.equal(denied.code, "denied");
const left = await call("upgrade_agent", { name: "codex", tier: "admin" });
assert.equal(left.code, "approval_required");
const again = await call("upgrade_agent", { name: "codex", tier: "admin" });
assert.ok(left.request_code);
assert.equal(again.request_code, left.request_code);
assert.equal((await call("get_request", { code: left.request_code })).state, "waiting");
await client.close();
