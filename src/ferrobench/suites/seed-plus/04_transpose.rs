//! category: generics
//! tags: const generics, arrays
//! level: intermediate

// >>> prompt
fn transpose<T: Copy, const R: usize, const C: usize>(matrix: [[T; C]; R]) -> [[T; R]; C] {
    // <<< prompt
    std::array::from_fn(|column| std::array::from_fn(|row| matrix[row][column]))
}

// >>> probes
fn probe_2_by_3(matrix: [[i64; 3]; 2]) -> [[i64; 2]; 3] {
    transpose(matrix)
}

fn probe_3_by_2(matrix: [[i64; 2]; 3]) -> [[i64; 3]; 2] {
    transpose(matrix)
}

fn probe_3_by_3(matrix: [[i64; 3]; 3]) -> [[i64; 3]; 3] {
    transpose(matrix)
}

fn probe_4_by_1(matrix: [[i64; 1]; 4]) -> [[i64; 4]; 1] {
    transpose(matrix)
}

fn probe_1_by_1(matrix: [[bool; 1]; 1]) -> [[bool; 1]; 1] {
    transpose(matrix)
}

fn probe_characters(matrix: [[char; 4]; 2]) -> [[char; 2]; 4] {
    transpose(matrix)
}

/// With a type that has no default value and that cannot be compared.
fn probe_marks(matrix: [[u8; 2]; 3]) -> [[u8; 3]; 2] {
    #[derive(Clone, Copy)]
    struct Mark(::std::num::NonZeroU8);

    let mark = |number| Mark(::std::num::NonZeroU8::new(number).unwrap());
    transpose(matrix.map(|row| row.map(mark))).map(|row| row.map(|mark| mark.0.get()))
}
// <<< probes

// What is without rows or columns is left out.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_than_high() {
        assert_eq!(
            probe_2_by_3([[1, 2, 3], [4, 5, 6]]),
            [[1, 4], [2, 5], [3, 6]]
        );
    }

    #[test]
    fn higher_than_wide() {
        assert_eq!(
            probe_3_by_2([[1, 2], [3, 4], [5, 6]]),
            [[1, 3, 5], [2, 4, 6]]
        );
    }

    #[test]
    fn a_square() {
        assert_eq!(
            probe_3_by_3([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
            [[1, 4, 7], [2, 5, 8], [3, 6, 9]]
        );
    }

    #[test]
    fn what_is_symmetric_stays() {
        let symmetric = [[i64::MIN, 2, 3], [2, 0, 4], [3, 4, i64::MAX]];
        assert_eq!(probe_3_by_3(symmetric), symmetric);
    }

    #[test]
    fn one_column_becomes_one_row() {
        assert_eq!(probe_4_by_1([[9], [-9], [9], [7]]), [[9, -9, 9, 7]]);
    }

    #[test]
    fn a_single_element() {
        assert_eq!(probe_1_by_1([[true]]), [[true]]);
        assert_eq!(probe_1_by_1([[false]]), [[false]]);
    }

    #[test]
    fn twice_gives_the_matrix_back() {
        let matrix = [[3, 1, 4], [1, 5, 9]];
        assert_eq!(probe_3_by_2(probe_2_by_3(matrix)), matrix);
    }

    #[test]
    fn other_types() {
        assert_eq!(
            probe_characters([['a', 'b', 'c', 'd'], ['ä', 'ß', '日', '🦀']]),
            [['a', 'ä'], ['b', 'ß'], ['c', '日'], ['d', '🦀']]
        );
        assert_eq!(
            probe_marks([[1, 2], [3, 4], [255, 6]]),
            [[1, 3, 255], [2, 4, 6]]
        );
    }
}
