//! What the shell keeps between starts: the window's size and the last folder of each dialog. Not data; losing it costs nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Smallest window that the pages are drawn for, in logical pixels.
pub const LEAST: (f64, f64) = (1024.0, 640.0);
/// First window.
const USUAL: (f64, f64) = (1280.0, 800.0);

/// The kept facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Logical pixels of the window that is not maximised.
    pub width: f64,
    /// As `width`.
    pub height: f64,
    /// Fills the screen.
    pub maximised: bool,
    /// Purpose of a dialog -> the folder it ended in.
    pub folders: BTreeMap<String, PathBuf>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { width: USUAL.0, height: USUAL.1, maximised: false, folders: BTreeMap::new() }
    }
}

impl Kept {
    /// Reads the file; anything unreadable is the first start again.
    pub fn read(file: &Path) -> Self {
        std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Writes the file through a new one beside it, so that a kill leaves the old one.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let fresh = file.with_extension("new");
        std::fs::write(&fresh, serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(&fresh, file)?;
        Ok(())
    }

    /// The size to open with on a screen of this size: the kept one if it fits, else the usual one, never below the least.
    pub fn size_on(&self, screen: Option<(f64, f64)>) -> (f64, f64) {
        let fits = self.width >= LEAST.0
            && self.height >= LEAST.1
            && screen.is_none_or(|(width, height)| self.width <= width && self.height <= height);
        let (width, height) = if fits { (self.width, self.height) } else { USUAL };
        let (widest, highest) = screen.unwrap_or((f64::MAX, f64::MAX));
        (width.min(widest).max(LEAST.0), height.min(highest).max(LEAST.1))
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, USUAL};

    #[test]
    fn a_window_that_no_longer_fits_the_screen_opens_in_its_usual_size() {
        let kept = Kept { width: 2400.0, height: 1300.0, ..Kept::default() };
        assert_eq!(kept.size_on(Some((2560.0, 1440.0))), (2400.0, 1300.0));
        assert_eq!(kept.size_on(Some((1920.0, 1080.0))), USUAL, "the big screen was unplugged");
        assert_eq!(kept.size_on(Some((1100.0, 700.0))), (1100.0, 700.0), "and never larger than the screen");
        assert_eq!(Kept { width: 3.0, height: f64::NAN, ..kept }.size_on(None), USUAL, "nonsense in the file is ignored");
    }

    #[test]
    fn a_broken_file_is_the_first_start_again() {
        let folder = std::env::temp_dir().join(format!("bulkhead-kept-{}", std::process::id()));
        let file = folder.join("window.json");
        assert_eq!(Kept::read(&file), Kept::default());
        let kept = Kept { maximised: true, ..Kept::default() };
        kept.write(&file).expect("the temporary folder can be written");
        assert_eq!(Kept::read(&file), kept);
        std::fs::write(&file, "{\"width\": ").expect("the temporary folder can be written");
        assert_eq!(Kept::read(&file), Kept::default());
        std::fs::remove_dir_all(&folder).expect("the test made it");
    }
}
