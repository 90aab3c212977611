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
        takes("order", Form::OneOf(&["random", "sequence"]), "Which row a user gets: any, or the next.")
            .unset("random"),
        takes("skipHeader", Form::Flag, "Leave out the first line.").unset("false"),
        takes("delimiter", Form::Character, "What is between values.").unset(","),
        takes("cast", Form::Flag, "Make numbers of what looks like one.").unset("true"),
        takes("skipEmptyLines", Form::OneOf(&["true"]), "Empty lines are always left out.").unset("true"),
        takes("loadAll", Form::Flag, "Give each user all rows, in the variable `name`.").unset("false"),
        takes("name", Form::Text, "With `loadAll`: the variable that holds all rows."),
        takes(
            "options",
            Form::Place(&CSV_OPTIONS),
            "More on how the file is read, by the names of Artillery's CSV library.",
        ),
    ],
};

/// Nothing stands for none.
const PERHAPS_A_CHARACTER: Form = Form::Either(&[Form::Character, Form::OneOf(&["", "false"]), Form::Null]);

/// Options of the CSV reader, by the names that it has in Artillery.
pub(crate) static CSV_OPTIONS: Place = Place {
    name: "payload.options",
    about: "How a data file is read, by the names of Artillery's CSV library.",
    needs: &[],
    keys: &[
        takes("delimiter", Form::Character, "What is between values.").unset(","),
        takes("cast", Form::Flag, "Make numbers of what looks like one.").unset("true"),
        takes("from_line", Form::Count, "The first line that counts, from 1.").unset("1"),
        takes("trim", Form::Flag, "Leave out blanks around values.").unset("false"),
        takes("comment", PERHAPS_A_CHARACTER, "What begins a line that is left out.").unset("none"),
        takes("quote", PERHAPS_A_CHARACTER, "What is around values with delimiters in them.").unset("\""),
        takes("escape", PERHAPS_A_CHARACTER, "What makes a quote within quotes a part of the value.")
            .unset("\""),
        takes("relax_column_count", Form::Flag, "Rows may have more or fewer values.").unset("false"),
        takes("skip_empty_lines", Form::OneOf(&["true"]), "Empty lines are always left out.").unset("true"),
        takes("bom", Form::Flag, "A byte order mark is never part of a value."),
        later("columns", Form::Any, "Names of the columns: use `fields`."),
        later("from", Form::Count, "The first record that counts."),
        later("to", Form::Count, "The last record that counts."),
        later("to_line", Form::Count, "The last line that counts."),
        later("ltrim", Form::Flag, "Leave out blanks before values."),
        later("rtrim", Form::Flag, "Leave out blanks after values."),
        later("cast_date", Form::Flag, "Make dates of what looks like one."),
        later("record_delimiter", Form::Text, "What ends a record."),
        later("relax", Form::Flag, "Quotes may stand within values."),
        later("max_record_size", Form::Count, "Longest record."),
    ],
};
