#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Light {
    Red,
    Yellow,
    Green,
}

impl Light {
    pub fn following(self) -> Light {
        match self {
            Light::Red => Light::Green,
            Light::Green => Light::Yellow,
            Light::Yellow => Light::Red,
        }
    }

    pub fn seconds(self) -> u32 {
        match self {
            Light::Red => 30,
            Light::Yellow => 5,
            Light::Green => 45,
        }
    }
}

pub fn cycle_time() -> u32 {
    let mut total = 0;
    let mut light = Light::Red;
    loop {
        total += light.seconds();
        light = light.following();
        if light == Light::Red {
            break total;
        }
    }
}
