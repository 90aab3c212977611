//! `Browser`: headless Chromium for tests of pages, from the machine's package, with a `Page` for each test.
//!
//! It is told what to do by the DevTools protocol over two pipes (`--remote-debugging-pipe`), so that there is neither a
//! port nor a WebSocket, and it ends with the tests however those end: when the pipe does. The clients on crates.io
//! (chromiumoxide, headless_chrome) bring the whole protocol as generated code, and a WebSocket; the dozen commands that
//! tests need are less than their settings.
//!
//! Where Chromium is missing a test fails and says so: it is never left out.

mod keys;
mod page;
mod pipe;
mod process;

pub use page::{Page, View};

use pipe::Pipe;
use serde_json::json;
use std::sync::{Arc, OnceLock};

/// A browser for as long as the process lives.
pub struct Browser {
    pipe: Arc<Pipe>,
}

impl Browser {
    /// The one that the tests of this process share; started by the first who asks.
    ///
    /// # Panics
    /// Where there is no Chromium, or it does not start.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Browser> = OnceLock::new();
        SHARED.get_or_init(|| Browser { pipe: Arc::new(process::start()) })
    }

    /// An empty page that shares neither cookies nor storage with others.
    pub fn page(&self) -> Page {
        let context = self.pipe.call(None, "Target.createBrowserContext", &json!({}));
        let target = json!({"url": "about:blank", "browserContextId": context["browserContextId"]});
        let target = self.pipe.call(None, "Target.createTarget", &target);
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = self.pipe.call(None, "Target.attachToTarget", &attach);
        let session = session["sessionId"].as_str().expect("a session").to_owned();
        Page::of(Arc::clone(&self.pipe), session, &context["browserContextId"])
    }
}
