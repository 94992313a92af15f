//! The crate daachorse: bytewise double array, all occurrences. It has no case
//! folding: text and terms are lowered, the text within the measured time.
//!
//!   daachorse TEXTS TERMS

use daachorse::DoubleArrayAhoCorasick;
use presshawk_peers::{is_whole_word, read_terms, serve, Texts};
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let texts = Texts::read(&arguments[1]);
    let terms = read_terms(&arguments[2]);
    let begin = Instant::now();
    let lowered: Vec<String> = terms.iter().map(|t| t.to_ascii_lowercase()).collect();
    let automaton = DoubleArrayAhoCorasick::<u32>::new(&lowered).expect("an automaton");
    let build_seconds = begin.elapsed().as_secs_f64();
    let mut text_lowered = Vec::new();
    serve("daachorse", build_seconds, &texts, terms.len(), |text, distinct| {
        text_lowered.clear();
        text_lowered.extend(text.iter().map(u8::to_ascii_lowercase));
        for found in automaton.find_overlapping_iter(&text_lowered) {
            if is_whole_word(text, found.start(), found.end()) {
                distinct.add(found.value() as usize);
            }
        }
    });
}
