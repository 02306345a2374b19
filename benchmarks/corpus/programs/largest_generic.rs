/// Return the largest item of a slice.
pub fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
    let mut iter = items.iter();
    let mut champion = *iter.next()?;
    for &item in iter {
        if item > champion {
            champion = item;
        }
    }
    Some(champion)
}

pub fn pair_up<A, B>(first_value: A, second_value: B) -> (A, B)
where
    A: Clone,
    B: Clone,
{
    (first_value.clone(), second_value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_largest() {
        assert_eq!(largest(&[3, 9, 2]), Some(9));
        assert_eq!(largest::<i32>(&[]), None);
    }
}
