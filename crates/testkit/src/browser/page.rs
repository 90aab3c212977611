//! `Page`: a tab that is opened, asked, clicked on and looked at, and that tells what went wrong in it.

use super::keys;
use super::pipe::Pipe;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// A tab, closed with the value.
pub struct Page {
    pipe: Arc<Pipe>,
    session: String,
    context: Value,
}

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// CSS pixels.
    pub width: u32,
    /// CSS pixels.
    pub height: u32,
    /// Whether the system is dark.
    pub dark: bool,
}

impl Page {
    pub(super) fn of(pipe: Arc<Pipe>, session: String, context: &Value) -> Self {
        let page = Page { pipe, session, context: json!({"browserContextId": context}) };
        for domain in ["Page", "Runtime", "Log", "Network", "Performance"] {
            page.call(&format!("{domain}.enable"), &json!({}));
        }
        page.view(View { width: 1280, height: 900, dark: false });
        page
    }

    /// Opens an address and waits until all of it is there.
    pub fn open(&self, url: &str) {
        let opened = self.call("Page.navigate", &json!({"url": url}));
        assert!(opened["errorText"].is_null(), "{url}: {}", opened["errorText"]);
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// Whether its scripts may run, from the next address on.
    pub fn scripts(&self, may_run: bool) {
        self.call("Emulation.setScriptExecutionDisabled", &json!({"value": !may_run}));
    }

    /// Looks at it otherwise.
    pub fn view(&self, view: View) {
        let View { width, height, dark } = view;
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", &media);
    }

    /// The value of an expression; of a promise, what becomes of it.
    ///
    /// # Panics
    /// If it throws.
    pub fn value(&self, expression: &str) -> Value {
        self.attempt(expression).unwrap_or_else(|problem| panic!("{expression}: {problem}"))
    }

    fn attempt(&self, expression: &str) -> Result<Value, Value> {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.pipe.attempt(Some(&self.session), "Runtime.evaluate", &asked)?;
        match answer["exceptionDetails"].take() {
            Value::Null => Ok(answer["result"]["value"].take()),
            exception => Err(exception),
        }
    }

    /// The value of an expression that is a whole number.
    pub fn number(&self, expression: &str) -> i64 {
        let value = self.value(expression);
        value.as_f64().unwrap_or_else(|| panic!("{expression} is {value}")) as i64
    }

    /// Waits until an expression is true.
    ///
    /// # Panics
    /// If it does not become true within a minute; tells what the page shows then.
    pub fn until(&self, condition: &str) {
        for _ in 0..1200 {
            // On its way to another address a page may have nothing yet, or forget what it was asked.
            if self.attempt(&format!("!!({condition})")).is_ok_and(|value| value == true) {
                return;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(50));
        }
        let shown = self.value("document.body.innerText.slice(0, 2000)");
        panic!("not so within a minute: {condition}\n{shown}\n{:?}", self.problems());
    }

    /// Clicks on the middle of what a selector finds first.
    pub fn click(&self, selector: &str) {
        let (x, y) = self.place(selector, 0.5, 0.5);
        self.mouse("mouseMoved", x, y, 0);
        self.mouse("mousePressed", x, y, 1);
        self.mouse("mouseReleased", x, y, 1);
    }

    /// Clicks on it twice.
    pub fn double_click(&self, selector: &str) {
        let (x, y) = self.place(selector, 0.5, 0.5);
        for count in [1, 2] {
            self.mouse("mousePressed", x, y, count);
            self.mouse("mouseReleased", x, y, count);
        }
    }

    /// Moves the pointer to such a share of the width of what a selector finds, in the middle of its height.
    pub fn hover(&self, selector: &str, share: f64) {
        let (x, y) = self.place(selector, share, 0.5);
        self.mouse("mouseMoved", x, y, 0);
    }

    /// Drags from one share of its width to another.
    pub fn drag(&self, selector: &str, from: f64, to: f64) {
        let (x, y) = self.place(selector, from, 0.5);
        let (end, _) = self.place(selector, to, 0.5);
        self.mouse("mouseMoved", x, y, 0);
        self.mouse("mousePressed", x, y, 1);
        for step in 1..=5 {
            self.mouse("mouseMoved", x + (end - x) * f64::from(step) / 5.0, y, 1);
        }
        self.mouse("mouseReleased", end, y, 1);
    }

    /// Presses a key, such as `ArrowRight`, `Home`, `Enter`.
    pub fn key(&self, name: &str) {
        for kind in ["keyDown", "keyUp"] {
            let mut key = keys::key(name);
            key["type"] = kind.into();
            self.call("Input.dispatchKeyEvent", &key);
        }
    }

    /// Keeps what is seen of it as a PNG, all of its length.
    pub fn screenshot(&self, file: &Path) {
        let mut size = self.call("Page.getLayoutMetrics", &json!({}))["cssContentSize"].take();
        size["scale"] = 1.into();
        let whole = json!({"format": "png", "captureBeyondViewport": true, "clip": size});
        let shot = self.call("Page.captureScreenshot", &whole);
        let bytes = base64(shot["data"].as_str().expect("base64"));
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder for screenshots");
        std::fs::write(file, bytes).expect("a screenshot");
    }

    /// Keeps what is downloaded in this folder.
    pub fn download_to(&self, folder: &Path) {
        std::fs::create_dir_all(folder).expect("a folder for downloads");
        let mut allowed = self.context.clone();
        allowed["behavior"] = "allow".into();
        allowed["downloadPath"] = folder.to_str().expect("UTF-8").into();
        self.pipe.call(None, "Browser.setDownloadBehavior", &allowed);
    }

    /// A file that is being downloaded, once it is there.
    ///
    /// # Panics
    /// If it does not come within a minute.
    pub fn downloaded(&self, file: &Path) -> String {
        for _ in 0..1200 {
            // It has another name until it is whole.
            if let Ok(text) = std::fs::read_to_string(file) {
                return text;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(50));
        }
        panic!("no {} within a minute", file.display());
    }

    /// A figure of the browser's about the page, such as `Nodes` or `JSHeapUsedSize`, after its garbage is gone.
    pub fn metric(&self, name: &str) -> f64 {
        self.call("HeapProfiler.collectGarbage", &json!({}));
        let metrics = self.call("Performance.getMetrics", &json!({}));
        let metrics = metrics["metrics"].as_array().expect("a list");
        metrics.iter().find(|it| it["name"] == name).and_then(|it| it["value"].as_f64()).expect("a figure")
    }

    /// What went wrong so far: exceptions, and errors and warnings of the console.
    pub fn problems(&self) -> Vec<String> {
        let text = |event: Value| {
            let params = &event["params"];
            let wrong = ["error", "warning", "assert"];
            let is_wrong = |level: &Value| level.as_str().is_some_and(|level| wrong.contains(&level));
            match event["method"].as_str()? {
                "Runtime.exceptionThrown" => Some(params["exceptionDetails"].to_string()),
                "Runtime.consoleAPICalled" if is_wrong(&params["type"]) => Some(params["args"].to_string()),
                "Log.entryAdded" if is_wrong(&params["entry"]["level"]) => Some(params["entry"].to_string()),
                _ => None,
            }
        };
        self.pipe.events(&self.session).into_iter().filter_map(text).collect()
    }

    /// The addresses that it has asked for so far, in order.
    pub fn requests(&self) -> Vec<String> {
        let events = self.pipe.events(&self.session).into_iter();
        let sent = events.filter(|it| it["method"] == "Network.requestWillBeSent");
        sent.filter_map(|it| it["params"]["request"]["url"].as_str().map(str::to_owned)).collect()
    }

    /// A header of each request so far that had it.
    pub fn sent_headers(&self, name: &str) -> Vec<String> {
        let events = self.pipe.events(&self.session).into_iter();
        let values = events.filter_map(|it| {
            let headers =
                it["params"]["headers"].as_object().or(it["params"]["request"]["headers"].as_object())?;
            let found = headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.as_str().map(str::to_owned))
        });
        values.collect()
    }

    /// Where such shares of the width and height of what a selector finds first are, once it has been scrolled to.
    fn place(&self, selector: &str, across: f64, down: f64) -> (f64, f64) {
        let found = self.value(&format!(
            "(() => {{ const it = document.querySelector({selector:?}); if (!it) return null; \
             it.scrollIntoView({{block: 'center', behavior: 'instant'}}); const box = it.getBoundingClientRect(); \
             return [box.left + box.width * {across}, box.top + box.height * {down}]; }})()"
        ));
        match (found[0].as_f64(), found[1].as_f64()) {
            (Some(x), Some(y)) => (x, y),
            _ => panic!("the page has no {selector}"),
        }
    }

    fn mouse(&self, kind: &str, x: f64, y: f64, clicks: u32) {
        let button = if clicks == 0 { "none" } else { "left" };
        let event = json!({
            "type": kind, "x": x, "y": y, "button": button, "buttons": clicks.min(1),
            "clickCount": if kind == "mouseMoved" { 0 } else { clicks },
        });
        self.call("Input.dispatchMouseEvent", &event);
    }

    fn call(&self, method: &str, params: &Value) -> Value {
        self.pipe.call(Some(&self.session), method, params)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // A failed test has its own message, which a browser that has ended must not hide.
        if !std::thread::panicking() {
            self.pipe.call(None, "Target.disposeBrowserContext", &self.context);
        }
        self.pipe.forget(&self.session);
    }
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}
