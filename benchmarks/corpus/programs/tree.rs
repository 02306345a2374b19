#[derive(Debug, Default)]
pub struct Tree {
    root: Option<Box<Branch>>,
}

#[derive(Debug)]
struct Branch {
    key: i32,
    left: Option<Box<Branch>>,
    right: Option<Box<Branch>>,
}

impl Tree {
    pub fn add(&mut self, key: i32) -> bool {
        let mut spot = &mut self.root;
        while let Some(branch) = spot {
            if key == branch.key {
                return false;
            }
            spot = if key < branch.key { &mut branch.left } else { &mut branch.right };
        }
        *spot = Some(Box::new(Branch { key, left: None, right: None }));
        true
    }

    pub fn holds(&self, key: i32) -> bool {
        let mut spot = &self.root;
        while let Some(branch) = spot {
            if key == branch.key {
                return true;
            }
            spot = if key < branch.key { &branch.left } else { &branch.right };
        }
        false
    }
}
