use std::collections::BTreeMap;

/// Group words by their length.
fn group_by_length(words: &[String]) -> BTreeMap<usize, Vec<String>> {
    let mut groups: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for word in words {
        groups.entry(word.len()).or_default().push(word.clone());
    }
    for members in groups.values_mut() {
        members.sort();
    }
    groups
}
