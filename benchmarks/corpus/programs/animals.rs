trait Animal {
    fn name(&self) -> String;
    fn legs(&self) -> u32 {
        4
    }
}

struct Dog;
struct Bird {
    species: String,
}

impl Animal for Dog {
    fn name(&self) -> String {
        "dog".to_string()
    }
}

impl Animal for Bird {
    fn name(&self) -> String {
        self.species.clone()
    }

    fn legs(&self) -> u32 {
        2
    }
}

fn count_legs(animals: &[Box<dyn Animal>]) -> u32 {
    animals.iter().map(|animal| animal.legs()).sum()
}

fn describe(animal: &dyn Animal) -> String {
    format!("{} has {} legs", animal.name(), animal.legs())
}
