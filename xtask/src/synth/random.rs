//! Numbers that look random and are the same on every machine: splitmix64, integers only.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A stream of its own for one thing of one kind, so that any thing can be made again without those before it.
    pub fn of(seed: u64, kind: u64, index: u64) -> Self {
        let mut stream = Self(seed ^ mixed(kind.wrapping_mul(0x9e37_79b9_7f4a_7c15)) ^ mixed(index.wrapping_add(0x5851_f42d_4c95_7f2d)));
        stream.next();
        stream
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number from 0 up to, not including, `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        // The slight bias of the remainder does not matter for made-up data.
        if end == 0 { 0 } else { self.next() % end }
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of a list.
    pub fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[usize::try_from(self.below(list.len() as u64)).unwrap_or(0)]
    }

    /// Sixteen bytes of a version 4 GUID, in text order.
    pub fn guid(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next().to_be_bytes());
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        bytes
    }
}

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Ranks by how often they are used: the first twice as often as the second, thrice as often as the third (Zipf).
#[derive(Debug, Clone)]
pub struct Zipf {
    sums: Vec<u64>,
}

impl Zipf {
    /// So many ranks.
    pub fn new(ranks: usize) -> Self {
        let mut sum = 0;
        let sums = (1..=ranks as u64)
            .map(|rank| {
                sum += 1_000_000_000 / rank;
                sum
            })
            .collect();
        Self { sums }
    }

    /// A rank from 0.
    pub fn rank(&self, random: &mut Random) -> usize {
        let at = random.below(self.sums.last().copied().unwrap_or(0));
        self.sums.partition_point(|sum| *sum <= at)
    }
}

/// A GUID as text.
pub fn guid_text(bytes: &[u8; 16]) -> String {
    let mut out = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        for nibble in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    out
}

/// Unpadded base64url of GUIDs in their binary (little-endian) form: how Graph makes the id of a delegated grant.
pub fn grant_id(guids: &[&[u8; 16]]) -> String {
    let bytes: Vec<u8> = guids
        .iter()
        .flat_map(|g| [g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6], g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15]])
        .collect();
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + 2);
    for chunk in bytes.chunks(3) {
        let word = u32::from(chunk[0]) << 16 | u32::from(*chunk.get(1).unwrap_or(&0)) << 8 | u32::from(*chunk.get(2).unwrap_or(&0));
        for digit in 0..=chunk.len() {
            out.push(char::from(DIGITS[(word >> (18 - 6 * digit) & 63) as usize]));
        }
    }
    out
}

/// ISO time of a second since 1970 (UTC), by the civil calendar.
pub fn iso(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days to year, month and day in the proleptic Gregorian calendar, counted from 1 March of year 0.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (year_of_era + era * 400 + i64::from(month >= 10), if month < 10 { month + 3 } else { month - 9 });
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let mut a = Random::of(1, 2, 3);
        let mut b = Random::of(1, 2, 3);
        assert_eq!((0..5).map(|_| a.next()).collect::<Vec<_>>(), (0..5).map(|_| b.next()).collect::<Vec<_>>());
        assert_ne!(Random::of(1, 2, 3).next(), Random::of(1, 3, 2).next());
    }

    #[test]
    fn the_first_rank_is_used_most() {
        let zipf = Zipf::new(10);
        let mut random = Random::of(7, 0, 0);
        let mut seen = [0; 10];
        for _ in 0..10_000 {
            seen[zipf.rank(&mut random)] += 1;
        }
        assert!(seen[0] > seen[1] && seen[1] > seen[4] && seen[9] > 0, "{seen:?}");
    }

    #[test]
    fn times_and_ids_have_the_source_s_form() {
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(iso(1_795_132_799), "2026-11-19T23:59:59Z");
        // An id of Graph's own: client a551c556-8de2-49cc-b289-ce3ab7938167, resource 62cb17e7-d25e-4356-ad51-a861585f8634.
        let client = [0xa5, 0x51, 0xc5, 0x56, 0x8d, 0xe2, 0x49, 0xcc, 0xb2, 0x89, 0xce, 0x3a, 0xb7, 0x93, 0x81, 0x67];
        let resource = [0x62, 0xcb, 0x17, 0xe7, 0xd2, 0x5e, 0x43, 0x56, 0xad, 0x51, 0xa8, 0x61, 0x58, 0x5f, 0x86, 0x34];
        assert_eq!(guid_text(&client), "a551c556-8de2-49cc-b289-ce3ab7938167");
        assert_eq!(grant_id(&[&client, &resource]), "VsVRpeKNzEmyic46t5OBZ-cXy2Je0lZDrVGoYVhfhjQ");
    }
}
