"use strict";

const { split } = require("sentence-splitter");
const { PROSE, plain } = require("../plain");

module.exports = (context, { words = 45 } = {}) => {
  const { Syntax, RuleError, report } = context;
  const look = (node) => {
    for (const part of split(plain(node))) {
      if (part.type === "Sentence" && part.raw.split(/\s+/).length > words) {
        report(node, new RuleError(`more than ${words} words: make two: “${part.raw.slice(0, 40)}…”`));
      }
    }
  };
  return Object.fromEntries(PROSE.map((name) => [Syntax[name], look]));
};
