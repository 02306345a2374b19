use std::ops::Mul;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    numerator: i64,
    denominator: i64,
}

impl Fraction {
    pub fn new(numerator: i64, denominator: i64) -> Result<Self, &'static str> {
        if denominator == 0 {
            return Err("the denominator is zero");
        }
        Ok(Fraction { numerator, denominator }.reduced())
    }

    fn reduced(self) -> Self {
        let divisor = common_divisor(self.numerator.abs(), self.denominator.abs());
        Fraction {
            numerator: self.numerator / divisor,
            denominator: self.denominator / divisor,
        }
    }
}

impl Mul for Fraction {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let product = Fraction {
            numerator: self.numerator * other.numerator,
            denominator: self.denominator * other.denominator,
        };
        product.reduced()
    }
}

fn common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
