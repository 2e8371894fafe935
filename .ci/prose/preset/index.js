// The project's rules of English, as CONTRIBUTING.md has them.
"use strict";

const names = ["long", "one-that", "presence", "question", "the-same", "whoever"];

exports.rules = Object.fromEntries(names.map((name) => [name, require(`./rules/${name}`)]));
exports.rulesConfig = Object.fromEntries(names.map((name) => [name, true]));
