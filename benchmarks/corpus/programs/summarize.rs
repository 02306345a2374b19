/// Something with a short form.
pub trait Summary {
    fn author(&self) -> String;

    fn summarize(&self) -> String {
        format!("(read more from {})", self.author())
    }
}

pub struct Article {
    pub headline: String,
    pub writer: String,
}

pub struct Message<'a> {
    pub sender: &'a str,
    pub body: &'a str,
}

impl Summary for Article {
    fn author(&self) -> String {
        self.writer.clone()
    }

    fn summarize(&self) -> String {
        format!("{}, by {}", self.headline, self.writer)
    }
}

impl<'a> Summary for Message<'a> {
    fn author(&self) -> String {
        format!("@{}", self.sender)
    }
}

pub fn announce<S: Summary>(entry: &S) -> String {
    let mut text = String::from("News: ");
    text.push_str(&entry.summarize());
    text
}
