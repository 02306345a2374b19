pub mod geometry {
    /// An axis-aligned box.
    #[derive(Debug, Clone, Copy)]
    pub struct Area {
        pub width: u32,
        pub height: u32,
    }

    impl Area {
        pub fn surface(&self) -> u32 {
            self.width * self.height
        }

        pub fn fits_into(&self, other: &Area) -> bool {
            self.width <= other.width && self.height <= other.height
        }
    }
}

use geometry::Area;

pub fn largest_area(areas: &[Area]) -> u32 {
    areas.iter().map(Area::surface).max().unwrap_or(0)
}

pub fn square(side: u32) -> Area {
    Area { width: side, height: side }
}
