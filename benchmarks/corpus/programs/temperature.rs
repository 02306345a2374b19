#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Celsius(pub f64);

#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Fahrenheit(pub f64);

impl From<Celsius> for Fahrenheit {
    fn from(degrees: Celsius) -> Self {
        Fahrenheit(degrees.0 * 9.0 / 5.0 + 32.0)
    }
}

impl From<Fahrenheit> for Celsius {
    fn from(degrees: Fahrenheit) -> Self {
        Celsius((degrees.0 - 32.0) * 5.0 / 9.0)
    }
}

pub fn warmest(readings: &[Celsius]) -> Option<Celsius> {
    let mut warm: Option<Celsius> = None;
    for &reading in readings {
        if warm.map_or(true, |record| reading > record) {
            warm = Some(reading);
        }
    }
    warm
}
