// A doc comment says what an item is or does. It does not ask.
"use strict";

const { plain } = require("../plain");

const QUESTION = /^(?:What|Which|Who|Whom|Whose|Where|When|Why|How|That)\b/;

module.exports = (context, { mark } = {}) => {
  const { Syntax, RuleError, report } = context;
  let begins = false;
  return {
    // Before each doc comment there is a line of HTML that says so.
    [Syntax.Html](node) {
      begins = node.value.trim() === mark;
    },
    [Syntax.Paragraph](node) {
      if (begins && QUESTION.test(plain(node))) {
        report(node, new RuleError("an indirect question: say what the item is or does"));
      }
      begins = false;
    },
  };
};
