/// Swap the rows and columns of a table.
fn transpose(table: &Vec<Vec<i32>>) -> Vec<Vec<i32>> {
    if table.is_empty() {
        return vec![];
    }
    let width = table[0].len();
    let mut columns = vec![Vec::with_capacity(table.len()); width];
    for row in table {
        for (index, cell) in row.iter().enumerate() {
            columns[index].push(*cell);
        }
    }
    columns
}

fn row_sums(table: &[Vec<i32>]) -> Vec<i32> {
    table.iter().map(|row| row.iter().sum()).collect()
}

fn main() {
    let table = vec![vec![1, 2, 3], vec![4, 5, 6]];
    let flipped = transpose(&table);
    println!("{:?} {:?}", flipped, row_sums(&table));
}
