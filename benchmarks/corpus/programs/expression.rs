/// An arithmetic expression.
#[derive(Debug, Clone)]
pub enum Expr {
    Number(i64),
    Sum(Box<Expr>, Box<Expr>),
    Product(Box<Expr>, Box<Expr>),
    Negated(Box<Expr>),
}

pub fn evaluate(expr: &Expr) -> i64 {
    match expr {
        Expr::Number(value) => *value,
        Expr::Sum(left, right) => evaluate(left) + evaluate(right),
        Expr::Product(left, right) => evaluate(left) * evaluate(right),
        Expr::Negated(inner) => -evaluate(inner),
    }
}

pub fn depth(expr: &Expr) -> usize {
    match expr {
        Expr::Number(_) => 1,
        Expr::Sum(left, right) | Expr::Product(left, right) => 1 + depth(left).max(depth(right)),
        Expr::Negated(inner) => 1 + depth(inner),
    }
}
