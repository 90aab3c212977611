//! What people look at, in a real browser.

mod gate;
mod live;
mod report;

use crate::harness::Project;
use loadgen_testkit::{Page, View};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::mpsc;

/// A run that shows its page.
pub(super) struct Shown {
    pub(super) child: Child,
    pub(super) url: String,
}

impl Shown {
    /// Starts it and waits for the page's address.
    pub(super) fn start(project: &Project, args: &[&str]) -> Self {
        let mut command = project.command(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = mpsc::channel();
        // Read to its end, so that nobody waits for us.
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).for_each(|line| {
                let _ = sender.send(line);
            });
        });
        let line = lines.iter().find_map(|line| line.strip_prefix("live page at ").map(str::to_owned));
        let line = line.unwrap();
        Shown { child, url: line.split(' ').next().unwrap().to_owned() }
    }

    /// The address without the token.
    pub(super) fn base(&self) -> &str {
        self.url.split('?').next().unwrap()
    }

    /// Its exit code.
    pub(super) fn code(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks at a page in each way that people do, and keeps what was seen.
pub(super) fn look(page: &Page, name: &str) {
    for (way, width, dark) in
        [("light", 1280, false), ("dark", 1280, true), ("380", 380, false), ("380-dark", 380, true)]
    {
        page.view(View { width, height: 900, dark });
        page.screenshot(&screenshot(&format!("{name}-{way}")));
        let wide = page.number("document.scrollingElement.scrollWidth");
        assert!(wide <= i64::from(width), "{name} is {wide} pixels wide where there are {width}");
    }
    page.view(View { width: 1280, height: 900, dark: false });
}

/// Where what was seen is kept, for people to look at.
fn screenshot(name: &str) -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned();
    target.join("screenshots").join(format!("{name}.png"))
}
