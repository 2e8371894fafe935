// The text of a part of a page as a person reads it: without what is code or a quotation,
// which is not ours to word.
"use strict";

const { StringSource } = require("textlint-util-to-string");

const isCode = (node) => node.type === "Code" || node.type === "Html";

exports.plain = (node) => {
  const replacer = ({ node: part, maskValue }) => (isCode(part) ? maskValue("x") : undefined);
  const text = new StringSource(node, { replacer }).toString();
  return text.replace(/\s+/g, " ").replace(/"[^"]*"/g, '"x"');
};

// What a page is made of, as far as it is prose.
exports.PROSE = ["Paragraph", "Header", "TableCell"];
