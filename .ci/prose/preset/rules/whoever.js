"use strict";

const { found } = require("../found");

module.exports = found(
  /\b(?:whoever|whomever|(?<!for )(?<!to )(?<!by )whom)\b/gi,
  "name the person or the program",
);
