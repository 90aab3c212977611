"use strict";
// Marking, zooming, sorting and the theme. All of it is remembered here and not in the elements, so that the content of the
// page may be replaced at any time: loadgenRefresh() then puts it back. Texts are written by the program; here none is made.
(() => {
  const WIDTH = 10000;
  const STRIDES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];
  const state = { mark: null, zoom: null, sort: {}, open: {}, scroll: {}, focus: null };
  let axes = {};
  let drag = null;

  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  function axisOf(figure) {
    const id = figure.dataset.axis;
    if (!axes[id]) {
      const data = (document.getElementById(id) || { dataset: {} }).dataset;
      axes[id] = {
        id,
        places: (data.places || "").split(" ").map(Number),
        labels: (data.labels || "").split("\n"),
        ticks: (data.ticks || "").split(" "),
        spacing: Number(data.spacing || 0),
      };
    }
    return axes[id];
  }

  // The part of an axis that is shown, from 0 to 1.
  function shown(axis) {
    if (!state.zoom || !axis.spacing) return [0, 1];
    return state.zoom.map((step) => Math.min(1, step * axis.spacing));
  }

  const percent = (place, [from, to]) => ((place - from) / (to - from)) * 100 + "%";

  // Marking

  function nearest(axis, place) {
    let [low, high] = [0, axis.places.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((axis.places[middle] + axis.places[middle + 1]) / 2 < place * WIDTH) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function valuesOf(entry) {
    if (!entry.values) {
      entry.values = entry.dataset.values.split("|");
      entry.whole = entry.querySelector("b").textContent;
    }
    return entry.values;
  }

  function mark(figure) {
    const axis = axisOf(figure);
    const index = state.mark && state.mark.axis === axis.id ? state.mark.index : null;
    const on = index !== null && index < axis.places.length;
    const line = figure.querySelector("line.mark");
    const window = shown(axis);
    const place = on ? axis.places[index] / WIDTH : 0;
    line.classList.toggle("on", on && place >= window[0] && place <= window[1]);
    if (on) {
      line.setAttribute("x1", percent(place, window));
      line.setAttribute("x2", percent(place, window));
    }
    figure.querySelector(".when").textContent = on ? axis.labels[index] : "whole run";
    for (const entry of all("[data-values]", figure)) {
      const values = valuesOf(entry);
      entry.querySelector("b").textContent = on ? values[index] || "–" : entry.whole;
    }
  }

  function setMark(next) {
    const same = (one, other) => one === other || (one && other && one.axis === other.axis && one.index === other.index);
    if (same(state.mark, next)) return;
    state.mark = next;
    all("figure.chart").forEach(mark);
  }

  // Zooming

  function ticks(figure, axis) {
    all(".made", figure).forEach((made) => made.remove());
    const originals = all(".tick, text.x", figure);
    originals.forEach((original) => { original.style.display = state.zoom ? "none" : ""; });
    if (!state.zoom || originals.length < 2) return;
    const [from, to] = state.zoom;
    const stride = STRIDES.find((it) => (to - from) / it <= 7) || 3600;
    for (let step = Math.ceil(from / stride) * stride; step <= to && step < axis.ticks.length; step += stride) {
      for (const original of originals.slice(0, 2)) {
        const made = original.cloneNode(false);
        const at = percent(step * axis.spacing, shown(axis));
        made.style.display = "";
        made.classList.add("made");
        ["x", "x1", "x2"].filter((name) => made.hasAttribute(name)).forEach((name) => made.setAttribute(name, at));
        if (made.tagName === "text") made.textContent = axis.ticks[step];
        original.parentNode.append(made);
      }
    }
  }

  function zoom(figure) {
    const axis = axisOf(figure);
    if (!axis.spacing) return;
    const window = shown(axis);
    const space = figure.querySelector(".space");
    const [from, to] = window.map((place) => place * WIDTH);
    space.setAttribute("viewBox", [from, space.dataset.y, to - from, space.dataset.tall].join(" "));
    for (const named of all(".named", figure)) {
      const [begin, end] = [named.dataset.from, named.dataset.to].map((it) => Math.min(to, Math.max(from, Number(it))));
      named.setAttribute("x", percent(begin / WIDTH, window));
      named.setAttribute("width", ((end - begin) / (to - from)) * 100 + "%");
    }
    ticks(figure, axis);
    figure.classList.toggle("zoomed", Boolean(state.zoom));
    figure.querySelector(".reset").hidden = !state.zoom;
  }

  function setZoom(next) {
    if (!next && !state.zoom) return;
    state.zoom = next;
    all("figure.chart").forEach((figure) => { zoom(figure); mark(figure); });
  }

  // Where in a chart the pointer is, from 0 to 1 of its axis.
  function placeAt(figure, event) {
    const box = figure.querySelector(".touch").getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const [from, to] = shown(axisOf(figure));
    return { share, place: from + share * (to - from) };
  }

  function pick(figure, from, to) {
    all(".pick").forEach((old) => old.remove());
    if (!figure) return;
    const box = document.createElement("div");
    box.className = "pick";
    box.style.left = Math.min(from, to) * 100 + "%";
    box.style.width = Math.abs(to - from) * 100 + "%";
    figure.querySelector(".frame").append(box);
  }

  const chartOf = (target) => target instanceof Element && target.closest(".touch") ? target.closest("figure.chart") : null;

  document.addEventListener("pointerdown", (event) => {
    const figure = chartOf(event.target);
    if (!figure) {
      if (event.pointerType !== "mouse") setMark(null);
      return;
    }
    setMark({ axis: figure.dataset.axis, index: nearest(axisOf(figure), placeAt(figure, event).place) });
    if (event.pointerType === "mouse" && event.button === 0 && axisOf(figure).spacing) {
      event.preventDefault();
      figure.focus({ preventScroll: true, focusVisible: false });
      drag = { id: figure.id, at: placeAt(figure, event) };
    }
  });

  document.addEventListener("pointermove", (event) => {
    const dragged = drag && document.getElementById(drag.id);
    if (dragged) {
      pick(dragged, drag.at.share, placeAt(dragged, event).share);
      return;
    }
    const figure = chartOf(event.target);
    if (figure) setMark({ axis: figure.dataset.axis, index: nearest(axisOf(figure), placeAt(figure, event).place) });
    else if (event.pointerType === "mouse") setMark(null);
  });

  document.addEventListener("pointerup", (event) => {
    const figure = drag && document.getElementById(drag.id);
    const begun = drag;
    drag = null;
    pick(null);
    if (!figure) return;
    const axis = axisOf(figure);
    const places = [begun.at.place, placeAt(figure, event).place].sort((one, other) => one - other);
    const steps = [Math.floor(places[0] / axis.spacing), Math.ceil(places[1] / axis.spacing)];
    const far = Math.abs(placeAt(figure, event).share - begun.at.share) > 0.01;
    if (far && steps[1] - steps[0] >= 2) setZoom(steps);
  });

  document.addEventListener("pointercancel", () => { drag = null; pick(null); });
  document.addEventListener("dblclick", (event) => { if (chartOf(event.target)) setZoom(null); });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const focused = event.target instanceof Element ? event.target.closest("figure.chart") : null;
    if (event.key === "Escape") {
      if (state.mark) setMark(null);
      else setZoom(null);
      return;
    }
    const figure = focused || (event.target === document.body && state.mark
      ? all("figure.chart").find((it) => it.dataset.axis === state.mark.axis) : null);
    if (!figure) return;
    const axis = axisOf(figure);
    const window = shown(axis);
    const [first, last] = [nearest(axis, window[0] + 1e-9), nearest(axis, window[1])];
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!by) return;
    event.preventDefault();
    const marked = state.mark && state.mark.axis === axis.id;
    const next = marked ? state.mark.index + by * (event.shiftKey ? 10 : 1) : by > 0 === isFinite(by) ? first : last;
    setMark({ axis: axis.id, index: Math.min(last, Math.max(first, next)) });
  });

  // Sorting

  function sort(table) {
    const wanted = state.sort[table.id];
    const heads = all("thead th", table);
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    if (!wanted || !heads[wanted.column]) return;
    heads[wanted.column].setAttribute("aria-sort", wanted.up ? "ascending" : "descending");
    const key = (row) => row.cells[wanted.column].dataset.v;
    const compare = (one, other) => {
      const [a, b] = [Number(key(one)), Number(key(other))];
      return Number.isNaN(a) || Number.isNaN(b) ? key(one).localeCompare(key(other)) : a - b;
    };
    const rows = all("tbody tr", table).sort((one, other) => (wanted.up ? 1 : -1) * compare(one, other));
    table.tBodies[0].append(...rows);
  }

  // The theme

  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };

  function setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("loadgen-theme", theme); } catch { /* kept for this page alone */ }
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.id === "theme") setTheme(dark() ? "light" : "dark");
    if (button.classList.contains("reset")) setZoom(null);
    const table = button.closest("table.sortable");
    if (!table) return;
    const column = button.closest("th").cellIndex;
    const before = state.sort[table.id];
    // Numbers are wanted the largest first, names from A.
    const up = before && before.column === column ? !before.up : column === 0;
    state.sort[table.id] = { column, up };
    sort(table);
  });

  // What is folded, how far tables are scrolled, and what has the focus

  document.addEventListener("toggle", (event) => {
    if (event.target.id && event.target.isConnected) state.open[event.target.id] = event.target.open;
  }, true);
  document.addEventListener("focusin", (event) => {
    const figure = event.target.closest("figure.chart");
    state.focus = figure ? figure.id : null;
  });

  const keyOf = (box) => box.closest("section").id + all(".scroll", box.closest("section")).indexOf(box);
  document.addEventListener("scroll", (event) => {
    const box = event.target instanceof Element && event.target.closest("section .scroll");
    if (box) state.scroll[keyOf(box)] = box.scrollLeft;
  }, true);

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((details) => { details.open = false; }));

  function refresh() {
    axes = {};
    all("#theme").forEach((button) => { button.hidden = false; });
    all("details[id]").forEach((details) => { if (details.id in state.open) details.open = state.open[details.id]; });
    all("table.sortable").forEach(sort);
    all("figure.chart").forEach((figure) => {
      if (state.zoom) zoom(figure);
      if (state.mark) mark(figure);
    });
    all("section .scroll").forEach((box) => { box.scrollLeft = state.scroll[keyOf(box)] || 0; });
    const focus = state.focus && document.getElementById(state.focus);
    if (focus && document.activeElement === document.body) focus.focus({ preventScroll: true });
  }

  document.documentElement.classList.add("scripted");
  try {
    const theme = localStorage.getItem("loadgen-theme");
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  } catch { /* the system's theme */ }
  window.loadgenRefresh = refresh;
  refresh();
})();
