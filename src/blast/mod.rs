//! Blast radius BR-1 (domain.md 3.4-3.6): load, crossing, exposure, score, explanation, counterfactuals. Integers to the last step.
