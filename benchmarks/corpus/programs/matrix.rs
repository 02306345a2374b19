#[derive(Debug, Clone)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    cells: Vec<f64>,
}

impl Matrix {
    pub fn zeros(rows: usize, columns: usize) -> Matrix {
        Matrix { rows, columns, cells: vec![0.0; rows * columns] }
    }

    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.columns + column]
    }

    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        let position = row * self.columns + column;
        self.cells[position] = value;
    }

    pub fn transpose(&self) -> Matrix {
        let mut result = Matrix::zeros(self.columns, self.rows);
        for row in 0..self.rows {
            for column in 0..self.columns {
                result.set(column, row, self.at(row, column));
            }
        }
        result
    }
}
