//! The crate aho-corasick: all occurrences (find_overlapping_iter), ASCII case
//! apart, in the kind of automaton named by the third argument: dfa (the
//! fastest by its documentation) or contiguous (what it takes by itself for
//! many patterns).
//!
//!   aho_corasick TEXTS TERMS dfa|contiguous

use aho_corasick::{AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use presshawk_peers::{is_whole_word, read_terms, serve, Texts};
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let texts = Texts::read(&arguments[1]);
    let terms = read_terms(&arguments[2]);
    let kind = match arguments[3].as_str() {
        "dfa" => AhoCorasickKind::DFA,
        _ => AhoCorasickKind::ContiguousNFA,
    };
    let begin = Instant::now();
    let automaton = AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(kind))
        .build(&terms)
        .expect("an automaton");
    let build_seconds = begin.elapsed().as_secs_f64();
    serve("aho-corasick", build_seconds, &texts, terms.len(), |text, distinct| {
        for found in automaton.find_overlapping_iter(text) {
            if is_whole_word(text, found.start(), found.end()) {
                distinct.add(found.pattern().as_usize());
            }
        }
    });
}
