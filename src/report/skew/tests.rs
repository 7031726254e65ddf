//! Made outcomes with one reason each.
