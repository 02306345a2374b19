//! category: data structures
//! tags: enums, pattern matching
//! judge: compile

#[rustfmt::skip] // the prompt's text is one line
// >>> prompt
enum Color { Red, Green, Blue }
// <<< prompt

impl Color {
    fn rgb(&self) -> (u8, u8, u8) {
        match self {
            Color::Red => (255, 0, 0),
            Color::Green => (0, 255, 0),
            Color::Blue => (0, 0, 255),
        }
    }
}
