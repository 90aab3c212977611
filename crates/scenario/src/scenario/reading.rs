//! How a data file is to be read.

/// What the script says of a data file, over Artillery's defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// `delimiter`: one text or several, none of them empty.
    pub delimiters: Vec<String>,
    /// `record_delimiter`: what ends a record. Empty where the first line's end is to tell.
    pub record_delimiters: Vec<String>,
    /// `cast`: whether texts that are numbers become numbers.
    pub cast: bool,
    /// The first line that counts, from 1: `skipHeader`, `options.from_line`.
    pub from_line: u64,
    /// `options.to_line`: the last line that counts.
    pub to_line: Option<u64>,
    /// `options.from`: the first record that is kept, from 1.
    pub from: u64,
    /// `options.to`: the last record.
    pub to: Option<u64>,
    /// `options.ltrim`, or `trim`: blanks ahead of values are cut off.
    pub ltrim: bool,
    /// `options.rtrim`, or `trim`: blanks behind values are cut off.
    pub rtrim: bool,
    /// `options.comment`: what follows on a line is left out.
    pub comment: Option<String>,
    /// `options.quote`.
    pub quote: Option<String>,
    /// `options.escape`, within quotes.
    pub escape: Option<String>,
    /// `options.relax`: whether quotes may stand within values.
    pub relax: bool,
    /// `options.relax_column_count`, or `relax_column_count_less`: whether rows may be shorter than the first.
    pub ragged_less: bool,
    /// `options.relax_column_count`, or `relax_column_count_more`: whether rows may be longer than the first.
    pub ragged_more: bool,
    /// `skipEmptyLines`, `options.skip_empty_lines`.
    pub skip_empty_lines: bool,
    /// `options.skip_lines_with_empty_values`.
    pub skip_empty_values: bool,
    /// `options.skip_lines_with_error`.
    pub skip_errors: bool,
    /// `options.max_record_size`, in bytes.
    pub max_record_size: Option<usize>,
    /// `options.columns`.
    pub columns: Columns,
}

/// `options.columns`: what values are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Nothing: a record is a list.
    Numbered,
    /// What the first record says; a record is a map.
    First,
    /// This; a record is a map. `None` leaves a column out.
    Named(Vec<Option<String>>),
}

impl Default for Reading {
    fn default() -> Reading {
        Reading {
            delimiters: vec![",".to_owned()],
            record_delimiters: Vec::new(),
            cast: true,
            from_line: 1,
            to_line: None,
            from: 1,
            to: None,
            ltrim: false,
            rtrim: false,
            comment: None,
            quote: Some("\"".to_owned()),
            escape: Some("\"".to_owned()),
            relax: false,
            ragged_less: false,
            ragged_more: false,
            skip_empty_lines: true,
            skip_empty_values: false,
            skip_errors: false,
            max_record_size: None,
            columns: Columns::Numbered,
        }
    }
}
