//! Bytes that are appended while files are read and gone through some times afterwards: in memory while they are few,
//! else in a private file beside the inventory. So an import's memory does not grow with its files.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::store::connect::private;

/// An append-only sequence of records, each a length and its bytes.
pub struct Spool {
    path: PathBuf,
    limit: usize,
    memory: Vec<u8>,
    file: Option<BufWriter<File>>,
    bytes: u64,
    records: u64,
    failed: Option<std::io::Error>,
}

impl Spool {
    /// An empty spool that keeps up to `limit` bytes in memory and then goes to `path`.
    pub const fn new(path: PathBuf, limit: usize) -> Self {
        Self { path, limit, memory: Vec::new(), file: None, bytes: 0, records: 0, failed: None }
    }

    /// Bytes appended so far.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Records appended so far.
    pub const fn records(&self) -> u64 {
        self.records
    }

    /// Where it goes when it does not fit in memory.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Appends a record. A failure to write is kept and told by [`Spool::each`], because those who append cannot stop.
    pub fn push(&mut self, record: &[u8]) {
        let length = (record.len() as u32).to_le_bytes();
        self.bytes += (record.len() + 4) as u64;
        self.records += 1;
        self.memory.extend_from_slice(&length);
        self.memory.extend_from_slice(record);
        if self.memory.len() >= self.limit && self.failed.is_none() {
            self.failed = self.spill().err();
        }
    }

    /// Whether everything could be kept so far.
    pub const fn is_whole(&self) -> bool {
        self.failed.is_none()
    }

    fn spill(&mut self) -> std::io::Result<()> {
        if self.file.is_none() {
            let _ = std::fs::remove_file(&self.path);
            let mut options = OpenOptions::new();
            options.read(true).write(true).create_new(true);
            private(&mut options);
            self.file = Some(BufWriter::with_capacity(1 << 18, options.open(&self.path)?));
        }
        if let Some(file) = &mut self.file {
            file.write_all(&self.memory)?;
        }
        self.memory.clear();
        Ok(())
    }

    /// Goes through all records in the order in which they were appended.
    ///
    /// # Errors
    /// A record could not be written or read (a full disk), or `each` fails.
    pub fn each(&mut self, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error).context("keeping what was read in a file beside the inventory");
        }
        if let Some(writer) = &mut self.file {
            writer.flush().context("keeping what was read in a file beside the inventory")?;
            let file = writer.get_mut();
            let end = file.stream_position()?;
            file.seek(SeekFrom::Start(0))?;
            each_in_file(file, end, &mut each)?;
            file.seek(SeekFrom::Start(end))?;
        }
        let mut rest = self.memory.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let (record, after) = after.split_at(u32::from_le_bytes(*length) as usize);
            each(record)?;
            rest = after;
        }
        Ok(())
    }
}

/// Goes through the records of the first `end` bytes of a file. They are shown where they were read to: there are millions.
fn each_in_file(file: &mut File, end: u64, each: &mut impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    const CUT: &str = "the file beside the inventory was cut while it was in use";
    let mut buffer = vec![0u8; 1 << 18];
    let (mut from, mut to) = (0, 0);
    let mut left = end;
    loop {
        let mut needed = 4;
        while let Some((length, rest)) = buffer[from..to].split_first_chunk::<4>() {
            let length = u32::from_le_bytes(*length) as usize;
            needed = length + 4;
            let Some(record) = rest.get(..length) else { break };
            each(record)?;
            from += needed;
            needed = 4;
        }
        if left == 0 {
            ensure!(from == to, CUT);
            return Ok(());
        }
        buffer.copy_within(from..to, 0);
        to -= from;
        from = 0;
        ensure!(needed as u64 <= to as u64 + left, CUT);
        if needed > buffer.len() {
            buffer.resize(needed, 0);
        }
        let space = buffer.len().min(to.saturating_add(usize::try_from(left).unwrap_or(usize::MAX)));
        let read = file.read(&mut buffer[to..space])?;
        ensure!(read > 0, CUT);
        to += read;
        left -= read as u64;
    }
}

/// Distributes records over spools by a number that `part` gives them, so that each spool can be worked on by itself.
///
/// # Errors
/// A spool cannot be written or read.
pub fn distribute(from: &mut Spool, parts: usize, memory: usize, mut part: impl FnMut(&[u8]) -> Result<usize>) -> Result<Vec<Spool>> {
    let mut spools: Vec<Spool> = (0..parts)
        .map(|at| {
            let mut path = from.path().as_os_str().to_owned();
            path.push(format!("-{at}"));
            Spool::new(PathBuf::from(path), memory / parts.max(1))
        })
        .collect();
    from.each(|record| {
        let at = part(record)?.min(parts - 1);
        spools[at].push(record);
        Ok(())
    })?;
    Ok(spools)
}

impl Drop for Spool {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_in_order_from_memory_and_from_the_file_and_the_file_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("spool");
        let mut spool = Spool::new(path.clone(), 64);
        let mut records: Vec<Vec<u8>> = (0..100u8).map(|at| vec![at; usize::from(at) % 7]).collect();
        // Longer than what is read at once, and ends at the edge of it.
        records.extend([vec![1; (1 << 18) - 9], vec![2; 1], vec![3; 1 << 20], Vec::new(), vec![4; 5]]);
        records.iter().for_each(|record| spool.push(record));
        assert!(path.exists());
        for _ in 0..2 {
            let mut found = Vec::new();
            spool
                .each(|record| {
                    found.push(record.to_vec());
                    Ok(())
                })
                .expect("reading");
            assert_eq!(found, records);
        }
        drop(spool);
        assert!(!path.exists(), "what an import kept is gone when it ends");
    }
}
