#[derive(Debug, Clone)]
pub struct Student {
    pub name: String,
    pub marks: Vec<u32>,
}

impl Student {
    pub fn new(name: &str) -> Self {
        Student { name: name.to_string(), marks: vec![] }
    }

    pub fn add_mark(&mut self, mark: u32) -> Result<(), String> {
        if mark > 100 {
            return Err(format!("{} is no valid mark", mark));
        }
        self.marks.push(mark);
        Ok(())
    }

    pub fn average(&self) -> Option<f64> {
        if self.marks.is_empty() {
            None
        } else {
            Some(self.marks.iter().sum::<u32>() as f64 / self.marks.len() as f64)
        }
    }
}

pub fn best_student(students: &[Student]) -> Option<&Student> {
    students
        .iter()
        .filter(|student| student.average().is_some())
        .max_by(|a, b| a.average().partial_cmp(&b.average()).unwrap())
}
