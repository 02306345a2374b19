//! category: trait objects
//! tags: trait objects, box, heterogeneous collections, formatting
//! level: basic

// >>> prompt
/// A rectangle of text.
trait Block {
    /// The rows from top to bottom. All of them have the same number of `char`s.
    fn rows(&self) -> Vec<String>;
}

/// A single row: the text itself, which holds no line breaks.
struct Text(String);

/// Blocks of any kinds, one below the other, the first on top. Rows that are narrower than the widest row of
/// all of them get spaces on their right. A stack of no blocks has no rows.
struct Stack(Vec<Box<dyn Block>>);

/// A block within a border that is made of the char `border`: one more row above it and one below, and one
/// more char on either side of each of its rows. A block that has no rows becomes two rows of two chars.
struct Framed {
    border: char,
    inner: Box<dyn Block>,
}

/// All three are blocks.
impl Block for Text {
    // <<< prompt
    fn rows(&self) -> Vec<String> {
        vec![self.0.clone()]
    }
}

impl Block for Stack {
    fn rows(&self) -> Vec<String> {
        let rows: Vec<String> = self.0.iter().flat_map(|block| block.rows()).collect();
        let width = rows.iter().map(|row| row.chars().count()).max();
        let width = width.unwrap_or(0);
        rows.iter().map(|row| format!("{row:width$}")).collect()
    }
}

impl Block for Framed {
    fn rows(&self) -> Vec<String> {
        let border = self.border;
        let inner = self.inner.rows();
        let width = inner.first().map_or(0, |row| row.chars().count());
        let bar = border.to_string().repeat(width + 2);
        let mut rows = vec![bar.clone()];
        rows.extend(inner.iter().map(|row| format!("{border}{row}{border}")));
        rows.push(bar);
        rows
    }
}

// >>> probes
/// The block that the words from `at` on describe: `=abc` is a text, `[#` a frame around the next block,
/// `3` a stack of the next three blocks, `?` a block of another kind, two rows of three.
fn probe_build(words: &[String], at: &mut usize) -> Box<dyn Block> {
    struct Other;
    impl Block for Other {
        fn rows(&self) -> ::std::vec::Vec<::std::string::String> {
            ::std::vec!["123".to_string(), "456".to_string()]
        }
    }

    let word = &words[*at];
    *at += 1;
    if let ::std::option::Option::Some(text) = word.strip_prefix('=') {
        ::std::boxed::Box::new(Text(text.to_string()))
    } else if let ::std::option::Option::Some(border) = word.strip_prefix('[') {
        ::std::boxed::Box::new(Framed {
            border: border.chars().next().unwrap(),
            inner: probe_build(words, at),
        })
    } else if word == "?" {
        ::std::boxed::Box::new(Other)
    } else {
        let count: usize = word.parse().unwrap();
        ::std::boxed::Box::new(Stack((0..count).map(|_| probe_build(words, at)).collect()))
    }
}

fn probe_rows(words: Vec<String>) -> Vec<String> {
    probe_build(&words, &mut 0).rows()
}

/// The rows of one block, asked for twice.
fn probe_twice(words: Vec<String>) -> (Vec<String>, Vec<String>) {
    let block = probe_build(&words, &mut 0);
    (block.rows(), block.rows())
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split('|').map(str::to_string).collect()
    }

    fn rows(text: &str) -> Vec<String> {
        probe_rows(words(text))
    }

    #[test]
    fn a_text_is_one_row() {
        assert_eq!(rows("=some words "), ["some words "]);
        assert_eq!(rows("="), [""]);
    }

    #[test]
    fn a_stack_of_nothing() {
        assert!(rows("0").is_empty());
        assert!(rows("2|0|0").is_empty());
    }

    #[test]
    fn a_stack_goes_from_top_to_bottom() {
        assert_eq!(rows("3|=abc|=xyz|=123"), ["abc", "xyz", "123"]);
    }

    #[test]
    fn narrow_rows_get_spaces() {
        assert_eq!(rows("3|=a|=abc|="), ["a  ", "abc", "   "]);
        assert_eq!(rows("2|=abcd|=a"), ["abcd", "a   "]);
    }

    #[test]
    fn width_is_counted_in_chars() {
        assert_eq!(rows("2|=żółć|=abcde"), ["żółć ", "abcde"]);
        assert_eq!(rows("[*|=żó"), ["****", "*żó*", "****"]);
    }

    #[test]
    fn a_frame_around_a_text() {
        assert_eq!(rows("[#|=hi"), ["####", "#hi#", "####"]);
        assert_eq!(rows("[#|="), ["##", "##", "##"]);
    }

    #[test]
    fn a_frame_of_any_char() {
        assert_eq!(rows("[→|=a"), ["→→→", "→a→", "→→→"]);
        assert_eq!(rows("[ |=a"), ["   ", " a ", "   "]);
    }

    #[test]
    fn a_frame_around_nothing() {
        assert_eq!(rows("[#|0"), ["##", "##"]);
    }

    #[test]
    fn a_frame_around_a_stack() {
        assert_eq!(rows("[+|2|=a|=abc"), ["+++++", "+a  +", "+abc+", "+++++"]);
    }

    #[test]
    fn a_stack_of_stacks_and_frames() {
        assert_eq!(
            rows("3|[*|=a|2|=b|=abcde|[o|[i|=x"),
            [
                "***  ", "*a*  ", "***  ", "b    ", "abcde", "ooooo", "oiiio", "oixio", "oiiio",
                "ooooo"
            ]
        );
    }

    #[test]
    fn blocks_of_other_kinds() {
        assert_eq!(rows("2|?|=abcd"), ["123 ", "456 ", "abcd"]);
        assert_eq!(rows("[.|?"), [".....", ".123.", ".456.", "....."]);
    }

    #[test]
    fn rows_can_be_asked_for_again() {
        let (once, again) = probe_twice(words("[#|2|=a|=bc"));
        assert_eq!(once, ["####", "#a #", "#bc#", "####"]);
        assert_eq!(once, again);
    }
}
