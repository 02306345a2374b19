/// One entry of a table of scores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    points: u32,
    player: String,
}

fn top_scores(scores: &[Score], places: usize) -> Vec<Score> {
    let mut ranking = scores.to_vec();
    ranking.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.player.cmp(&b.player)));
    ranking.truncate(places);
    ranking
}

fn parse_score(line: &str) -> Option<Score> {
    let mut parts = line.splitn(2, ':');
    let player = parts.next()?.trim().to_string();
    let points = parts.next()?.trim().parse().ok()?;
    Some(Score { points, player })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_a_line() {
        let score = parse_score("ann: 12").unwrap();
        assert_eq!(score.points, 12);
        assert_eq!(score.player, "ann");
    }
}
