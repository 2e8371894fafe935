// ajv 8, strict, for draft 2020-12, from the folder that NODE_CLIENTS names:
// every schema that the server lists is one, and takes and refuses what it
// should. The server's command is the arguments.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_CLIENTS}/package.json`);
const Ajv = require("ajv/dist/2020.js").default;

// The SDKs of models' providers write `type: [..., "null"]`.
const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const compiled = (schema) => {
  assert.ok(ajv.validateSchema(schema), ajv.errorsText());
  return ajv.compile(schema);
};

const [command, ...args] = process.argv.slice(2);
const clientInfo = { name: "scenes", version: "1" };
const hello = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
const input = [
  { jsonrpc: "2.0", id: 0, method: "initialize", params: hello },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 1, method: "tools/list" },
].map((line) => JSON.stringify(line)).join("\n");
const ran = spawnSync(command, args, { input, encoding: "utf8" });
assert.equal(ran.status, 0, ran.stderr);
const answers = ran.stdout.trim().split("\n").map((line) => JSON.parse(line));
const { tools } = answers.find((answer) => answer.id === 1).result;
assert.equal(tools.length, 12);
for (const { name, inputSchema, outputSchema } of tools) {
  const input = compiled(inputSchema);
  const output = compiled(outputSchema);
  assert.ok(!input({ "no such member": true }), name);
  assert.ok(output({ code: "denied", message: "no" }), name);
  assert.ok(!output({}), name);
}
const upgrade = ajv.compile(tools.find((tool) => tool.name === "upgrade_agent").inputSchema);
assert.ok(upgrade({ name: "codex", tier: "admin", reason: null }));
assert.ok(!upgrade({ name: "codex", tier: "root" }));
