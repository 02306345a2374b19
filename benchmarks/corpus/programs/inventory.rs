use std::collections::HashMap;

#[derive(Debug, Clone)]
struct Product {
    name: String,
    price: f64,
    quantity: u32,
}

struct Inventory {
    products: HashMap<u32, Product>,
}

impl Inventory {
    fn new() -> Self {
        Self { products: HashMap::new() }
    }

    fn store(&mut self, id: u32, product: Product) -> Option<Product> {
        self.products.insert(id, product)
    }

    fn find(&self, id: u32) -> Option<&Product> {
        self.products.get(&id)
    }

    fn worth(&self) -> f64 {
        self.products
            .values()
            .map(|product| product.price * product.quantity as f64)
            .sum()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.products.values().map(|product| product.name.clone()).collect();
        names.sort();
        names
    }
}
