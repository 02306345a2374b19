//! category: pattern matching
//! tags: recursive enums, box, moves, or-patterns, vectors
//! level: advanced

// >>> prompt
/// What a rule asks for. Cannot be cloned.
struct Label {
    name: String,
}

/// `All` holds where each of its parts does: without parts, always. `Any` holds where at least one of its
/// parts does: without parts, never.
enum Rule {
    Is(Label),
    Not(Box<Rule>),
    All(Vec<Rule>),
    Any(Vec<Rule>),
}

/// Brings a rule into its plain form, which holds wherever the rule does, and nowhere else:
///
/// - `Not` stands only around an `Is`. What is not `All` is `Any` of what is not, and the reverse.
/// - No part of an `All` is an `All`, and no part of an `Any` is an `Any`: the parts of the inner one take its
///   place.
/// - `All` and `Any` have at least two parts. One that would have a single part is that part; one without
///   parts is left only if it is the whole plain form. So an `Any` without parts, among the parts of an
///   `All`, leaves nothing of it but an `Any` without parts, and the reverse; an `All` without parts, among
///   the parts of an `All`, is left out.
///
/// Nothing else is changed: labels keep their order, and stay where they are needed twice. The labels are
/// moved; their names are not copied.
///
/// Not (a and (b or not c)) becomes (not a or (not b and c)).
fn plain(rule: Rule) -> Rule {
    // <<< prompt
    plain_if(rule, true)
}

/// The plain form of the rule where `holds` is true, else of the rule's opposite.
fn plain_if(rule: Rule, holds: bool) -> Rule {
    match (rule, holds) {
        (label @ Rule::Is(_), true) => label,
        (label @ Rule::Is(_), false) => Rule::Not(Box::new(label)),
        (Rule::Not(inner), _) => plain_if(*inner, !holds),
        (Rule::All(parts), true) | (Rule::Any(parts), false) => all_of(parts, holds),
        (Rule::Any(parts), true) | (Rule::All(parts), false) => any_of(parts, holds),
    }
}

fn all_of(parts: Vec<Rule>, holds: bool) -> Rule {
    let mut flat = Vec::new();
    for part in parts {
        match plain_if(part, holds) {
            Rule::All(inner) => flat.extend(inner),
            Rule::Any(inner) if inner.is_empty() => return Rule::Any(inner),
            other => flat.push(other),
        }
    }
    <[Rule; 1]>::try_from(flat).map_or_else(Rule::All, |[only]| only)
}

fn any_of(parts: Vec<Rule>, holds: bool) -> Rule {
    let mut flat = Vec::new();
    for part in parts {
        match plain_if(part, holds) {
            Rule::Any(inner) => flat.extend(inner),
            Rule::All(inner) if inner.is_empty() => return Rule::All(inner),
            other => flat.push(other),
        }
    }
    <[Rule; 1]>::try_from(flat).map_or_else(Rule::Any, |[only]| only)
}

// >>> probes
/// Reads one rule from words in front: `not`, `all 2`, `any 2` or a label.
fn probe_read(words: &mut ::std::slice::Iter<String>) -> Rule {
    let word = words.next().expect("a word is missing");
    let mut parts = |words: &mut ::std::slice::Iter<String>| {
        let count: usize = words.next().expect("a count").parse().expect("a count");
        (0..count).map(|_| probe_read(words)).collect()
    };
    match word.as_str() {
        "not" => Rule::Not(Box::new(probe_read(words))),
        "all" => Rule::All(parts(words)),
        "any" => Rule::Any(parts(words)),
        name => Rule::Is(Label {
            name: name.to_string(),
        }),
    }
}

fn probe_write(rule: &Rule, words: &mut Vec<String>) {
    match rule {
        Rule::Is(label) => words.push(label.name.clone()),
        Rule::Not(inner) => {
            words.push("not".to_string());
            probe_write(inner, words);
        }
        Rule::All(parts) | Rule::Any(parts) => {
            let all = ::std::matches!(rule, Rule::All(_));
            words.push(if all { "all" } else { "any" }.to_string());
            words.push(parts.len().to_string());
            for part in parts {
                probe_write(part, words);
            }
        }
    }
}

fn probe_addresses(rule: &Rule, addresses: &mut Vec<*const u8>) {
    match rule {
        Rule::Is(label) => addresses.push(label.name.as_ptr()),
        Rule::Not(inner) => probe_addresses(inner, addresses),
        Rule::All(parts) | Rule::Any(parts) => {
            for part in parts {
                probe_addresses(part, addresses);
            }
        }
    }
}

fn probe_plain(words: Vec<String>) -> Vec<String> {
    let mut written = ::std::vec![];
    probe_write(&plain(probe_read(&mut words.iter())), &mut written);
    written
}

/// Whether the names in the plain form are the very texts that the rule had, in their order.
fn probe_moved(words: Vec<String>) -> bool {
    let rule = probe_read(&mut words.iter());
    let (mut before, mut after) = (::std::vec![], ::std::vec![]);
    probe_addresses(&rule, &mut before);
    probe_addresses(&plain(rule), &mut after);
    before == after
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_string).collect()
    }

    fn becomes(rule: &str, expected: &str) {
        assert_eq!(probe_plain(words(rule)).join(" "), expected, "{rule}");
    }

    #[test]
    fn the_example() {
        becomes("not all 2 a any 2 b not c", "any 2 not a all 2 not b c");
    }

    #[test]
    fn labels_are_plain() {
        becomes("a", "a");
        becomes("not ä", "not ä");
    }

    #[test]
    fn twice_not_is_nothing() {
        becomes("not not a", "a");
        becomes("not not not a", "not a");
        becomes("not not all 2 a b", "all 2 a b");
        becomes("all 2 a not not not not b", "all 2 a b");
    }

    #[test]
    fn not_goes_inwards() {
        becomes("not all 2 a b", "any 2 not a not b");
        becomes("not any 3 a not b c", "all 3 not a b not c");
        becomes(
            "any 2 a not all 2 b any 2 c d",
            "any 3 a not b all 2 not c not d",
        );
    }

    #[test]
    fn what_is_plain_stays() {
        becomes("any 2 all 2 a b all 2 a b", "any 2 all 2 a b all 2 a b");
        becomes("all 3 a a not a", "all 3 a a not a");
    }

    #[test]
    fn the_same_kind_is_opened_up() {
        becomes("all 3 a all 2 b c d", "all 4 a b c d");
        becomes("any 3 any 2 a b any 2 c d any 2 e f", "any 6 a b c d e f");
        becomes("all 2 all 2 all 2 a b c d", "all 4 a b c d");
    }

    #[test]
    fn the_same_kind_behind_not_is_opened_up() {
        becomes("all 2 a not any 2 b c", "all 3 a not b not c");
        becomes("any 2 not all 2 a b c", "any 3 not a not b c");
    }

    #[test]
    fn a_single_part_is_left() {
        becomes("all 1 a", "a");
        becomes("any 1 not a", "not a");
        becomes("not any 1 all 1 a", "not a");
        becomes("all 1 any 2 a b", "any 2 a b");
    }

    #[test]
    fn a_single_part_may_open_up_further() {
        becomes("all 2 a any 1 all 2 b c", "all 3 a b c");
        becomes("any 2 all 1 any 2 a b c", "any 3 a b c");
        becomes("all 2 a all 1 b", "all 2 a b");
    }

    #[test]
    fn without_parts_as_a_whole() {
        becomes("all 0", "all 0");
        becomes("any 0", "any 0");
        becomes("not all 0", "any 0");
        becomes("not any 0", "all 0");
    }

    #[test]
    fn parts_without_parts_are_left_out() {
        becomes("all 3 a all 0 b", "all 2 a b");
        becomes("any 3 any 0 a b", "any 2 a b");
        becomes("all 2 all 0 a", "a");
        becomes("any 2 a not all 0", "a");
        becomes("all 2 all 0 all 0", "all 0");
        becomes("any 2 any 0 any 0", "any 0");
    }

    #[test]
    fn parts_without_parts_decide() {
        becomes("all 3 a any 0 b", "any 0");
        becomes("any 3 a b all 0", "all 0");
        becomes("all 1 any 0", "any 0");
        becomes("any 1 all 0", "all 0");
        becomes("any 2 a all 2 b any 0", "a");
        becomes("not all 2 a any 0", "all 0");
        becomes("not any 2 a all 0", "any 0");
        becomes("any 2 all 2 a b all 2 any 0 c", "all 2 a b");
    }

    #[test]
    fn labels_are_moved() {
        assert!(probe_moved(words("not all 3 a any 2 b not c all 1 d")));
    }
}
