//! Each target on its seeds, and on some hundred changes of them: the same ones each time.
#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test"
)]

use std::fs;

/// The number of changes of the seeds of a target.
const CHANGES: u64 = 300;

/// The targets that take some milliseconds in a build without optimisation: an engine is
/// loaded, a signature verified, or a file of a vault exchanged.
const SLOW: [&str; 6] = [
    "approvals",
    "assertions",
    "fragments",
    "import",
    "log",
    "policies",
];

/// Bytes that mean something to one reader or another.
const WORDS: [&[u8]; 24] = [
    b"\n",
    b"\r",
    b"\0",
    b" ",
    b"\"",
    b"\\",
    b"{}",
    b"[]",
    b": ",
    b"- ",
    b"# ",
    b"'",
    b"&a ",
    b"*a",
    b"!t ",
    b"<<: ",
    b"null",
    b"true",
    b"9999999999",
    b"-1",
    b"\xff",
    "\u{202e}".as_bytes(),
    "\u{1b}[2J".as_bytes(),
    "\u{85}".as_bytes(),
];

/// A sequence of numbers that is the same each time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) >> 32).unwrap() % end.max(1)
    }

    fn change(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(4) {
            let (from, to) = (self.below(bytes.len() + 1), self.below(bytes.len() + 1));
            let piece = from.min(to)..from.max(to).min(from.min(to) + 12);
            let new = match self.below(5) {
                0 => Vec::new(),
                1 => WORDS[self.below(WORDS.len())].to_vec(),
                2 => vec![u8::try_from(self.below(256)).unwrap()],
                3 => bytes[piece.clone()].repeat(2),
                _ => {
                    let other = &seeds[self.below(seeds.len())];
                    let at = self.below(other.len() + 1);
                    other[at..].iter().copied().take(20).collect()
                }
            };
            drop(bytes.splice(piece, new));
        }
        bytes
    }
}

fn replay(name: &str) {
    let target = openpass_fuzz::target(name).unwrap();
    let mut files: Vec<_> = fs::read_dir(format!("seeds/{name}"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(seeds.len() > 1, "{name} has no seeds");
    seeds.iter().for_each(|seed| target(seed));
    let mut numbers = Numbers(1);
    let changes = match SLOW.contains(&name) {
        true => CHANGES / 10,
        false => CHANGES,
    };
    for number in 0..changes {
        let bytes = numbers.change(&seeds);
        // Shown where the target panics.
        println!("change {number}: {:?}", String::from_utf8_lossy(&bytes));
        target(&bytes);
    }
}

macro_rules! targets {
    ($($test:ident: $name:literal,)+) => {
        $(#[test]
        fn $test() {
            replay($name);
        })+

        #[test]
        fn every_target_and_every_folder_of_seeds_is_replayed() {
            let mut tested = vec![$($name),+];
            let mut all: Vec<&str> = openpass_fuzz::TARGETS.iter().map(|it| it.0).collect();
            tested.sort_unstable();
            all.sort_unstable();
            assert_eq!(tested, all);
            let mut folders: Vec<String> = fs::read_dir("seeds")
                .unwrap()
                .map(|folder| folder.unwrap().file_name().into_string().unwrap())
                .collect();
            folders.sort_unstable();
            assert_eq!(folders, all);
        }
    };
}

targets! {
    text_is_harmless_and_whole: "safe-text",
    a_digest_is_of_one_operation: "transcript",
    an_edit_means_what_was_asked: "yaml-edit",
    an_altered_log_is_not_whole: "log",
    an_approval_that_holds_was_signed: "approvals",
    an_assertion_counts_for_its_question: "assertions",
    a_key_set_has_one_meaning: "key-sets",
    a_pending_file_asks_for_an_agent: "pending",
    a_line_of_mcp_has_one_meaning: "mcp-lines",
    a_line_of_pinentry_is_read_whole: "assuan",
    a_key_does_what_it_says: "terminal-keys",
    imported_rules_load: "import",
    no_policy_opens_a_guard: "policies",
    no_fragment_opens_a_guard: "fragments",
    unreadable_settings_are_the_strictest: "settings",
    no_power_comes_from_nowhere: "config",
    an_identity_has_bounded_costs: "identity",
}
