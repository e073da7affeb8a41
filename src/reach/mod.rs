//! The reach graph (domain.md 3.2): who gets from where to what, with which weight. Knows `model::estate` only; one file per way to travel.
