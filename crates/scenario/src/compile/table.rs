//! CSV text becomes records, by the rules of Artillery's CSV reader.
//!
//! Those go further than RFC 4180 and than the readers at hand: delimiters of several characters, comments behind
//! values, quotes that are in the wrong place and said to be, empty lines that count, bounds by line and by record. So
//! this is a reader of our own: one pass, one state for each thing that a character's meaning depends on. Values are
//! texts here; what becomes a number is decided elsewhere.

use crate::scenario::{Columns, Reading};

/// A table.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Table {
    /// The names of the columns, where `columns` asks for them; `None` is a column that is left out.
    pub(super) columns: Option<Vec<Option<String>>>,
    /// The records.
    pub(super) records: Vec<Vec<String>>,
}

/// What is wrong with a text.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    /// The line, from 1.
    pub(super) line: u64,
    /// The record, from 1.
    pub(super) row: usize,
    /// What, in words.
    pub(super) what: String,
    /// What to do.
    pub(super) hint: &'static str,
}

/// Reads a text. `is_number` says which values are no text: they do not count for `max_record_size`.
pub(super) fn read(text: &str, reading: &Reading, is_number: fn(&str) -> bool) -> Result<Table, Fault> {
    let mut reader = Reader {
        text: text.as_bytes(),
        reading,
        is_number,
        table: Table::default(),
        ends: reading.record_delimiters.clone(),
        line: 1,
        enabled: reading.from_line <= 1,
        quoting: false,
        quoted: false,
        commenting: false,
        field: Vec::new(),
        record: Vec::new(),
        size: 0,
        width: None,
        count: 0,
        broken: false,
    };
    if let Columns::Named(names) = &reading.columns {
        reader.width = Some(names.len());
        reader.table.columns = Some(names.clone());
    }
    reader.run()?;
    Ok(reader.table)
}

struct Reader<'t> {
    text: &'t [u8],
    reading: &'t Reading,
    is_number: fn(&str) -> bool,
    table: Table,
    /// What ends a record; found out with the first line's end where the script does not say.
    ends: Vec<String>,
    line: u64,
    /// Whether the line is reached from which on records count.
    enabled: bool,
    /// Within quotes.
    quoting: bool,
    /// The field had quotes.
    quoted: bool,
    commenting: bool,
    field: Vec<u8>,
    record: Vec<String>,
    /// Characters of the record's fields so far.
    size: usize,
    /// How many fields a record has to have.
    width: Option<usize>,
    /// Records so far, also those before `from`.
    count: u64,
    /// The record has an error that is passed over.
    broken: bool,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        let reading = self.reading;
        let (quote, escape) = (reading.quote.as_deref(), reading.escape.as_deref());
        let (mut at, mut escaping, mut line_ended) = (0, false, false);
        while let Some(&byte) = self.text.get(at) {
            if std::mem::take(&mut line_ended) {
                self.line += 1;
            }
            if reading.to_line.is_some_and(|last| self.line > last) {
                return Ok(());
            }
            if !self.quoting {
                self.discover(at);
            }
            line_ended = matches!(byte, b'\r' | b'\n');
            if std::mem::take(&mut escaping) {
                self.keep(byte)?;
                at += 1;
                continue;
            }
            if let Some(escape) = escape.filter(|escape| self.quoting && self.has(at, escape)) {
                let next = at + escape.len();
                let doubled = quote.is_some_and(|quote| self.has(next, quote));
                if next < self.text.len() && (quote != Some(escape) || doubled) {
                    escaping = true;
                    at = next;
                    continue;
                }
            }
            if let Some(quote) = quote.filter(|quote| !self.commenting && self.has(at, quote)) {
                let next = at + quote.len();
                if self.quoting {
                    if self.closes(next) {
                        (self.quoting, self.quoted) = (false, true);
                        at = next;
                        continue;
                    }
                    if reading.relax {
                        // The quotes turn out to be part of the value.
                        (self.quoting, self.quoted) = (false, true);
                        self.field.splice(0..0, quote.bytes());
                    } else {
                        self.fault("a quote within a quoted value", "double the quotes within a value")?;
                    }
                } else if self.field.is_empty() {
                    self.quoting = true;
                    at = next;
                    continue;
                } else if !reading.relax {
                    let hint =
                        "quote the whole value and double the quotes in it, or set `options: {relax: true}`";
                    self.fault("a quote within a value that has none around it", hint)?;
                }
            }
            if !self.quoting {
                if let Some(length) = self.end_at(at) {
                    if self.end_line(line_ended)? {
                        return Ok(());
                    }
                    self.commenting = false;
                    at += length;
                    continue;
                }
                if self.commenting || reading.comment.as_deref().is_some_and(|comment| self.has(at, comment))
                {
                    self.commenting = true;
                    at += 1;
                    continue;
                }
                if let Some(length) = self.delimiter_at(at) {
                    self.end_field();
                    at += length;
                    continue;
                }
            }
            self.keep(byte)?;
            at += 1;
        }
        if self.quoting {
            return self
                .fault("the text ends within quotes", "close the quotes, or set `options: {quote: false}`");
        }
        if self.quoted || !self.record.is_empty() || !self.field.is_empty() {
            self.end_field();
            self.end_record()?;
        }
        Ok(())
    }

    /// A byte that belongs to a value.
    fn keep(&mut self, byte: u8) -> Result<(), Fault> {
        let reading = self.reading;
        if let Some(most) = reading.max_record_size
            && self.size + self.field.len() > most
        {
            let hint = "is a quote missing? `max_record_size` in the payload's options bounds a record";
            self.fault(&format!("a record of more than {most} bytes"), hint)?;
        }
        let blank = matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0c);
        if reading.rtrim && self.quoted {
            if !blank {
                self.fault("something behind a value in quotes", "only blanks may stand there")?;
            }
        } else if !reading.ltrim || self.quoting || !self.field.is_empty() || !blank {
            self.field.push(byte);
        }
        Ok(())
    }

    /// Ends a line that is no part of a quoted value. Gives whether no more records are wanted.
    fn end_line(&mut self, line_ended: bool) -> Result<bool, Fault> {
        let empty = !self.quoted && self.record.is_empty() && self.field.is_empty();
        if self.commenting && empty {
            return Ok(false);
        }
        if !self.enabled && self.line + u64::from(line_ended) >= self.reading.from_line {
            self.enabled = true;
            self.field.clear();
            self.quoted = false;
            self.reset();
            return Ok(false);
        }
        if self.reading.skip_empty_lines && empty {
            return Ok(false);
        }
        self.end_field();
        self.end_record()?;
        Ok(self.reading.to.is_some_and(|last| self.count >= last))
    }

    fn end_field(&mut self) {
        let bytes = std::mem::take(&mut self.field);
        let quoted = std::mem::take(&mut self.quoted);
        if !self.enabled {
            return;
        }
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        if self.reading.rtrim && !quoted {
            text.truncate(text.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len());
        }
        if self.reading.max_record_size.is_some() && !(self.is_number)(&text) {
            self.size += text.encode_utf16().count();
        }
        self.record.push(text);
    }

    fn end_record(&mut self) -> Result<(), Fault> {
        let reading = self.reading;
        if !self.enabled {
            self.reset();
            return Ok(());
        }
        let empty = self.record.iter().all(|field| field.trim().is_empty());
        if reading.skip_empty_values && empty && (reading.columns == Columns::First && self.width.is_none()) {
            self.reset();
            return Ok(());
        }
        if reading.columns == Columns::First && self.width.is_none() {
            self.width = Some(self.record.len());
            self.table.columns = Some(self.record.drain(..).map(Some).collect());
            self.reset();
            return Ok(());
        }
        if reading.columns == Columns::Numbered && self.count == 0 {
            self.width = Some(self.record.len());
        }
        let (has, wanted) = (self.record.len(), self.width.unwrap_or(self.record.len()));
        let (few, many) = (has < wanted && !reading.ragged_less, has > wanted && !reading.ragged_more);
        if few || many {
            let word = if few { "few" } else { "many" };
            let other = if reading.columns == Columns::Numbered {
                "the first row has"
            } else {
                "there are names for"
            };
            let hint = "quote fields that hold the delimiter, or set `options: {relax_column_count: true}`";
            self.fault(&format!("too {word} columns: {has}, where {other} {wanted}"), hint)?;
        }
        let left_out = std::mem::take(&mut self.broken);
        if reading.skip_empty_values && empty || left_out {
            self.reset();
            return Ok(());
        }
        self.count += 1;
        let record = std::mem::take(&mut self.record);
        if self.count >= reading.from {
            self.table.records.push(record);
        }
        self.reset();
        Ok(())
    }

    fn reset(&mut self) {
        self.record.clear();
        self.size = 0;
    }

    /// Something is wrong here, which `skip_lines_with_error` passes over.
    fn fault(&mut self, what: &str, hint: &'static str) -> Result<(), Fault> {
        if self.reading.skip_errors {
            self.broken = true;
            return Ok(());
        }
        let row = usize::try_from(self.count).unwrap_or(usize::MAX).saturating_add(1);
        Err(Fault { line: self.line, row, what: what.to_owned(), hint })
    }

    /// Whether a quote that ends here closes the value.
    fn closes(&mut self, next: usize) -> bool {
        let Some(&byte) = self.text.get(next) else { return true };
        self.discover(next);
        self.delimiter_at(next).is_some()
            || self.end_at(next).is_some()
            || self.reading.comment.as_deref().is_some_and(|comment| self.has(next, comment))
            || self.reading.rtrim && matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0c)
    }

    /// Takes the first line's end for that of all, where the script does not say what it is.
    fn discover(&mut self, at: usize) {
        if self.ends.is_empty() {
            let end = ["\r\n", "\r", "\n"].into_iter().find(|end| self.has(at, end));
            self.ends.extend(end.map(str::to_owned));
        }
    }

    fn has(&self, at: usize, what: &str) -> bool {
        !what.is_empty() && self.text[at.min(self.text.len())..].starts_with(what.as_bytes())
    }

    fn end_at(&self, at: usize) -> Option<usize> {
        self.ends.iter().find(|end| self.has(at, end)).map(String::len)
    }

    fn delimiter_at(&self, at: usize) -> Option<usize> {
        self.reading.delimiters.iter().find(|delimiter| self.has(at, delimiter)).map(String::len)
    }
}
