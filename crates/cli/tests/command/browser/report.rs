//! The HTML report: one file, opened from the disk.

use super::look;
use crate::harness::Project;
use loadgen_testkit::{Browser, Page, View};
use std::path::PathBuf;
use std::sync::OnceLock;

/// A run of two phases with errors, captures and thresholds.
const SCRIPT: &str = "config:
  target: builtin
  phases:
    - {duration: 2, arrivalRate: 20, name: Warm up}
    - {duration: 3, arrivalRate: 40, name: Peak load}
  plugins:
    ensure: {thresholds: [{http.response_time.p95: 2000}, {http.codes.404: 1}, {http.request_rate: 10}, {http.request_rate: 100}, {http.request_rate: 102}]}
scenarios:
  - name: Reads <b>& writes</b>
    flow:
      - post: {url: /users, json: {name: Ann, email: \"{{ $uuid }}@example.org\"}, capture: {json: $.id, as: id}}
      - get: {url: \"/users/{{ id }}\"}
      - get: {url: /nothing}
";

/// Charts that have the run's time as their axis.
const OVER_TIME: &str = "figure.chart[data-axis=axis-time]";

/// The report's file, made once for all tests.
fn file() -> &'static PathBuf {
    static FILE: OnceLock<(Project, PathBuf)> = OnceLock::new();
    let (_, file) = FILE.get_or_init(|| {
        let project = Project::new(SCRIPT);
        let told = project.run(&["--html", "run.html"]);
        assert_eq!(told.status, 1, "{}", told.text());
        let file = project.path("run.html");
        (project, file)
    });
    file
}

fn opened() -> Page {
    let page = Browser::shared().page();
    page.open(&format!("file://{}", file().display()));
    page
}

#[test]
fn it_asks_for_nothing_has_its_charts_and_is_legible_everywhere() {
    let page = opened();
    assert!(page.number("document.querySelectorAll('figure.chart svg').length") >= 6);
    let titled =
        "[...document.querySelectorAll('figure.chart svg.plot')].every(it => it.querySelector('title'))";
    assert_eq!(page.value(titled), true, "every chart says what it is");
    assert_eq!(
        page.value("document.querySelector('main b') === null || !document.title.includes('<b>')"),
        true
    );
    assert!(page.value("document.body.innerText").as_str().unwrap().contains("Peak load"));
    look(&page, "report");
    assert_eq!(page.requests(), [format!("file://{}", file().display())]);
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn hovering_one_chart_marks_the_same_second_in_all() {
    let page = opened();
    let charts = page.number(&format!("document.querySelectorAll('{OVER_TIME}').length"));
    assert!(charts >= 5, "{charts}");
    let marked = format!("document.querySelectorAll('{OVER_TIME} line.mark.on').length");
    assert_eq!(page.number(&marked), 0);
    page.hover(&format!("{OVER_TIME} .touch"), 0.5);
    assert_eq!(page.number(&marked), charts);
    let whens = format!(
        "[...new Set([...document.querySelectorAll('{OVER_TIME} .when')].map(it => it.textContent))]"
    );
    let when = page.value(&whens);
    assert_eq!(when.as_array().unwrap().len(), 1, "{when}");
    assert!(when[0].as_str().unwrap().contains("00:0"), "{when}");
    page.hover("h1", 0.5);
    assert_eq!(page.number(&marked), 0);
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn dragging_zooms_all_charts_and_a_double_click_or_the_button_resets_them() {
    let page = opened();
    let charts = page.number(&format!("document.querySelectorAll('{OVER_TIME}').length"));
    let zoomed = "document.querySelectorAll('figure.zoomed').length";
    let touch = format!("{OVER_TIME} .touch");
    page.drag(&touch, 0.3, 0.8);
    assert_eq!(page.number(zoomed), charts);
    page.double_click(&touch);
    assert_eq!(page.number(zoomed), 0);
    page.drag(&touch, 0.8, 0.3);
    assert_eq!(page.number(zoomed), charts);
    page.click(&format!("{OVER_TIME} .reset"));
    assert_eq!(page.number(zoomed), 0);
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn limits_are_legible_in_their_chart_on_any_screen_and_zoomed() {
    let page = opened();
    let names = "[...document.querySelectorAll('#c-requests text.limit')]";
    assert_eq!(
        page.value(&format!("{names}.map(it => it.textContent)")),
        serde_json::json!(["request rate < 102/s", "request rate < 100/s", "✗ request rate < 10/s"])
    );
    let boxes = format!("{names}.map(it => it.getBoundingClientRect())");
    let apart =
        format!("{boxes}.every((it, index, all) => index === 0 || all[index - 1].bottom <= it.top + 1)");
    let frame = "document.querySelector('#c-requests .touch').getBoundingClientRect()";
    let within = format!(
        "{boxes}.every(it => it.left >= {frame}.left && it.right <= {frame}.right && it.top >= {frame}.top && it.bottom <= {frame}.bottom)"
    );
    let dashes = "new Set([...document.querySelectorAll('.plot line.limit, .plot .line')].map(it => getComputedStyle(it).strokeDasharray)).size";
    let looks = "new Set([...document.querySelectorAll('.plot .line')].map(it => getComputedStyle(it).strokeDasharray)).size";
    assert_eq!(page.number(dashes), page.number(looks) + 1, "no line is drawn as limits are");
    for width in [1280, 380] {
        page.view(View { width, height: 900, dark: false });
        assert_eq!(page.value(&apart), true, "{width}");
        assert_eq!(page.value(&within), true, "{width}");
    }
    page.view(View { width: 1280, height: 900, dark: false });
    page.drag("#c-requests .touch", 0.3, 0.8);
    let lines =
        "[...document.querySelectorAll('#c-requests line.limit')].map(it => it.getBoundingClientRect())";
    assert_eq!(page.value(&format!("{lines}.every(it => it.width === {frame}.width)")), true);
    assert_eq!(page.value(&within), true, "zoomed");
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn what_is_unfolded_for_its_limit_stays_folded_once_somebody_folded_it() {
    let page = opened();
    let open = "document.getElementById('d-response-time').open";
    assert_eq!(page.value(open), true);
    page.value("window.kept = document.querySelector('main').innerHTML, null");
    // Browsers tell of it a little later, and the page before us.
    page.value(
        "document.addEventListener('toggle', (it) => { window.folded = !it.target.open; }, true), null",
    );
    page.click("#d-response-time summary");
    page.until("window.folded === true");
    // As the live page does each second.
    for _ in 0..2 {
        page.value("document.querySelector('main').innerHTML = window.kept, loadgenRefresh(), null");
        assert_eq!(page.value(open), false);
    }
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn a_chart_can_be_read_with_the_keyboard_alone() {
    let page = opened();
    // From the top, by the keyboard.
    page.until("(document.body.focus(), true)");
    let focused = "document.activeElement.matches('figure.chart')";
    for _ in 0..20 {
        page.key("Tab");
        if page.value(focused) == true {
            break;
        }
    }
    assert_eq!(page.value(focused), true, "charts can be reached");
    let when = "document.activeElement.querySelector('.when').textContent";
    let at = |key: &str| {
        page.key(key);
        page.value(when).as_str().unwrap().to_owned()
    };
    let (first, second) = (at("Home"), at("ArrowRight"));
    assert_ne!(first, second);
    assert_eq!(at("ArrowLeft"), first);
    let last = at("End");
    assert!(last != first && last != second, "{last}");
    assert_eq!(at("ArrowRight"), last, "there is no more");
    assert_eq!(at("Escape"), "whole run");
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn the_table_of_endpoints_is_sorted_by_any_column_either_way() {
    let page = opened();
    let column = |number: u32| {
        let cells = format!("#endpoints tbody tr > :nth-child({number})");
        let values =
            page.value(&format!("[...document.querySelectorAll('{cells}')].map(it => Number(it.dataset.v))"));
        values.as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect::<Vec<_>>()
    };
    // The third of them is their share of errors, the fifth a latency.
    for number in [4, 7] {
        let head = format!("#endpoints thead th:nth-child({number}) button");
        page.click(&head);
        assert!(column(number).iter().rev().is_sorted(), "{:?}", column(number));
        page.click(&head);
        assert!(column(number).is_sorted(), "{:?}", column(number));
    }
    assert_eq!(page.number("document.querySelectorAll('#endpoints th[aria-sort=ascending]').length"), 1);
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn the_switch_between_dark_and_light_changes_the_paper() {
    let page = opened();
    let paper = "getComputedStyle(document.body).backgroundColor";
    let light = page.value(paper);
    page.click("#theme");
    let dark = page.value(paper);
    assert_ne!(light, dark);
    page.click("#theme");
    assert_eq!(page.value(paper), light);
    assert_eq!(page.problems(), Vec::<String>::new());
}

#[test]
fn without_scripts_everything_is_there() {
    let page = Browser::shared().page();
    page.scripts(false);
    page.open(&format!("file://{}", file().display()));
    assert_eq!(page.value("typeof window.loadgenRefresh"), "undefined", "no script ran");
    let drawn = "[...document.querySelectorAll('figure.chart svg.plot')].filter(it => it.getBoundingClientRect().height > 50)";
    assert!(page.number(&format!("{drawn}.length")) >= 5);
    assert_eq!(page.number("document.querySelectorAll('#c-requests text.limit').length"), 3);
    assert!(page.number("document.querySelectorAll('#endpoints tbody tr').length") == 3);
    assert_eq!(page.problems(), Vec::<String>::new());
}
