"use strict";

const { found } = require("../found");

module.exports = found(
  /(?<!the )\b(?:one (?:that|who|whose)|those (?:who|whose))\b/g,
  "name the thing",
);
