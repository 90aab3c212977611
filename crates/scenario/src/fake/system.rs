//! `system…`: files, versions, schedules.

use super::draw::{filled, one, pick, whole};
use super::{Entry, Make, Options, plain, text, with};
use rand::Rng;
use rand::rngs::SmallRng;
use std::sync::Arc;

const EXTENSIONS: &[&str] =
    &["csv", "gif", "html", "jpg", "json", "md", "mp3", "mp4", "pdf", "png", "svg", "txt", "xml", "zip"];
const MIMES: &[&str] = &[
    "application/json",
    "application/pdf",
    "application/xml",
    "application/zip",
    "audio/mpeg",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/plain",
    "video/mp4",
    "video/webm",
];
const FOLDERS: &[&str] =
    &["/bin", "/etc", "/home/user", "/opt/bin", "/srv", "/tmp", "/usr/lib", "/usr/share", "/var/log"];

pub(super) const FUNCTIONS: &[Entry] = &[
    plain("systemFileName", file),
    plain("systemCommonFileName", file),
    plain("systemFileExt", |random| one(random, EXTENSIONS)),
    plain("systemCommonFileExt", |random| one(random, EXTENSIONS)),
    plain("systemFileType", |random| {
        one(random, &["application", "audio", "font", "image", "text", "video"])
    }),
    plain("systemCommonFileType", |random| one(random, &["application", "audio", "image", "text", "video"])),
    plain("systemMimeType", |random| one(random, MIMES)),
    plain("systemDirectoryPath", |random| one(random, FOLDERS)),
    plain("systemFilePath", |random| format!("{}/{}", pick(random, FOLDERS), file(random))),
    plain("systemSemver", |random| {
        let mut part = || whole(random, 0..=9);
        format!("{}.{}.{}", part(), part(), part())
    }),
    plain("systemNetworkInterface", |random| {
        let kind = pick(random, &["eno#", "ens#", "enp#s#", "wlp#s#", "wlo#"]);
        filled(random, kind)
    }),
    with("systemCron", &["includeYear"], cron),
];

fn file(random: &mut SmallRng) -> String {
    format!("{}_{}.{}", text::adjective(random), text::noun(random), pick(random, EXTENSIONS))
}

fn cron(options: &Options) -> Make {
    let year = options.flag("includeYear") == Some(true);
    Arc::new(move |random| {
        let mut field =
            |low, high| if random.random() { "*".to_owned() } else { whole(random, low..=high).to_string() };
        let mut fields = vec![field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6)];
        if year {
            fields.push(field(1970, 2099));
        }
        fields.join(" ")
    })
}
