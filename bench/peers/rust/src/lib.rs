//! Inputs and the conversation with the driver, as in session.h.

use std::fs;
use std::io::{self, BufRead, BufWriter, Write};
use std::time::Instant;

pub struct Texts {
    bytes: Vec<u8>,
    spans: Vec<(usize, usize)>,
}

impl Texts {
    pub fn read(path: &str) -> Texts {
        let bytes = fs::read(path).expect("texts");
        let size = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let mut spans = Vec::new();
        let mut at = 0;
        while at + 8 <= bytes.len() {
            let end = at + 8 + size(at) + 1 + size(at + 4);
            spans.push((at + 8, end));
            at = end;
        }
        Texts { bytes, spans }
    }

    fn text(&self, index: usize) -> &[u8] {
        let (begin, end) = self.spans[index];
        &self.bytes[begin..end]
    }
}

pub fn read_terms(path: &str) -> Vec<String> {
    let text = fs::read_to_string(path).expect("terms");
    text.lines().map(str::to_string).collect()
}

/// No ASCII word character, no byte of 0x80 and above.
fn is_edge(byte: Option<&u8>) -> bool {
    !matches!(byte, Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80..))
}

pub fn is_whole_word(text: &[u8], begin: usize, end: usize) -> bool {
    is_edge(if begin == 0 { None } else { text.get(begin - 1) }) && is_edge(text.get(end))
}

/// Distinct terms of one text after another.
pub struct Distinct {
    seen_in: Vec<u32>,
    text: u32,
    pub found: Vec<u32>,
}

impl Distinct {
    pub fn new(terms: usize) -> Distinct {
        Distinct { seen_in: vec![0; terms], text: 0, found: Vec::new() }
    }
    fn next_text(&mut self) {
        self.text += 1;
        self.found.clear();
    }
    pub fn add(&mut self, term: usize) {
        if self.seen_in[term] != self.text {
            self.seen_in[term] = self.text;
            self.found.push(term as u32);
        }
    }
}

fn resident_mb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or("");
    let kib = line.split_whitespace().nth(1).unwrap_or("0").parse::<u64>().unwrap_or(0);
    kib / 1024
}

/// Answers commands until the end of standard input.
pub fn serve<F: FnMut(&[u8], &mut Distinct)>(
    ready: &str,
    build_seconds: f64,
    texts: &Texts,
    terms: usize,
    mut find: F,
) {
    println!(
        "{{\"ready\":\"{ready}\",\"build_seconds\":{build_seconds:.3},\"resident_mb\":{}}}",
        resident_mb()
    );
    let mut distinct = Distinct::new(terms);
    for line in io::stdin().lock().lines() {
        let line = line.expect("a command");
        let words: Vec<&str> = line.split_whitespace().collect();
        let first: usize = words[1].parse().expect("FIRST");
        let count: usize = words[2].parse().expect("COUNT");
        let end = texts.spans.len().min(first + count);
        let mut out = words.get(3).map(|p| BufWriter::new(fs::File::create(p).expect("FILE")));
        let (mut pairs, mut sum) = (0u64, 0u64);
        let begin = Instant::now();
        for i in first..end {
            distinct.next_text();
            find(texts.text(i), &mut distinct);
            pairs += distinct.found.len() as u64;
            for &term in &distinct.found {
                sum = sum
                    .wrapping_add(i as u64 * 2654435761)
                    .wrapping_add(term as u64 * 40503);
                if let Some(out) = &mut out {
                    writeln!(out, "{i}\t{term}").expect("FILE");
                }
            }
        }
        let seconds = begin.elapsed().as_secs_f64();
        drop(out);
        println!(
            "{{\"seconds\":{seconds:.6},\"articles\":{},\"pairs\":{pairs},\"sum\":{sum},\"resident_mb\":{}}}",
            end.saturating_sub(first),
            resident_mb()
        );
    }
}
