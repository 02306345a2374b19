//! category: traits
//! tags: associated types, default methods
//! judge: compile

// >>> prompt
trait Parser {
    // <<< prompt
    type Output;

    fn parse(&self, input: &str) -> Option<Self::Output>;

    fn parse_lines(&self, input: &str) -> Vec<Self::Output> {
        input.lines().filter_map(|line| self.parse(line)).collect()
    }
}
