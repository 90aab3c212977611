//! `loadgen init`: a first script, plain or from a document.

use crate::args::InitArgs;
use crate::error::CliError;
use crate::exit::ExitStatus;
use loadgen_import::{Imported, Kind, LONGEST, Options, import, starter};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Standard input or output, in place of a file.
const STANDARD: &str = "-";

/// Writes the script; what there is to know about it goes to standard error.
pub(crate) fn execute(args: &InitArgs) -> Result<ExitStatus, CliError> {
    let (from, extra) = args.from.as_deref().map(document).transpose()?.unwrap_or((None, None));
    let script = args.script.as_ref().or(args.output.as_ref());
    if let (Some(extra), Some(written)) = (&extra, script) {
        return Err(CliError::From(format!("two scripts to write: {extra} and {}", written.display())));
    }
    let script = script.cloned().or(extra.map(PathBuf::from)).filter(|path| path != Path::new(STANDARD));
    // Said before a large document is read for nothing.
    if let Some(path) = script.as_ref().filter(|path| path.exists() && !args.force) {
        return Err(CliError::Exists { path: path.clone() });
    }
    let mut options = Options {
        script: script.as_ref().map_or("script.yml".into(), |path| path.display().to_string()),
        target: args.target.clone(),
        include_assets: args.include_assets,
        include_third_party: args.include_third_party,
        document: String::new(),
    };
    options.check().map_err(|source| CliError::Import { document: "-t".into(), source })?;
    let Some((kind, file)) = from else {
        let text = starter(&options);
        write(script.as_deref(), &text, args.force)?;
        return told(script.as_deref(), None);
    };
    let standard = file == STANDARD;
    let name = if standard { "standard input".to_owned() } else { file.clone() };
    options.document =
        Path::new(&name).file_name().map_or(name.clone(), |name| name.to_string_lossy().into_owned());
    let text = if standard { read(io::stdin().lock(), &name) } else { open(Path::new(&file)) }?;
    let refused = |source| CliError::Import { document: name.clone(), source };
    let kind = match kind.or_else(|| Kind::guess(&text)) {
        Some(kind) => kind,
        None => return Err(CliError::From(format!("{name}: it is not plain what kind of document this is"))),
    };
    let imported = import(kind, &text, &options).map_err(refused)?;
    write(script.as_deref(), &imported.script, args.force)?;
    told(script.as_deref(), Some(&imported))
}

/// What `--from` was given: a kind, if one is named, and a file. With a file alone, the second word was meant to be
/// the script.
type Document = (Option<(Option<Kind>, String)>, Option<String>);

fn document(words: &[String]) -> Result<Document, CliError> {
    match words {
        [first, second] => match Kind::of_name(first) {
            Some(kind) => Ok((Some((Some(kind), second.clone())), None)),
            // A file that is there, behind something that is neither a kind nor a file.
            None if Path::new(second).exists() && first != STANDARD && !Path::new(first).exists() => {
                Err(CliError::From(format!("`{first}` is none of the kinds har, openapi, curl, postman")))
            }
            None => Ok((Some((None, first.clone())), Some(second.clone()))),
        },
        [only] if Kind::of_name(only).is_some() && !Path::new(only).exists() => {
            Err(CliError::From(format!("--from {only} lacks the file (`-` is standard input)")))
        }
        [only] => Ok((Some((None, only.clone())), None)),
        _ => Err(CliError::From("--from lacks the document".into())),
    }
}

fn open(path: &Path) -> Result<String, CliError> {
    let file = File::open(path).map_err(|source| CliError::Read { path: path.to_owned(), source })?;
    read(file, &path.display().to_string())
}

/// Reads a text to its end, or one byte past what is taken, so that the import is the one to say so.
fn read(from: impl Read, name: &str) -> Result<String, CliError> {
    let path = PathBuf::from(name);
    let mut bytes = Vec::new();
    let most = LONGEST as u64 + 1;
    from.take(most)
        .read_to_end(&mut bytes)
        .map_err(|source| CliError::Read { path: path.clone(), source })?;
    if bytes.len() as u64 == most {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    // What PowerShell writes with `>`.
    if let [0xff, 0xfe, rest @ ..] = bytes.as_slice() {
        let units: Vec<u16> =
            rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        return String::from_utf16(&units).map_err(|_| CliError::NotText { path });
    }
    String::from_utf8(bytes).map_err(|_| CliError::NotText { path })
}

fn write(script: Option<&Path>, text: &str, force: bool) -> Result<(), CliError> {
    let Some(path) = script else {
        let mut stdout = io::stdout().lock();
        return stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(CliError::Stdout);
    };
    let mut options = OpenOptions::new();
    // Without --force the file must be new even if it came into being just now.
    if force {
        options.write(true).create(true).truncate(true)
    } else {
        options.write(true).create_new(true)
    };
    let opened = options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CliError::Exists { path: path.to_owned() },
        _ => CliError::Draft { path: path.to_owned(), source: error },
    });
    opened?.write_all(text.as_bytes()).map_err(|source| CliError::Draft { path: path.to_owned(), source })
}

/// Says what was written, what to know, and what to do next. On standard error: the script may be on the other.
fn told(script: Option<&Path>, imported: Option<&Imported>) -> Result<ExitStatus, CliError> {
    let s = |number: usize| if number == 1 { "" } else { "s" };
    if let Some(Imported { scenarios, requests, notes, .. }) = imported {
        let place = script.map_or("script".into(), |path| path.display().to_string());
        eprintln!("{place}: {scenarios} scenario{}, {requests} request{}", s(*scenarios), s(*requests));
        notes.iter().for_each(|note| eprintln!("- {note}"));
    }
    if let Some(path) = script {
        let path = path.display();
        if imported.is_none() {
            eprintln!("{path}: a first script");
        }
        eprintln!("next: loadgen run {path} --solo");
    }
    Ok(ExitStatus::Success)
}
