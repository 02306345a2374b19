use std::fmt;

#[derive(Debug)]
pub enum AccountError {
    Insufficient { needed: u64, available: u64 },
    Frozen,
}

impl fmt::Display for AccountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AccountError::Insufficient { needed, available } => {
                write!(f, "needed {} but only {} is there", needed, available)
            }
            AccountError::Frozen => write!(f, "the account is frozen"),
        }
    }
}

impl std::error::Error for AccountError {}

pub struct Account {
    balance: u64,
    frozen: bool,
}

impl Account {
    pub fn open(balance: u64) -> Self {
        Account { balance, frozen: false }
    }

    pub fn deposit(&mut self, amount: u64) {
        self.balance += amount;
    }

    pub fn withdraw(&mut self, amount: u64) -> Result<u64, AccountError> {
        if self.frozen {
            return Err(AccountError::Frozen);
        }
        if amount > self.balance {
            return Err(AccountError::Insufficient { needed: amount, available: self.balance });
        }
        self.balance -= amount;
        Ok(self.balance)
    }
}
