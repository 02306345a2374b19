//! category: modules and visibility
//! tags: pub(super), privacy, invariants, re-exports
//! level: intermediate

// >>> prompt
/// Money that nothing outside this module can make, copy or change.
mod bank {
    pub use self::account::Account;

    #[derive(Debug, PartialEq, Eq)]
    pub enum Refusal {
        NotEnough,
        TooMuch,
    }

    /// A new account, with new money.
    pub fn issue(amount: u64) -> Account {
        Account::open(amount)
    }

    /// Moves money from one account to another, or changes nothing.
    pub fn transfer(
        source: &mut Account,
        target: &mut Account,
        amount: u64,
    ) -> Result<(), Refusal> {
        if !source.take(amount) {
            return Err(Refusal::NotEnough);
        }
        if !target.put(amount) {
            source.put(amount);
            return Err(Refusal::TooMuch);
        }
        Ok(())
    }

    /// Moves all that the first account has to the second. The first one is gone then; if its money
    /// does not fit, it is given back.
    pub fn close(source: Account, target: &mut Account) -> Result<(), Account> {
        if target.put(source.balance()) {
            Ok(())
        } else {
            Err(source)
        }
    }

    /// Holds nothing but the struct `Account`, which has a balance, with these functions:
    ///
    /// - `balance(&self) -> u64`, and `peak(&self) -> u64`, the highest balance that the account
    ///   ever had. All who can see an account can call these two.
    /// - `open(balance: u64) -> Account` makes an account.
    /// - `put(&mut self, amount: u64) -> bool` adds to the balance, if the sum fits.
    /// - `take(&mut self, amount: u64) -> bool` subtracts from the balance, if there is enough.
    ///
    /// Whatever does not fit, or is not there, changes nothing and gives `false`. The last three
    /// can be called within `bank` and nowhere else. An account's fields can be reached in
    /// `account` only, and it implements no traits that would make another one, such as `Clone` or
    /// `Default`.
    mod account {
        // <<< prompt
        pub struct Account {
            balance: u64,
            peak: u64,
        }

        impl Account {
            pub fn balance(&self) -> u64 {
                self.balance
            }

            pub fn peak(&self) -> u64 {
                self.peak
            }

            pub(super) fn open(balance: u64) -> Account {
                Account {
                    balance,
                    peak: balance,
                }
            }

            pub(super) fn put(&mut self, amount: u64) -> bool {
                let sum = self.balance.checked_add(amount);
                if let Some(balance) = sum {
                    self.balance = balance;
                    self.peak = self.peak.max(balance);
                }
                sum.is_some()
            }

            pub(super) fn take(&mut self, amount: u64) -> bool {
                let rest = self.balance.checked_sub(amount);
                if let Some(balance) = rest {
                    self.balance = balance;
                }
                rest.is_some()
            }
        }
    }
}

// >>> probes
/// Transfers between accounts: source, target and amount of each. What is refused, and the balance
/// and peak of each in the end.
#[allow(clippy::type_complexity)]
fn probe_transfers(
    issued: Vec<u64>,
    transfers: Vec<(usize, usize, u64)>,
) -> (Vec<Option<String>>, Vec<(u64, u64)>) {
    let mut accounts: ::std::vec::Vec<bank::Account> =
        issued.into_iter().map(bank::issue).collect();
    let refusals = transfers
        .into_iter()
        .map(|(source, target, amount)| {
            let [source, target] = accounts.get_disjoint_mut([source, target]).unwrap();
            let outcome = bank::transfer(source, target, amount);
            outcome.err().map(|refusal| ::std::format!("{refusal:?}"))
        })
        .collect();
    let ends = accounts
        .iter()
        .map(|account| (account.balance(), account.peak()))
        .collect();
    (refusals, ends)
}

/// Closes an account: what is given back, and the balance and peak of the other.
fn probe_close(source: u64, target: u64) -> (Option<u64>, u64, u64) {
    let mut into = bank::issue(target);
    let back = bank::close(bank::issue(source), &mut into).err();
    (
        back.map(|account| account.balance()),
        into.balance(),
        into.peak(),
    )
}

/// What can be seen from outside: where something cannot, what has its name here is found in its
/// place.
mod probe_outside {
    use super::bank::{self, Account};

    #[allow(dead_code)]
    pub trait Decoy {
        const SEEN: bool = true;

        fn open(_: u64) -> Account {
            bank::issue(1_000)
        }

        fn put(&mut self, _: u64) -> bool {
            true
        }

        fn take(&mut self, _: u64) -> bool {
            true
        }
    }

    impl Decoy for Account {}

    pub mod account {
        pub struct Account;
    }

    pub trait Named {
        const SEEN: bool;
    }

    impl Named for account::Account {
        const SEEN: bool = false;
    }

    impl Named for Account {
        const SEEN: bool = true;
    }

    pub fn sees_open() -> bool {
        Account::open(5).balance() == 5
    }

    pub fn sees_put() -> bool {
        let mut account = bank::issue(5);
        account.put(2);
        account.balance() != 5
    }

    pub fn sees_take() -> bool {
        let mut account = bank::issue(5);
        account.take(2);
        account.balance() != 5
    }

    pub fn sees_module() -> bool {
        #[allow(unused_imports)]
        use super::bank::*;
        <account::Account as Named>::SEEN
    }

    pub struct Is<T>(::std::marker::PhantomData<T>);

    pub trait Otherwise {
        const CLONE: bool = false;
        const DEFAULT: bool = false;
    }

    impl<T> Otherwise for Is<T> {}

    #[allow(dead_code)]
    impl<T: ::std::clone::Clone> Is<T> {
        pub const CLONE: bool = true;
    }

    #[allow(dead_code)]
    impl<T: ::std::default::Default> Is<T> {
        pub const DEFAULT: bool = true;
    }
}

/// Whether `open`, `put`, `take` and the module `account` can be seen from outside.
fn probe_seen() -> (bool, bool, bool, bool) {
    (
        probe_outside::sees_open(),
        probe_outside::sees_put(),
        probe_outside::sees_take(),
        probe_outside::sees_module(),
    )
}

/// Whether an account is `Clone`, and whether it is `Default`.
fn probe_traits() -> (bool, bool) {
    #[allow(unused_imports)]
    use probe_outside::{Is, Otherwise};
    (Is::<bank::Account>::CLONE, Is::<bank::Account>::DEFAULT)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str) -> Option<String> {
        Some(name.to_string())
    }

    #[test]
    fn a_new_account_is_at_its_peak() {
        assert_eq!(
            probe_transfers(vec![0, 7, u64::MAX], vec![]),
            (vec![], vec![(0, 0), (7, 7), (u64::MAX, u64::MAX)])
        );
    }

    #[test]
    fn money_moves() {
        assert_eq!(
            probe_transfers(vec![10, 1], vec![(0, 1, 4)]),
            (vec![None], vec![(6, 10), (5, 5)])
        );
    }

    #[test]
    fn all_of_it_and_none_of_it() {
        assert_eq!(
            probe_transfers(vec![10, 1], vec![(0, 1, 10), (0, 1, 0)]),
            (vec![None, None], vec![(0, 10), (11, 11)])
        );
    }

    #[test]
    fn not_enough_changes_nothing() {
        assert_eq!(
            probe_transfers(vec![10, 1], vec![(0, 1, 11), (1, 0, u64::MAX)]),
            (vec![refusal("NotEnough"); 2], vec![(10, 10), (1, 1)])
        );
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        assert_eq!(
            probe_transfers(vec![10, u64::MAX - 4], vec![(0, 1, 5), (0, 1, 4)]),
            (
                vec![refusal("TooMuch"), None],
                vec![(6, 10), (u64::MAX, u64::MAX)]
            )
        );
    }

    #[test]
    fn the_peak_stays() {
        let transfers = vec![(0, 1, 5), (1, 2, 6), (2, 1, 2), (1, 0, 1)];
        assert_eq!(
            probe_transfers(vec![8, 2, 0], transfers),
            (vec![None; 4], vec![(4, 8), (2, 7), (4, 6)])
        );
    }

    #[test]
    fn closing_moves_all() {
        assert_eq!(probe_close(3, 4), (None, 7, 7));
        assert_eq!(probe_close(0, 0), (None, 0, 0));
        assert_eq!(probe_close(1, u64::MAX), (Some(1), u64::MAX, u64::MAX));
    }

    #[test]
    fn outside_sees_none_of_what_makes_money() {
        assert_eq!(probe_seen(), (false, false, false, false));
    }

    #[test]
    fn an_account_cannot_be_multiplied() {
        assert_eq!(probe_traits(), (false, false));
    }
}
