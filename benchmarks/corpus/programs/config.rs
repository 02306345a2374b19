use std::collections::HashMap;
use std::fmt::{self, Display};

#[derive(Debug, PartialEq)]
pub enum ConfigError {
    MissingKey(String),
    BadValue(String),
}

impl Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ConfigError::MissingKey(key) => write!(f, "missing key: {key}"),
            ConfigError::BadValue(value) => write!(f, "bad value: {value}"),
        }
    }
}

pub struct Config {
    settings: HashMap<String, String>,
}

impl Config {
    pub fn from_lines(lines: &[&str]) -> Config {
        let mut settings = HashMap::new();
        for line in lines {
            if let Some((key, value)) = line.split_once('=') {
                settings.insert(key.trim().to_string(), value.trim().to_string());
            }
        }
        Config { settings }
    }

    pub fn text(&self, key: &str) -> Result<&String, ConfigError> {
        self.settings.get(key).ok_or_else(|| ConfigError::MissingKey(key.to_string()))
    }

    pub fn number(&self, key: &str) -> Result<i64, ConfigError> {
        let text = self.text(key)?;
        text.parse::<i64>().map_err(|_| ConfigError::BadValue(text.clone()))
    }
}
