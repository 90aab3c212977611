//! A run in a terminal: shown on the whole screen, stopped by keys, and the terminal is as it was afterwards.

#![cfg(unix)]

use crate::harness::{Project, wait_until};
use crate::stopping::send;
use loadgen_testkit::{Act, RawServer};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Action, LocalModes, Winsize, tcflow, tcgetattr, tcsetwinsize};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};

/// What takes the whole screen, and what gives it back.
const ENTER: &str = "\x1b[?1049h";
const LEAVE: &str = "\x1b[?1049l";

/// A command in a terminal of 80 × 24 that somebody reads.
struct Terminal {
    child: Child,
    keyboard: File,
    /// The other end, so that it can be asked in what state it is.
    other: File,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    fn of(mut command: Command) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        // It must not become the terminal of the tests themselves.
        let no_terminal_of_ours = OpenptFlags::NOCTTY.bits() as i32;
        let open = || OpenOptions::new().read(true).write(true).custom_flags(no_terminal_of_ours).open(&name);
        let other = open().unwrap();
        tcsetwinsize(&other, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        command.env("NO_COLOR", "1");
        // What a test says of these counts.
        for (name, usual) in [("TERM", "xterm-256color"), ("LOADGEN_LOG", "off")] {
            if !command.get_envs().any(|(said, _)| said == name) {
                command.env(name, usual);
            }
        }
        command.stdin(open().unwrap()).stdout(open().unwrap()).stderr(open().unwrap());
        let child = command.spawn().unwrap();
        let keyboard = File::from(master);
        let seen: Arc<Mutex<Vec<u8>>> = Arc::default();
        let (mut screen, kept) = (keyboard.try_clone().unwrap(), Arc::clone(&seen));
        // It ends when nobody holds the other end any more.
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = screen.read(&mut bytes) {
                kept.lock().unwrap().extend_from_slice(&bytes[..read]);
            }
        });
        Terminal { child, keyboard, other, seen }
    }

    fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }

    fn wait_for(&mut self, text: &str) {
        let seen = Arc::clone(&self.seen);
        wait_until(&mut self.child, || String::from_utf8_lossy(&seen.lock().unwrap()).contains(text));
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Whether what is typed is echoed and handed on by the line.
    fn is_usual(&self) -> bool {
        let modes = tcgetattr(&self.other).unwrap().local_modes;
        modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG)
    }

    /// Waits for the end; gives the exit code, and what came before and after the screen was left.
    fn end(mut self) -> (Option<i32>, String, String) {
        let code = self.child.wait().unwrap().code();
        assert!(self.is_usual());
        // All that was written is there to be read; a mark tells how far it has been.
        self.other.write_all(b"THE END").unwrap();
        while !self.seen().contains("THE END") {
            std::thread::yield_now();
        }
        let seen = self.seen();
        let (before, after) = seen.split_once(LEAVE).unwrap_or((&seen, ""));
        (code, before.to_owned(), after.to_owned())
    }
}

/// A minute of load, with a line of the script's own in each flow.
fn project(server: &RawServer) -> Project {
    let flow = "      - get: {url: /x}\n      - log: hello from user {{ $uuid }}";
    Project::of(&server.url(), "[{duration: 60, arrivalRate: 20, name: Rush hour}]", flow)
}

#[test]
fn a_run_is_shown_on_the_whole_screen_and_stopped_by_a_key_or_a_signal() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    for (stop, code, name) in [("q", 130, "hand (q)"), ("\x03", 130, "SIGINT"), ("-TERM", 143, "SIGTERM")] {
        let project = project(&server);
        let mut terminal = Terminal::of(project.command(&["-o", "run.json"]));
        terminal.wait_for("Rush hour");
        terminal.wait_for("hello from user");
        assert!(!terminal.is_usual(), "keys are not echoed");
        match stop.strip_prefix('-') {
            Some(_) => send(&terminal.child, stop),
            None => terminal.press(stop),
        }
        let (status, before, after) = terminal.end();
        assert_eq!(status, Some(code), "{stop}: {after}");
        assert!(before.contains(ENTER) && before.contains("VERDICT so far"), "{before}");
        assert!(!after.contains(ENTER) && !after.contains(LEAVE), "{after}");
        assert!(after.contains("VERDICT  none"), "{after}");
        assert!(after.contains(&format!("stopped by {name}")), "{after}");
        assert!(after.contains("stopping: no new users"), "{after}");
        let report: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(project.path("run.json")).unwrap()).unwrap();
        // What the script said is printed whole, however little of it was seen.
        let completed = report["aggregate"]["counters"]["vusers.completed"].as_u64().unwrap();
        let said = after.lines().filter(|line| line.starts_with("hello from user ")).count() as u64;
        assert_eq!(said, completed, "{after}");
    }
}

#[test]
fn a_terminal_may_have_plain_lines() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let phases = "[{duration: 1.2, arrivalRate: 10, name: Rush hour}]";
    let flow = "      - get: {url: /x}\n      - log: hello";
    let project = Project::of(&server.url(), phases, flow);
    for (args, variable, lines) in [
        (&["--no-tui"][..], None, true),
        (&["-q"], None, false),
        (&[], Some(("TERM", "dumb")), true),
        (&[], Some(("LOADGEN_LOG", "error")), true),
    ] {
        let mut command = project.command(args);
        variable.into_iter().for_each(|(name, value)| {
            command.env(name, value);
        });
        let (status, said, after) = Terminal::of(command).end();
        assert_eq!((status, after.as_str()), (Some(0), ""), "{said}");
        assert!(!said.contains(ENTER) && said.contains("hello"), "{args:?} {variable:?}: {said}");
        assert_eq!(said.contains("00:01/00:02  Rush hour"), lines, "{args:?} {variable:?}: {said}");
    }
}

#[test]
fn a_terminal_that_shows_nothing_more_holds_up_neither_the_run_nor_its_results() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let project = Project::of(&server.url(), "[{duration: 3, arrivalRate: 20}]", "      - get: {url: /x}");
    let mut terminal = Terminal::of(project.command(&["-o", "run.json"]));
    terminal.wait_for("VERDICT so far");
    tcflow(&terminal.other, Action::OOff).unwrap();
    let results = project.path("run.json");
    wait_until(&mut terminal.child, || results.exists());
    tcflow(&terminal.other, Action::OOn).unwrap();
    let (status, _, after) = terminal.end();
    assert_eq!(status, Some(0), "{after}");
    assert!(after.contains("60 offered  60 achieved"), "{after}");
}
