//! The keys of data files.

use super::{Form, Place, later, takes};

pub(crate) static PAYLOAD: Place = Place {
    name: "payload",
    about: "A data file (CSV): a row of it is a user's own.",
    needs: &[],
    keys: &[
        takes("path", Form::Either(&[Form::Text, Form::Null]), "The file, found from the script's folder.")
            .such_as(&["users.csv"]),
        takes("fields", Form::List(&Form::Text), "The variables for the columns, in their order.")
            .such_as(&["[name, email]"]),
        takes("order", ORDER, "Which row a user gets: any, or the next.").unset("random"),
        takes("skipHeader", Form::Flag, "Leave out the first line.").unset("false"),
        takes("delimiter", DELIMITER, "What is between values.").unset(","),
        takes("cast", Form::Flag, "Make numbers of what looks like one.").unset("true"),
        takes("skipEmptyLines", Form::Flag, "Leave out empty lines.").unset("true"),
        takes("loadAll", Form::Flag, "Give each user all rows, in the variable `name`.").unset("false"),
        takes("name", Form::Text, "With `loadAll`: the variable that holds all rows."),
        takes(
            "options",
            Form::Place(&CSV_OPTIONS),
            "More on how the file is read, by the names of Artillery's CSV library.",
        ),
    ],
};

const ORDER: Form = Form::Either(&[Form::OneOf(&["random", "sequence"]), Form::Null]);

/// Nothing stands for what counts where the key is missing.
const FLAG: Form = Form::Either(&[Form::Flag, Form::Null]);
const COUNT: Form = Form::Either(&[Form::Count, Form::Null]);
/// One, or several.
const DELIMITER: Form = Form::OneOrMany(&Form::OnlyText);
const DELIMITERS: Form = Form::Either(&[DELIMITER, Form::Null]);
/// None.
const NONE: Form = Form::Either(&[Form::OneOf(&["false"]), Form::Null]);
/// Text; nothing or false stands for none.
const MARK: Form = Form::Either(&[Form::OnlyText, NONE]);
/// The same; true says nothing.
const QUOTE: Form = Form::Either(&[Form::OnlyText, Form::Switch]);
const COLUMNS: Form = Form::Either(&[Form::Switch, Form::List(&Form::Text)]);

/// Options of the CSV reader, by the names that it has in Artillery.
pub(crate) static CSV_OPTIONS: Place = Place {
    name: "payload.options",
    about: "How a data file is read, by the names of Artillery's CSV library.",
    needs: &[],
    keys: &[
        takes("delimiter", DELIMITER, "What is between values, or several such.").unset(","),
        takes("cast", FLAG, "Make numbers of what looks like one.").unset("true"),
        takes("from_line", COUNT, "The first line that counts, from 1.").unset("1"),
        takes("trim", FLAG, "Leave out blanks around values.").unset("false"),
        takes("comment", MARK, "What begins a comment, which is left out.").unset("none"),
        takes("quote", QUOTE, "What is around values with delimiters in them.").unset("\""),
        takes("escape", QUOTE, "What makes a quote within quotes a part of the value.").unset("\""),
        takes("relax_column_count", FLAG, "Rows may have more or fewer values.").unset("false"),
        takes("skip_empty_lines", FLAG, "Leave out empty lines.").unset("true"),
        takes("bom", FLAG, "A byte order mark is never part of a value."),
        takes("columns", COLUMNS, "Names of the columns: true takes those of the first row.").unset("false"),
        takes("from", COUNT, "The first record that counts, from 1.").unset("1"),
        takes("to", COUNT, "The last record that counts."),
        takes("to_line", COUNT, "The last line that counts."),
        takes("ltrim", FLAG, "Leave out blanks before values.").unset("false"),
        takes("rtrim", FLAG, "Leave out blanks after values.").unset("false"),
        takes("record_delimiter", DELIMITERS, "What ends a record.").unset("the end of a line"),
        takes("relax", FLAG, "Quotes may stand within values.").unset("false"),
        takes("relax_column_count_less", FLAG, "Rows may have fewer values.").unset("false"),
        takes("relax_column_count_more", FLAG, "Rows may have more values.").unset("false"),
        takes("max_record_size", Form::Either(&[Form::Count, NONE]), "Characters of the longest record.")
            .unset("no limit"),
        takes("skip_lines_with_empty_values", FLAG, "Leave out records whose values are all empty.")
            .unset("false"),
        takes("skip_lines_with_error", FLAG, "Leave out records that cannot be read.").unset("false"),
        takes("cast_date", FLAG, "Must be false: dates stay text.").unset("false"),
        later("columns_duplicates_to_array", Form::Any, "Columns of one name become a list."),
        later("encoding", Form::Any, "Files are UTF-8."),
        later("ignore_last_delimiters", Form::Any, "Delimiters past the last column are part of its value."),
        later("info", Form::Any, "Records with figures of the reader's."),
        later("objname", Form::Any, "Records by the value of a column."),
        later("on_record", Form::Any, "A function for each record."),
        later("raw", Form::Any, "Records with their text."),
    ],
};
