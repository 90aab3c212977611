//! Chromium as a process: where it is, how it is started, and that it leaves nothing behind.

use super::pipe::Pipe;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What it is called, by Debian, by others, and by Google.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Where Debian keeps the program that the one on PATH starts.
const DEBIAN: &str = "/usr/lib/chromium";

/// Starts it with the two pipes as descriptors 3 and 4, and removes its folder when it has ended.
const KEEPER: &str = r#"folder=$1; shift
"$@" 3<&0 4>&1 </dev/null >/dev/null 2>"$folder/log"
rm -rf "$folder""#;

pub(super) fn start() -> Pipe {
    let folder = std::env::temp_dir().join(format!("loadgen-chromium-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for Chromium");
    let mut keeper = Command::new("sh");
    keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(find());
    keeper.args(["--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage"]);
    // What it would do on its own account, on the network and at its first start.
    keeper.args(["--no-first-run", "--no-default-browser-check", "--disable-background-networking"]);
    keeper.args(["--disable-component-update", "--disable-sync", "--disable-extensions", "--mute-audio"]);
    // Tests have several pages, of which none is in the foreground.
    keeper.args(["--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"]);
    keeper.args(["--force-color-profile=srgb", "--hide-scrollbars", "--js-flags=--expose-gc"]);
    if rustix::process::geteuid().is_root() {
        // Its sandbox refuses to be run by root; the pages are our own.
        keeper.arg("--no-sandbox");
    }
    keeper.arg(format!("--user-data-dir={}", folder.display())).arg("about:blank");
    // A group of its own: Ctrl-C ends the tests, and the end of the pipe the browser.
    keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
    Pipe::to(keeper.spawn().expect("a shell"), folder.join("log"))
}

fn find() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push(DEBIAN.into());
    let named =
        |name: &&str| folders.iter().map(|folder: &PathBuf| folder.join(name)).find(|it| Path::is_file(it));
    NAMES.iter().find_map(named).unwrap_or_else(|| {
        panic!(
            "this test needs Chromium: neither PATH nor {DEBIAN} has one of {}; `cargo xtask test` installs it where it can, \
             else install the package `chromium`",
            NAMES.join(", ")
        )
    })
}
