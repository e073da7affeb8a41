//! Golden numbers and properties of BR-1.
