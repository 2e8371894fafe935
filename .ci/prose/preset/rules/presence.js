"use strict";

const { found } = require("../found");

module.exports = found(
  /\bprov(?:e|es|ed|ing) to be there\b/g,
  "write that a person confirms their presence",
);
