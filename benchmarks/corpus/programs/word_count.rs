use std::collections::HashMap;

/// Count how often each word appears in the text.
pub fn count_words(text: &str) -> HashMap<String, usize> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in text.split_whitespace() {
        let cleaned = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if !cleaned.is_empty() {
            *counts.entry(cleaned).or_insert(0) += 1;
        }
    }
    counts
}

pub fn most_common(counts: &HashMap<String, usize>) -> Option<String> {
    let mut winner: Option<(&String, usize)> = None;
    for (word, &times) in counts {
        match winner {
            Some((_, record)) if record >= times => {}
            _ => winner = Some((word, times)),
        }
    }
    winner.map(|(word, _)| word.clone())
}
