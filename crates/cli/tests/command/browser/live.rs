//! The live page: during a run, at its end, and when the connection is lost.

use super::{Shown, look};
use crate::harness::Project;
use crate::stopping::send;
use loadgen_testkit::{Act, Browser, Page, RawServer};

const TWO_GETS: &str = "      - get: {url: /users}\n      - get: {url: /nothing}";

/// What the page says of the run.
const STATE: &str = "document.getElementById('bar').dataset.state";

/// A page that has something of the run to show.
fn opened(shown: &Shown) -> Page {
    let page = Browser::shared().page();
    page.open(&shown.url);
    page.until("document.querySelector('main').innerText.trim() !== ''");
    page
}

#[test]
fn a_run_is_seen_while_it_goes_on_and_its_report_stays_when_it_is_over() {
    let phases =
        "[{duration: 2, arrivalRate: 20, name: Warm up}, {duration: 3, arrivalRate: 40, name: Peak load}]";
    let project = Project::of("builtin", phases, TWO_GETS);
    let shown = Shown::start(&project, &["--ui", "-o", "run.json"]);
    let base = shown.base().to_owned();
    let page = opened(&shown);
    page.until(&format!("{STATE} === 'running'"));
    assert!(page.number("document.querySelectorAll('main svg').length") > 0);
    page.value("window.before = document.querySelector('main').innerHTML, null");
    page.until("document.querySelector('main').innerHTML !== window.before");
    assert_eq!(page.value("document.getElementById('save').hidden"), true);

    page.until(&format!("{STATE} === 'over'"));
    page.until("!document.querySelector('main').innerText.includes('so far')");
    // It takes no signal and no waiting: the page has the report, so the process may end.
    assert_eq!(shown.code(), Some(0));
    page.until("[...document.querySelectorAll('#save a')].every(link => link.href.startsWith('blob:'))");
    page.until("document.getElementById('bar').innerText.includes('keeps its report')");
    let folder = project.path("saved");
    page.download_to(&folder);
    for (number, name) in [(1, "script.html"), (2, "script.json")] {
        page.click(&format!("#save a:nth-child({number})"));
        let saved = page.downloaded(&folder.join(name));
        if number == 1 {
            assert!(saved.contains("<svg"), "{name}");
        } else {
            assert_eq!(saved, std::fs::read_to_string(project.path("run.json")).unwrap());
        }
    }
    assert_eq!(page.problems(), Vec::<String>::new());
    let requests = page.requests();
    assert!(requests.iter().all(|url| url.starts_with(&base) || url.starts_with("blob:")), "{requests:?}");

    look(&page, "live");
    does_not_grow(&page);
}

/// Pushes many updates through the page and compares what it holds.
fn does_not_grow(page: &Page) {
    page.value("window.kept = document.querySelector('main').innerHTML, null");
    let push = |times: u32| {
        page.value(&format!(
            "for (let i = 0; i < {times}; i++) loadgenTake({{state: 'running', html: kept + '<p>' + i + '</p>'}}); null"
        ));
        (page.metric("Nodes"), page.metric("JSHeapUsedSize"), page.metric("JSEventListeners"))
    };
    let (nodes, heap, listeners) = push(5);
    let (more_nodes, more_heap, more_listeners) = push(60);
    // An hour has sixty times as many: a tenth of growth here would be sixfold there, one page more is noise.
    assert!(more_nodes <= nodes * 1.1 + 100.0, "{nodes} nodes became {more_nodes}");
    assert!(more_heap <= heap * 1.1 + 500_000.0, "{heap} bytes became {more_heap}");
    assert!(more_listeners <= listeners * 1.1 + 10.0, "{listeners} listeners became {more_listeners}");
}

#[test]
fn the_stop_button_asks_once_and_is_the_first_ctrl_c() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let project = Project::of(&server.url(), "[{duration: 120, arrivalRate: 20}]", TWO_GETS);
    let shown = Shown::start(&project, &["--ui", "-o", "run.json"]);
    let page = opened(&shown);
    page.until(&format!("{STATE} === 'running'"));
    look(&page, "live-running");
    page.click("#stop");
    look(&page, "live-asking");
    assert_eq!(page.value("document.getElementById('stop-yes').hidden"), false);
    page.click("#stop-no");
    assert_eq!(page.value("document.getElementById('stop-yes').hidden"), true);
    assert_eq!(page.value(STATE), "running");
    page.click("#stop");
    page.click("#stop-yes");
    page.until(&format!("{STATE} === 'over'"));
    assert_eq!(shown.code(), Some(130));
    let report = std::fs::read_to_string(project.path("run.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["loadgen"]["stopped"], "hand (the page)");
    page.until("document.getElementById('bar').innerText.includes('keeps its report')");
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn a_page_whose_run_is_gone_says_so_and_shows_the_next_one_at_its_address() {
    let server = RawServer::start(|_| Act::answer(200, "{}"));
    let project = Project::of(&server.url(), "[{duration: 120, arrivalRate: 20}]", TWO_GETS);
    let mut shown = Shown::start(&project, &["--ui"]);
    let page = opened(&shown);
    send(&shown.child, "-KILL");
    shown.child.wait().unwrap();
    page.until(&format!("{STATE} === 'lost'"));
    let said = page.value("document.getElementById('bar').innerText");
    assert!(said.as_str().unwrap().contains("Connection lost at "), "{said}");
    look(&page, "live-lost");
    let run = page.value("LOADGEN_LIVE.run");

    let address = shown.base().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let again = Shown::start(&project, &["--ui", &address]);
    page.until(&format!("LOADGEN_LIVE.run !== {run} && {STATE} === 'running'"));
    assert_eq!(again.base(), shown.base());
}
