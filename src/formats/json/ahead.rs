//! Runs the splitter on a thread of its own, ahead of whoever uses the records. Batches are bounded and recycled, so
//! memory stays the same however large the file is, and records arrive in the order of the text.

use std::io::Read;
use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::super::decode::{Decoder, Found};
use super::super::{Fault, FaultKind};
use super::{Container, Item, Record, Rules, Splitter};

/// Bytes after which a batch is handed over. Small enough to stay in a core's cache.
const BATCH_BYTES: usize = 192 * 1024;
/// Batches under way at once.
const BATCHES: usize = 6;

enum Piece {
    Open(Container),
    Field { key: Range<usize>, value: Range<usize>, offset: u64 },
    List(usize),
    Record { bytes: Range<usize>, number: u32, offset: u64, list: Option<usize>, alone: bool },
    Close(Container),
}

#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
    fault: Option<Fault>,
}

impl Batch {
    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let from = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        from..self.bytes.len()
    }
}

/// Decodes and splits a raw file on a second thread and calls `each` for every item, in order, on this one, until it
/// returns false. Gives the encoding that was found.
///
/// # Errors
/// A fault of the text, the encoding, the reader or a limit; the items before it were handed out.
pub fn split_ahead<R: Read + Send>(reader: R, rules: Rules, each: &mut dyn FnMut(Item<'_>) -> bool) -> Result<Found, Fault> {
    std::thread::scope(|scope| {
        let (full, batches) = sync_channel::<Batch>(BATCHES);
        let (empty, recycled) = sync_channel::<Batch>(BATCHES + 2);
        let splitting = scope.spawn(move || {
            let decoder = Decoder::new(reader).map_err(|error| Fault::of_io(&error, None))?;
            let found = decoder.found();
            split(Splitter::new(decoder, rules), &full, &recycled);
            Ok(found)
        });
        let mut fault = None;
        for mut batch in &batches {
            if !hand_out(&batch, each) {
                break;
            }
            if let Some(found) = batch.fault.take() {
                fault = Some(found);
                break;
            }
            batch.bytes.clear();
            batch.pieces.clear();
            // The other side may have ended already; then nobody needs the batch.
            let _ = empty.try_send(batch);
        }
        drop(batches);
        let found = match splitting.join() {
            Ok(found) => found?,
            Err(_) => return Err(Fault::new(FaultKind::Read, "Reading the file failed unexpectedly.", None)),
        };
        fault.map_or(Ok(found), Err)
    })
}

fn hand_out(batch: &Batch, each: &mut dyn FnMut(Item<'_>) -> bool) -> bool {
    batch.pieces.iter().all(|piece| {
        each(match piece {
            Piece::Open(container) => Item::Open(*container),
            Piece::Close(container) => Item::Close(*container),
            Piece::List(list) => Item::List(*list),
            // Keys come from `Item::Field`, so they are text.
            Piece::Field { key, value, offset } => Item::Field {
                key: std::str::from_utf8(&batch.bytes[key.clone()]).unwrap_or_default(),
                value: &batch.bytes[value.clone()],
                offset: *offset,
            },
            Piece::Record { bytes, number, offset, list, alone } => {
                Item::Record(Record { bytes: &batch.bytes[bytes.clone()], number: *number, offset: *offset, list: *list, alone: *alone })
            }
        })
    })
}

fn split<R: Read>(mut splitter: Splitter<R>, full: &SyncSender<Batch>, recycled: &Receiver<Batch>) {
    let mut batch = Batch::default();
    loop {
        match splitter.next() {
            Ok(Some(item)) => {
                let piece = match item {
                    Item::Open(container) => Piece::Open(container),
                    Item::Close(container) => Piece::Close(container),
                    Item::List(list) => Piece::List(list),
                    Item::Field { key, value, offset } => {
                        Piece::Field { key: batch.keep(key.as_bytes()), value: batch.keep(value), offset }
                    }
                    Item::Record(Record { bytes, number, offset, list, alone }) => {
                        Piece::Record { bytes: batch.keep(bytes), number, offset, list, alone }
                    }
                };
                batch.pieces.push(piece);
                if batch.bytes.len() >= BATCH_BYTES || batch.pieces.len() >= 8192 {
                    let next = recycled.try_recv().unwrap_or_default();
                    if full.send(std::mem::replace(&mut batch, next)).is_err() {
                        return;
                    }
                }
            }
            Ok(None) => break,
            Err(fault) => {
                batch.fault = Some(fault);
                break;
            }
        }
    }
    let _ = full.send(batch);
}
