"use strict";

const { found } = require("../found");

module.exports = found(
  /(?:^|[.:!?] )The same(?=[,:;.])/g,
  "the sentence needs its neighbour: say what is the same as what",
);
