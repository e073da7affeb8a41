//! Rows as text: the one encoding that digests are taken of and in which bulk reading gets its rows from SQLite.
//!
//! A row is its cells followed by LF. An integer is decimal digits and a blank (a null only the blank); a text is
//! its length in bytes, a colon and the bytes (a null only the colon). So no text can be mistaken for two cells.
//! Knows no SQL and no table.

use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};

use crate::model::id::EntityId;
use crate::model::kinds::*;
use crate::model::time::Expiry;

/// One value of a row on its way into the inventory.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Not stated.
    #[default]
    Null,
    /// A number, a code, an id or a time.
    Int(i64),
    /// A text.
    Text(Arc<str>),
}

/// Whether a column holds integers or text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Integers.
    Int,
    /// Text.
    Text,
}

/// Appends an integer cell.
pub fn push_int(out: &mut Vec<u8>, value: Option<i64>) {
    if let Some(value) = value {
        // Written digit by digit: this runs for every cell of an import, and the formatter costs three times as much.
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = value.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            out.push(b'-');
        }
        out.extend_from_slice(&digits[at..]);
    }
    out.push(b' ');
}

/// Appends a text cell.
pub fn push_text(out: &mut Vec<u8>, value: Option<&str>) {
    if let Some(value) = value {
        push_int(out, Some(value.len() as i64));
        out.pop();
        out.push(b':');
        out.extend_from_slice(value.as_bytes());
    } else {
        out.push(b':');
    }
}

/// Appends a cell of the given kind.
pub fn push_value(out: &mut Vec<u8>, kind: CellKind, value: &Value) {
    match (kind, value) {
        (CellKind::Int, Value::Int(int)) => push_int(out, Some(*int)),
        (CellKind::Text, Value::Text(text)) => push_text(out, Some(text)),
        (CellKind::Int, _) => push_int(out, None),
        (CellKind::Text, _) => push_text(out, None),
    }
}

/// Reads cells one after the other.
#[derive(Debug, Clone)]
pub struct Cells<'a> {
    rest: &'a [u8],
}

impl<'a> Cells<'a> {
    /// Starts at the first row.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether all rows were read.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What was not read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Next integer.
    ///
    /// # Errors
    /// The bytes are not an integer cell: the file is damaged or the columns do not fit.
    pub fn int(&mut self) -> Result<Option<i64>> {
        let mut value: u64 = 0;
        let mut at = 0;
        let negative = self.rest.first() == Some(&b'-');
        if negative {
            at = 1;
        }
        loop {
            match self.rest.get(at) {
                Some(&byte @ b'0'..=b'9') => value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')),
                Some(b' ') => break,
                _ => bail!("a number was expected in a stored row"),
            }
            at += 1;
        }
        self.rest = &self.rest[at + 1..];
        if at == 0 {
            return Ok(None);
        }
        Ok(Some(if negative { (value as i64).wrapping_neg() } else { value as i64 }))
    }

    /// Next text.
    ///
    /// # Errors
    /// As for [`Cells::int`]; also text that is not UTF-8.
    pub fn text(&mut self) -> Result<Option<&'a str>> {
        let mut length = 0usize;
        let mut at = 0;
        loop {
            match self.rest.get(at) {
                Some(&byte @ b'0'..=b'9') => length = length.saturating_mul(10).saturating_add(usize::from(byte - b'0')),
                Some(b':') => break,
                _ => bail!("a text was expected in a stored row"),
            }
            at += 1;
        }
        self.rest = &self.rest[at + 1..];
        if at == 0 {
            return Ok(None);
        }
        ensure!(self.rest.len() >= length, "a stored row ends inside a text");
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(Some(std::str::from_utf8(text).context("a stored text is not UTF-8")?))
    }

    /// Next cell of the given kind.
    ///
    /// # Errors
    /// As for [`Cells::int`] and [`Cells::text`].
    pub fn value(&mut self, kind: CellKind) -> Result<Value> {
        Ok(match kind {
            CellKind::Int => self.int()?.map_or(Value::Null, Value::Int),
            CellKind::Text => self.text()?.map_or(Value::Null, |text| Value::Text(text.into())),
        })
    }

    /// End of a row.
    ///
    /// # Errors
    /// More cells than expected.
    pub fn end(&mut self) -> Result<()> {
        ensure!(self.rest.first() == Some(&b'\n'), "a stored row has more cells than its table has columns");
        self.rest = &self.rest[1..];
        Ok(())
    }
}

/// How a field of a row struct is kept in a cell.
pub trait Field: Sized {
    /// Kind of the column.
    const KIND: CellKind;
    /// Into a cell.
    fn put(&self) -> Value;
    /// Out of a cell.
    ///
    /// # Errors
    /// The cell holds nothing that the field could be.
    fn get(cells: &mut Cells<'_>) -> Result<Self>;
}

impl Field for i64 {
    const KIND: CellKind = CellKind::Int;
    fn put(&self) -> Value {
        Value::Int(*self)
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        cells.int()?.context("a stored number is missing")
    }
}

impl Field for u32 {
    const KIND: CellKind = CellKind::Int;
    fn put(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        Ok(Self::try_from(i64::get(cells)?)?)
    }
}

impl Field for u16 {
    const KIND: CellKind = CellKind::Int;
    fn put(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        Ok(Self::try_from(i64::get(cells)?)?)
    }
}

impl Field for Option<i64> {
    const KIND: CellKind = CellKind::Int;
    fn put(&self) -> Value {
        self.map_or(Value::Null, Value::Int)
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        cells.int()
    }
}

impl Field for bool {
    const KIND: CellKind = CellKind::Int;
    fn put(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        Ok(i64::get(cells)? != 0)
    }
}

impl Field for EntityId {
    const KIND: CellKind = CellKind::Int;
    fn put(&self) -> Value {
        if self.is_some() { Value::Int(i64::from(self.0)) } else { Value::Null }
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        Ok(Self(u32::try_from(cells.int()?.unwrap_or(0))?))
    }
}

impl Field for Expiry {
    const KIND: CellKind = CellKind::Int;
    fn put(&self) -> Value {
        self.to_sql().map_or(Value::Null, Value::Int)
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        Ok(Self::from_sql(cells.int()?))
    }
}

impl Field for String {
    const KIND: CellKind = CellKind::Text;
    fn put(&self) -> Value {
        Value::Text(self.as_str().into())
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        Ok(cells.text()?.context("a stored text is missing")?.to_owned())
    }
}

impl Field for Option<String> {
    const KIND: CellKind = CellKind::Text;
    fn put(&self) -> Value {
        self.as_deref().map_or(Value::Null, |text| Value::Text(text.into()))
    }
    fn get(cells: &mut Cells<'_>) -> Result<Self> {
        Ok(cells.text()?.map(str::to_owned))
    }
}

/// A closed list of words is kept as its code.
macro_rules! word_fields {
    ($($name:ident),+) => { $(
        impl Field for $name {
            const KIND: CellKind = CellKind::Int;
            fn put(&self) -> Value {
                Value::Int(self.code())
            }
            fn get(cells: &mut Cells<'_>) -> Result<Self> {
                let code = i64::get(cells)?;
                Self::from_code(code).with_context(|| format!("a stored code {code} is no {}", stringify!($name)))
            }
        }
        impl Field for Option<$name> {
            const KIND: CellKind = CellKind::Int;
            fn put(&self) -> Value {
                self.map_or(Value::Null, |word| Value::Int(word.code()))
            }
            fn get(cells: &mut Cells<'_>) -> Result<Self> {
                let Some(code) = cells.int()? else { return Ok(None) };
                Ok(Some($name::from_code(code).with_context(|| format!("a stored code {code} is no {}", stringify!($name)))?))
            }
        }
    )+ };
}
word_fields!(
    Kind,
    Source,
    ClientKind,
    Holder,
    Tri,
    Environment,
    CredentialKind,
    ScopeKind,
    GrantMode,
    GrantOrigin,
    PrincipalKind,
    OwnerKind,
    PersonStatus,
    OwnershipRole,
    Impact,
    ReachEdgeKind,
    CheckResult,
    Evidence,
    RowState,
    Scheme,
    Completeness,
    RecordKind,
    Action
);

#[cfg(test)]
mod tests {
    use super::*;

    /// No two different rows may have the same encoding, else a changed row could keep its digest.
    #[test]
    fn null_empty_and_hostile_texts_stay_apart() {
        let rows = [
            vec![Value::Null, Value::Text("".into())],
            vec![Value::Text("".into()), Value::Null],
            vec![Value::Text("1:a".into()), Value::Text("\n".into())],
            vec![Value::Text("1".into()), Value::Text(":a\n".into())],
        ];
        let mut seen = std::collections::BTreeSet::new();
        for row in &rows {
            let mut bytes = Vec::new();
            for value in row {
                push_value(&mut bytes, CellKind::Text, value);
            }
            bytes.push(b'\n');
            let mut cells = Cells::new(&bytes);
            for value in row {
                assert_eq!(&cells.value(CellKind::Text).expect("a text"), value);
            }
            cells.end().expect("the end of the row");
            assert!(seen.insert(bytes));
        }
    }

    #[test]
    fn integers_round_trip_at_their_limits() {
        for value in [None, Some(0), Some(-1), Some(i64::MAX), Some(i64::MIN), Some(1_700_000_000_000)] {
            let mut bytes = Vec::new();
            push_int(&mut bytes, value);
            assert_eq!(Cells::new(&bytes).int().expect("a number"), value);
        }
    }

    #[test]
    fn damaged_bytes_are_an_error_and_not_a_panic() {
        assert!(Cells::new(b"12").int().is_err());
        assert!(Cells::new(b"9:ab").text().is_err());
        assert!(Cells::new(b"x").text().is_err());
        assert!(Cells::new(b"").end().is_err());
    }
}
