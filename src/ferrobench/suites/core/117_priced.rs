//! category: traits
//! tags: default methods, trait objects, checked arithmetic
//! level: basic

// >>> prompt
struct Ticket {
    cents: u64,
}

/// So many grams of something sold by weight.
struct Loose {
    grams: u64,
    cents_per_gram: u64,
}

/// Sums up a bill. What is too great for a `u64` has no total.
fn bill(items: &[Box<dyn Priced>]) -> Option<u64> {
    items
        .iter()
        .try_fold(0u64, |sum, item| sum.checked_add(item.total()?))
}

/// What can stand on a bill:
///
/// - `unit_price(&self) -> u64`, in cents: every type says it for itself.
/// - `units(&self) -> u64`: 1, for types that do not say otherwise.
/// - `total(&self) -> Option<u64>`: what all units cost together, `None` if that is too great for a `u64`.
///   Types may say otherwise.
///
/// A `Ticket` is one unit, sold at its price. A `Loose` has a unit for each gram; up to ten grams are a
/// sample, and cost nothing in total.
trait Priced {
    // <<< prompt
    fn unit_price(&self) -> u64;

    fn units(&self) -> u64 {
        1
    }

    fn total(&self) -> Option<u64> {
        self.unit_price().checked_mul(self.units())
    }
}

impl Priced for Ticket {
    fn unit_price(&self) -> u64 {
        self.cents
    }
}

impl Priced for Loose {
    fn unit_price(&self) -> u64 {
        self.cents_per_gram
    }

    fn units(&self) -> u64 {
        self.grams
    }

    fn total(&self) -> Option<u64> {
        if self.grams <= 10 {
            Some(0)
        } else {
            self.unit_price().checked_mul(self.grams)
        }
    }
}

// >>> probes
/// Price of a unit, units, and total.
fn probe_ticket(cents: u64) -> (u64, u64, Option<u64>) {
    let ticket = Ticket { cents };
    (ticket.unit_price(), ticket.units(), ticket.total())
}

fn probe_loose(grams: u64, cents_per_gram: u64) -> (u64, u64, Option<u64>) {
    let loose = Loose {
        grams,
        cents_per_gram,
    };
    (loose.unit_price(), loose.units(), loose.total())
}

/// Types of the suite: one says no more than it must; one how many units it has; one what its total is.
fn probe_other_types(price: u64, units: u64, total: Option<u64>) -> Vec<(u64, u64, Option<u64>)> {
    struct Least(u64);
    impl Priced for Least {
        fn unit_price(&self) -> u64 {
            self.0
        }
    }

    struct Pack(u64, u64);
    impl Priced for Pack {
        fn unit_price(&self) -> u64 {
            self.0
        }

        fn units(&self) -> u64 {
            self.1
        }
    }

    struct Fixed(Option<u64>);
    impl Priced for Fixed {
        fn unit_price(&self) -> u64 {
            3
        }

        fn total(&self) -> Option<u64> {
            self.0
        }
    }

    let items: Vec<Box<dyn Priced>> = ::std::vec![
        Box::new(Least(price)),
        Box::new(Pack(price, units)),
        Box::new(Fixed(total)),
    ];
    items
        .iter()
        .map(|item| (item.unit_price(), item.units(), item.total()))
        .collect()
}

fn probe_bill(tickets: Vec<u64>, loose: Vec<(u64, u64)>) -> Option<u64> {
    let mut items: Vec<Box<dyn Priced>> = Vec::new();
    for cents in tickets {
        items.push(Box::new(Ticket { cents }));
    }
    for (grams, cents_per_gram) in loose {
        items.push(Box::new(Loose {
            grams,
            cents_per_gram,
        }));
    }
    bill(&items)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_one_unit_at_its_price() {
        assert_eq!(probe_ticket(250), (250, 1, Some(250)));
        assert_eq!(probe_ticket(0), (0, 1, Some(0)));
        assert_eq!(probe_ticket(u64::MAX), (u64::MAX, 1, Some(u64::MAX)));
    }

    #[test]
    fn loose_goods_have_a_unit_for_each_gram() {
        assert_eq!(probe_loose(200, 3), (3, 200, Some(600)));
        assert_eq!(probe_loose(12, 0), (0, 12, Some(0)));
    }

    #[test]
    fn up_to_ten_grams_cost_nothing_in_total() {
        assert_eq!(probe_loose(11, 3), (3, 11, Some(33)));
        assert_eq!(probe_loose(10, 3), (3, 10, Some(0)));
        assert_eq!(probe_loose(10, u64::MAX), (u64::MAX, 10, Some(0)));
        assert_eq!(probe_loose(0, 3), (3, 0, Some(0)));
    }

    #[test]
    fn what_is_too_great_has_no_total() {
        assert_eq!(probe_loose(u64::MAX, 2).2, None);
        assert_eq!(probe_loose(11, u64::MAX).2, None);
        assert_eq!(probe_loose(u64::MAX, 1).2, Some(u64::MAX));
    }

    #[test]
    fn a_type_need_not_say_more_than_its_price() {
        assert_eq!(probe_other_types(7, 9, None)[0], (7, 1, Some(7)));
    }

    #[test]
    fn the_total_follows_the_units_of_a_type() {
        assert_eq!(probe_other_types(7, 9, None)[1], (7, 9, Some(63)));
        assert_eq!(probe_other_types(7, 0, None)[1], (7, 0, Some(0)));
        assert_eq!(probe_other_types(u64::MAX, 2, None)[1], (u64::MAX, 2, None));
    }

    #[test]
    fn a_type_may_say_what_its_total_is() {
        assert_eq!(probe_other_types(1, 1, None)[2], (3, 1, None));
        assert_eq!(probe_other_types(1, 1, Some(8))[2], (3, 1, Some(8)));
    }

    #[test]
    fn a_bill_of_several_types() {
        assert_eq!(probe_bill(vec![], vec![]), Some(0));
        assert_eq!(probe_bill(vec![250, 120], vec![(5, 9), (20, 9)]), Some(550));
        assert_eq!(probe_bill(vec![u64::MAX, 1], vec![]), None);
        assert_eq!(probe_bill(vec![1], vec![(u64::MAX, 2)]), None);
    }
}
