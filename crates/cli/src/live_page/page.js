// The live page: keeps <main> as the run has it, says how things stand, stops the run, and keeps the report.
//
// Nothing is collected: each event replaces what the one before it has brought.
(() => {
  const QUIET = 8000; // ms without a word after which the connection counts as lost; there is one every 2 s
  const AGAIN = 2000; // ms before a connection is tried again that the browser has given up
  const style = document.createElement("style");
  style.textContent = `
    #bar { position: sticky; top: 0; z-index: 9; display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px;
      max-width: none; padding: 8px max(32px, calc((100% - 1120px) / 2 + 32px)); background: var(--paper);
      border-bottom: 1px solid var(--hair); font-size: 14px; }
    @media (max-width: 760px) { #bar { padding-left: 16px; padding-right: 16px; } }
    #bar [hidden] { display: none; }
    #bar .state { width: 10px; height: 10px; border-radius: 50%; background: var(--accent); }
    #bar[data-state=over] .state { border-radius: 0; background: var(--quiet); }
    #bar[data-state=lost] .state { border-radius: 0; rotate: 45deg; background: var(--bad); }
    #bar[data-state=lost] { border-bottom: 3px solid var(--bad); font-weight: 600; }
    #bar .say { flex: 1 1 220px; }
    #bar button, #bar a { padding: 3px 11px; border-radius: 4px; border: 1px solid var(--quiet); text-decoration: none;
      color: var(--ink); background: none; white-space: nowrap; }
    #bar button:hover, #bar a:hover { background: var(--wash); }
    #bar #stop-yes { border-color: var(--bad); color: var(--bad); font-weight: 600; }
    #save { display: flex; flex-wrap: wrap; gap: 6px 10px; }
    main.lost { opacity: .7; }
    @media print { #bar { display: none; } }`;
  document.head.append(style);
  // The token has become a cookie; it is to stay in no history, bookmark or screenshot.
  if (location.search) history.replaceState(null, "", location.pathname);

  const main = document.querySelector("main");
  const bar = document.getElementById("bar");
  const make = (name, text, set = {}) => Object.assign(document.createElement(name), { textContent: text }, set);
  const mark = make("span", "", { className: "state", ariaHidden: "true" });
  const say = make("span", "Connecting…", { className: "say" });
  const stop = make("button", "Stop the run", { type: "button", hidden: true, id: "stop" });
  const sure = make("button", "Yes, stop it", { type: "button", hidden: true, id: "stop-yes" });
  const not = make("button", "No", { type: "button", hidden: true, id: "stop-no" });
  const links = make("span", "", { hidden: true, id: "save" });
  const files = [
    make("a", "Save the report", { href: "report.html", download: LOADGEN_LIVE.report }),
    make("a", "Save the results (JSON)", { href: "run.json", download: LOADGEN_LIVE.results }),
  ];
  links.append(...files);
  bar.append(mark, say, stop, sure, not, links);

  let source = null;
  let state = "connecting";
  let heard = Date.now();
  let lost = null; // since when
  let asking = false;
  let held = null; // the newest content, while somebody selects or drags
  let pressed = false;

  const words = {
    connecting: "Connecting…",
    starting: "Starting: no second of load has ended yet",
    running: "Running",
    stopping: "Stopping: no new users, those that run may finish",
    over: "The run is over",
  };

  function tell(text) {
    if (say.textContent !== text) say.textContent = text;
  }

  function show() {
    bar.dataset.state = lost ? "lost" : state;
    main.classList.toggle("lost", lost !== null);
    const stoppable = state === "running" && !lost;
    if (!stoppable) asking = false;
    stop.hidden = !stoppable || asking;
    sure.hidden = not.hidden = !asking;
    links.hidden = state !== "over";
    if (lost) tell(`Connection lost at ${lost.toLocaleTimeString()}: what is below is what was last seen. Trying again…`);
    else if (asking) tell("Stop this run? No new users are started, and the report is written");
    else tell(words[state]);
  }

  function busy() {
    const selection = getSelection();
    return pressed || (!selection.isCollapsed && main.contains(selection.anchorNode));
  }

  // What the report's own script does not put back: how far boxes were scrolled, and which button or link has the focus.
  function swap(html) {
    held = null;
    const places = [...main.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    const focused = targets().indexOf(document.activeElement);
    main.innerHTML = html;
    loadgenRefresh();
    main.querySelectorAll(".scroll").forEach((box, index) => (box.scrollLeft = places[index] ?? 0));
    if (focused >= 0 && document.activeElement === document.body) targets()[focused]?.focus({ preventScroll: true });
  }

  const targets = () => [...main.querySelectorAll("a, button, summary, [tabindex]")];

  // Shows what the run tells; the newest waits while somebody is in the middle of something, or does not look.
  function take(news) {
    state = news.state;
    if (news.html === null) held = null;
    else if (state !== "over" && (document.hidden || busy())) held = news.html;
    else swap(news.html);
    show();
  }
  window.loadgenTake = take;

  function release() {
    if (held !== null && !document.hidden && !busy()) swap(held);
  }

  // The report and the results are here before the server may end: the links go on to work.
  async function keep() {
    for (const link of files) {
      try {
        const answer = await fetch(link.getAttribute("href"));
        if (answer.ok) link.href = URL.createObjectURL(await answer.blob());
      } catch { /* the link is tried when it is clicked */ }
    }
    try {
      await post("shown");
    } catch { /* the server has ended */ }
    words.over = "The run is over: this page keeps its report as long as it is open";
    show();
  }

  const post = (path) => fetch(path, { method: "POST", headers: { "x-loadgen-key": LOADGEN_LIVE.key } });

  function miss() {
    lost ??= new Date();
    show();
  }

  function connect() {
    source?.close();
    const mine = (source = new EventSource("events"));
    heard = Date.now();
    const hear = () => {
      heard = Date.now();
      if (lost) {
        lost = null;
        show();
      }
    };
    mine.addEventListener("beat", hear);
    mine.onmessage = async (event) => {
      hear();
      const news = JSON.parse(event.data);
      // Another run has the address now.
      if (news.run !== LOADGEN_LIVE.run) return location.reload();
      take(news);
      if (state === "over") {
        mine.onerror = null;
        clearInterval(watchdog);
        await keep();
        mine.close();
      }
    };
    mine.onerror = () => {
      miss();
      // The browser itself tries again, unless it was refused.
      if (mine.readyState === EventSource.CLOSED) setTimeout(() => mine === source && connect(), AGAIN);
    };
  }

  const watchdog = setInterval(() => {
    if (Date.now() - heard > QUIET) {
      miss();
      connect();
    }
  }, 1000);

  stop.onclick = () => {
    asking = true;
    show();
    not.focus();
  };
  not.onclick = () => {
    asking = false;
    show();
    stop.focus();
  };
  sure.onclick = async () => {
    asking = false;
    state = "stopping";
    show();
    try {
      const answer = await post("stop");
      if (!answer.ok && answer.status !== 409) tell(`Not stopped: ${await answer.text()}`);
    } catch {
      miss();
    }
  };
  main.addEventListener("pointerdown", (event) => (pressed = event.button === 0));
  for (const end of ["pointerup", "pointercancel", "blur"]) {
    addEventListener(end, () => {
      pressed = false;
      setTimeout(release);
    });
  }
  document.addEventListener("selectionchange", release);
  document.addEventListener("visibilitychange", release);
  show();
  connect();
})();
