// A rule that reports each place at which a pattern is found.
"use strict";

const { PROSE, plain } = require("./plain");

exports.found = (pattern, advice) => (context) => {
  const { Syntax, RuleError, report } = context;
  const look = (node) => {
    for (const hit of plain(node).matchAll(pattern)) {
      report(node, new RuleError(`${advice}: “${hit[0].trim()}”`));
    }
  };
  return Object.fromEntries(PROSE.map((name) => [Syntax[name], look]));
};
