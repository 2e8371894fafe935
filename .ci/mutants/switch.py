"""Many mutants in one program, which asks when it runs which of them it is to be. Each is
built once with all others then, and not once each.

A mutant of an expression becomes `if is(7) { what it is } else { what it was }`, one of a
function's value returns early, and an arm of a match that is taken out has a guard. What
cannot be written so is left to cargo-mutants: parts of a `let` chain, and whatever the
compiler does not take for another reason than the mutant itself.
"""

import re
from itertools import count

import tree_sitter_rust
from tree_sitter import Language, Parser

RUST = Language(tree_sitter_rust.language())
MODULE = "switched_mutants"
# The kinds of mutants that make another expression of one.
EXPRESSIONS = ("BinaryOperator", "UnaryOperator", "StructField")
# Of this program: 0, or nothing, is none of them, and ALL notes which are reached.
CHOSEN, REACHED, ALL = "SWITCHED_MUTANT", "SWITCHED_REACHED", (1 << 32) - 1
SWITCH = f"""
#[doc(hidden)]
mod {MODULE} {{
    use std::collections::BTreeSet;
    use std::io::Write as _;
    use std::sync::{{Mutex, OnceLock}};

    static CHOSEN: OnceLock<u32> = OnceLock::new();
    static REACHED: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

    pub(crate) fn is(mutant: u32) -> bool {{
        let told = || std::env::var("{CHOSEN}").ok().and_then(|it| it.parse().ok());
        let chosen = *CHOSEN.get_or_init(|| told().unwrap_or(0));
        if chosen == {ALL} {{
            note(mutant);
        }}
        chosen == mutant
    }}

    fn note(mutant: u32) {{
        let is_new = REACHED.lock().is_ok_and(|mut it| it.insert(mutant));
        let Some(path) = std::env::var_os("{REACHED}").filter(|_| is_new) else {{ return }};
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        if let Ok(mut file) = file {{
            drop(file.write_all(format!("{{mutant}}\\n").as_bytes()));
        }}
    }}
}}
"""


class Site:
    """Bytes of a file, and what mutants make of them."""

    def __init__(self, kind, start, end):
        self.kind, self.start, self.end = kind, start, end
        self.variants, self.inner = [], []


class File:
    """One file with its mutants, each under a number of the whole program."""

    def __init__(self, text, mutants):
        self.text = text
        self.lines = [0]
        for line in text.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.tree = Parser(RUST).parse(text)
        self.mutants = mutants
        made = {number: self._site(it) for number, it in mutants.items()}
        self.made = {number: it for number, it in made.items() if it}
        self.const = set()
        self.regions, self.result = [], b""

    def _byte(self, at):
        """Of a line and a column from 1, in characters."""
        start = self.lines[at["line"] - 1]
        line = self.text[start:self.lines[at["line"]]].decode()
        return start + len(line[:at["column"] - 1].encode())

    def _site(self, mutant):
        """The bytes that are another text in this mutant, and that text; None if it cannot
        be chosen when the program runs."""
        start, end = self._byte(mutant["span"]["start"]), self._byte(mutant["span"]["end"])
        replacement = mutant["replacement"].encode()
        if mutant["genre"] == "FnValue":
            return ("body", start, end), replacement
        node = self.tree.root_node.descendant_for_byte_range(start, end)
        if mutant["genre"] == "MatchArm":
            while node and node.type != "match_arm":
                node = node.parent
            return (("arm", node.start_byte, node.end_byte), b"") if node else None
        if mutant["genre"] == "MatchArmGuard":
            return ("expression", start, end), replacement
        if mutant["genre"] not in EXPRESSIONS:
            return None
        while node and not node.type.endswith(("expression", "_expr")):
            node = node.parent
        # What binds tighter is decided by the whole chain of operators.
        while node and node.parent and node.parent.type == "binary_expression":
            node = node.parent
        if node is None or (node.parent and node.parent.type in ("let_chain", "macro_invocation")):
            return None
        text = self.text[node.start_byte:start] + replacement + self.text[end:node.end_byte]
        return ("expression", node.start_byte, node.end_byte), text

    def sites(self, out):
        """The sites without those mutants that are `out`, each inside the one around it."""
        found = {}
        for number, (place, text) in self.made.items():
            if number not in out:
                site = found.setdefault(place, Site(*place))
                site.variants.append((number, text))
        top = Site("file", 0, len(self.text))
        around = [top]
        for site in sorted(found.values(), key=lambda it: (it.start, -it.end)):
            while around[-1].end < site.end:
                around.pop()
            around[-1].inner.append(site)
            around.append(site)
        return top

    def switched(self, out):
        """The text with all mutants but those that are `out`."""
        pieces = self._inside(self.sites(out))
        text, self.regions = b"", []
        whole = []
        for piece in pieces:
            if isinstance(piece, bytes):
                text += piece
            elif piece[0] == "begin":
                whole.append((len(text), piece[1], piece[2]))
            else:
                start, numbers, kind = whole.pop()
                self.regions.append((start, len(text), numbers, kind))
        self.result = text
        return text

    def _inside(self, site):
        """The pieces of what is in a site, as it was."""
        pieces, at = [], site.start
        for inner in site.inner:
            pieces += [self._plain(at, inner.start), *self._around(inner)]
            at = inner.end
        return [*pieces, self._plain(at, site.end)]

    def _plain(self, start, end):
        """As it was, but that what asks when it runs is no constant function."""
        text = self.text[start:end]
        return re.sub(
            rb"\bconst (?=(?:unsafe )?fn (\w+))",
            lambda it: it[0] if it[1].decode() in self.const else b"      ",
            text,
        )

    def _around(self, site):
        numbers = frozenset(number for number, _ in site.variants)
        yield ("begin", numbers, "arm" if site.kind == "arm" else "site")
        if site.kind == "arm":
            yield from self._arm(site)
        else:
            yield b"" if site.kind == "body" else b"("
            for number, text in site.variants:
                yield f"if crate::{MODULE}::is({number}) {{ ".encode()
                yield b"return " if site.kind == "body" else b""
                yield ("begin", frozenset([number]), "variant")
                yield text
                yield ("end",)
                yield b"; } " if site.kind == "body" else b" } else "
            yield b"" if site.kind == "body" else b"{ "
            yield from self._inside(site)
            yield b"" if site.kind == "body" else b" })"
        yield ("end",)

    def _arm(self, site):
        """With a guard that is false in the mutant; a guard that it had goes on."""
        node = self.tree.root_node.descendant_for_byte_range(site.start, site.end)
        pattern = node.child_by_field_name("pattern")
        condition = pattern.child_by_field_name("condition")
        head = b" && ".join(
            f"!crate::{MODULE}::is({number})".encode() for number, _ in site.variants
        )
        if condition is None:
            edge, text = pattern.end_byte, b" if " + head
        else:
            edge, text = condition.start_byte, head + b" && "
        first, rest = Site("file", site.start, edge), Site("file", edge, site.end)
        for it in site.inner:
            (first if it.end <= edge else rest).inner.append(it)
        return [*self._inside(first), text, *self._inside(rest)]

    def arms_of(self, start, end):
        """The arms that are mutants of a match, by the bytes of what is matched in the
        switched text. One that has a guard takes nothing for certain."""
        node = Parser(RUST).parse(self.result).root_node.descendant_for_byte_range(start, end)
        while node and node.type != "match_expression":
            node = node.parent
        if node is None:
            return frozenset()
        inside = [
            numbers for begin, finish, numbers, kind in self.regions
            if kind == "arm" and node.start_byte <= begin and finish <= node.end_byte
        ]
        return frozenset().union(*inside)

    def blamed(self, start):
        """(numbers, whether it is what the mutant itself has) of a byte of the switched
        text that the compiler does not take."""
        around = [it for it in self.regions if it[0] <= start < it[1]]
        if not around:
            return frozenset(), False
        _, _, numbers, kind = min(around, key=lambda it: it[1] - it[0])
        return numbers, kind == "variant"


def numbered(by_file, read):
    """Files by path, with their mutants under numbers from 1."""
    number = count(1)
    return {
        path: File(read(path), {next(number): it for it in mutants})
        for path, mutants in by_file.items()
    }
