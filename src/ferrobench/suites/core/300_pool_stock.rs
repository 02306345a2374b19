//! category: generics
//! tags: generic functions, closures, moves, collections
//! level: intermediate
//! variant-of: merge_maps

use std::collections::BTreeMap;

// >>> prompt
/// The stock of two shops under one roof: the lots of all articles that `ours` or `theirs` has.
///
/// The lot of an article that just one shop has is taken over as it is. Where both have one, `combine` is
/// asked what to do: it is given the article, our lot and their lot, and returns the lot for the pooled
/// stock, or `None` if the article is to be dropped. It is asked about the articles of both shops alone,
/// about each of them once, the least article first.
///
/// It works for articles that have nothing but an order, and for lots without any traits.
fn pool_stock<Article: Ord, Lot>(
    ours: BTreeMap<Article, Lot>,
    theirs: BTreeMap<Article, Lot>,
    mut combine: impl FnMut(&Article, Lot, Lot) -> Option<Lot>,
) -> BTreeMap<Article, Lot> {
    // <<< prompt
    let mut pooled = ours;
    for (article, their_lot) in theirs {
        let lot = match pooled.remove(&article) {
            Some(our_lot) => combine(&article, our_lot, their_lot),
            None => Some(their_lot),
        };
        if let Some(lot) = lot {
            pooled.insert(article, lot);
        }
    }
    pooled
}

// >>> probes
/// `combine` subtracts their number from ours, and drops the article where nothing is left.
fn probe_numbers(
    ours: ::std::collections::BTreeMap<char, i64>,
    theirs: ::std::collections::BTreeMap<char, i64>,
) -> ::std::collections::BTreeMap<char, i64> {
    pool_stock(ours, theirs, |_, our, their| {
        ::std::option::Option::Some(our - their).filter(|&left| left != 0)
    })
}

/// What `combine` is asked, and the articles and lots at the end. Lots have no traits, articles an order alone.
/// Their lot is kept if it is larger, else the article is dropped.
#[allow(clippy::type_complexity)]
fn probe_questions(
    ours: Vec<(String, u32)>,
    theirs: Vec<(String, u32)>,
) -> (Vec<(String, u32, u32)>, Vec<(String, u32)>) {
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Label(::std::string::String);
    struct Crate(u32);

    let shop = |stock: Vec<(String, u32)>| {
        stock
            .into_iter()
            .map(|(label, size)| (Label(label), Crate(size)))
            .collect::<::std::collections::BTreeMap<Label, Crate>>()
    };
    let mut questions = Vec::new();
    let pooled = pool_stock(shop(ours), shop(theirs), |label, our, their| {
        questions.push((label.0.clone(), our.0, their.0));
        if their.0 > our.0 {
            ::std::option::Option::Some(their)
        } else {
            ::std::option::Option::None
        }
    });
    let pooled = pooled
        .into_iter()
        .map(|(label, lot)| (label.0, lot.0))
        .collect();
    (questions, pooled)
}
// <<< probes

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(ours: &[(char, i64)], theirs: &[(char, i64)]) -> Vec<(char, i64)> {
        let shop = |stock: &[(char, i64)]| stock.iter().copied().collect();
        probe_numbers(shop(ours), shop(theirs))
            .into_iter()
            .collect()
    }

    fn owned(stock: &[(&str, u32)]) -> Vec<(String, u32)> {
        stock
            .iter()
            .map(|&(label, size)| (label.to_string(), size))
            .collect()
    }

    #[test]
    fn shops_without_stock() {
        assert_eq!(numbers(&[], &[]), []);
        assert_eq!(numbers(&[('q', 5), ('w', -1)], &[]), [('q', 5), ('w', -1)]);
        assert_eq!(numbers(&[], &[('q', 5), ('w', -1)]), [('q', 5), ('w', -1)]);
    }

    #[test]
    fn what_one_shop_has_is_taken_over() {
        assert_eq!(
            numbers(&[('m', 1), ('a', 0)], &[('z', 3), ('b', 0)]),
            [('a', 0), ('b', 0), ('m', 1), ('z', 3)]
        );
    }

    #[test]
    fn what_both_have_is_combined_our_lot_first() {
        assert_eq!(
            numbers(
                &[('a', 10), ('b', 20), ('é', 5)],
                &[('b', 1), ('c', 2), ('é', 9)]
            ),
            [('a', 10), ('b', 19), ('c', 2), ('é', -4)]
        );
    }

    #[test]
    fn an_article_can_be_dropped() {
        assert_eq!(numbers(&[('a', 4)], &[('a', 4)]), []);
        assert_eq!(
            numbers(&[('a', 4), ('b', 7)], &[('b', 7), ('c', 4)]),
            [('a', 4), ('c', 4)]
        );
    }

    #[test]
    fn combine_is_asked_once_each_from_the_least_article_on() {
        let ours = owned(&[("tea", 3), ("ale", 2), ("rum", 9), ("gin", 4)]);
        let theirs = owned(&[("rum", 1), ("wine", 6), ("tea", 5), ("ale", 2)]);
        let (questions, pooled) = probe_questions(ours, theirs);
        let expected = [("ale", 2, 2), ("rum", 9, 1), ("tea", 3, 5)];
        assert_eq!(
            questions,
            expected.map(|(label, our, their)| (label.to_string(), our, their))
        );
        assert_eq!(pooled, owned(&[("gin", 4), ("tea", 5), ("wine", 6)]));
    }

    #[test]
    fn combine_is_not_asked_where_nothing_is_shared() {
        let (questions, pooled) = probe_questions(owned(&[("b", 1)]), owned(&[("a", 2)]));
        assert!(questions.is_empty());
        assert_eq!(pooled, owned(&[("a", 2), ("b", 1)]));
    }

    #[test]
    fn all_articles_shared() {
        let ours = owned(&[("", 1), ("ü", 1)]);
        let theirs = owned(&[("ü", 2), ("", 0)]);
        let (questions, pooled) = probe_questions(ours, theirs);
        assert_eq!(questions, [("".to_string(), 1, 0), ("ü".to_string(), 1, 2)]);
        assert_eq!(pooled, owned(&[("ü", 2)]));
    }
}
