//! Made outcomes with one reason each, and any outcomes, of which the parts add up.

mod chance;
mod made;
mod reasons;
mod shapes;
