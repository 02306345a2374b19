#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    pub title: String,
    pub pages: u32,
    pub lent_to: Option<String>,
}

#[derive(Debug)]
pub enum LendError {
    UnknownBook,
    AlreadyLent(String),
}

pub struct Library {
    pub books: Vec<Book>,
}

impl Library {
    pub fn lend(&mut self, title: &str, reader: &str) -> Result<(), LendError> {
        let book = self
            .books
            .iter_mut()
            .find(|book| book.title == title)
            .ok_or(LendError::UnknownBook)?;
        if let Some(holder) = &book.lent_to {
            return Err(LendError::AlreadyLent(holder.clone()));
        }
        book.lent_to = Some(reader.to_string());
        Ok(())
    }

    pub fn available(&self) -> Vec<&Book> {
        self.books.iter().filter(|book| book.lent_to.is_none()).collect()
    }
}
