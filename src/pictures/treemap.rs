//! A squarified treemap (Bruls, Huizing, van Wijk 2000): areas in proportion to weights, cells as near to squares as they come.

/// A rectangle; units are the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[allow(missing_docs, reason = "left, top and the two sides")]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// Divides a field. Weights must be positive and should fall; places come back in the same order.
/// Only `+ - * /` are used, so that the places are the same on every platform.
pub fn squarify(weights: &[f64], field: Rect) -> Vec<Rect> {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return vec![Rect { width: 0.0, height: 0.0, ..field }; weights.len()];
    }
    let scale = field.width * field.height / total;
    let mut places = Vec::with_capacity(weights.len());
    let mut free = field;
    let mut rest = weights;
    while !rest.is_empty() {
        let side = free.width.min(free.height);
        let mut taken = 1;
        let mut area = rest[0] * scale;
        let mut worst = worst_ratio(area, area, area, side);
        for weight in &rest[1..] {
            let wider = area + weight * scale;
            let ratio = worst_ratio(wider, rest[0] * scale, weight * scale, side);
            if ratio > worst {
                break;
            }
            (area, worst) = (wider, ratio);
            taken += 1;
        }
        let (row, others) = rest.split_at(taken);
        // The last row takes what is left, so that rounding leaves no gap.
        lay(row, area, scale, others.is_empty(), &mut free, &mut places);
        rest = others;
    }
    places
}

/// The longest side over the shortest one of the worst cell in a row of this area along a side; weights fall from `most` to `least`.
fn worst_ratio(area: f64, most: f64, least: f64, side: f64) -> f64 {
    let (area2, side2) = (area * area, side * side);
    (side2 * most / area2).max(area2 / (side2 * least))
}

/// Lays one row along the shorter side of what is free.
fn lay(row: &[f64], area: f64, scale: f64, last: bool, free: &mut Rect, places: &mut Vec<Rect>) {
    let upright = free.width >= free.height;
    let length = if upright { free.height } else { free.width };
    let depth = match (last, upright) {
        (true, true) => free.width,
        (true, false) => free.height,
        (false, _) => area / length,
    };
    let mut at = 0.0;
    for (n, weight) in row.iter().enumerate() {
        let part = if n + 1 == row.len() { length - at } else { weight * scale / depth };
        places.push(if upright {
            Rect { x: free.x, y: free.y + at, width: depth, height: part }
        } else {
            Rect { x: free.x + at, y: free.y, width: part, height: depth }
        });
        at += part;
    }
    *free = if upright {
        Rect { x: free.x + depth, width: free.width - depth, ..*free }
    } else {
        Rect { y: free.y + depth, height: free.height - depth, ..*free }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_paper() {
        let field = Rect { x: 0.0, y: 0.0, width: 6.0, height: 4.0 };
        let places = squarify(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], field);
        let drawn: Vec<String> = places.iter().map(|r| format!("{:.2},{:.2} {:.2}x{:.2}", r.x, r.y, r.width, r.height)).collect();
        assert_eq!(
            drawn,
            [
                "0.00,0.00 3.00x2.00",
                "0.00,2.00 3.00x2.00",
                "3.00,0.00 1.71x2.33",
                "4.71,0.00 1.29x2.33",
                "3.00,2.33 1.20x1.67",
                "4.20,2.33 1.20x1.67",
                "5.40,2.33 0.60x1.67"
            ]
        );
    }

    #[test]
    fn nothing_is_laid_out_as_nothing() {
        assert!(squarify(&[], Rect::default()).is_empty());
        assert_eq!(squarify(&[0.0], Rect { width: 3.0, height: 3.0, ..Rect::default() })[0].width, 0.0);
    }
}
