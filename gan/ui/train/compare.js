// @ts-check
// Fork and compare, in the browser: the server is asked for what is new of both sides.
import { browser, ofTab } from "../browser.js";
import { fill, isStill, latest, partsOf } from "../shared.js";
import { chartsIn } from "./chart.js";
import { film } from "./film.js";
import { numbersOfRun, shareOf } from "./numbers.js";
import { onRun } from "./shown_run.js";

const EVERY = 2000; // ms between two questions while one of the two goes on
const FRAMES_A_SECOND = 8;
const MOST_BYTES = 8e6; // of a side's pictures
const KEY = "gan:runs"; // the ids of this tab's runs: a shared browser shows nobody else's
const MOST_RUNS = 20; // of them

// The runs of this tab with one more, the newest last.
/** @param {string[]} runs @param {string} run */
export function withRun(runs, run) {
  return [...runs.filter((one) => one !== run), run].slice(-MOST_RUNS);
}

// The last moment until then, or the first: of times that a slider has rounded to hundredths.
/** @param {Moment[]} moments @param {number} seconds */
export function momentAt(moments, seconds) {
  return Math.max(0, moments.findLastIndex((one) => one.seconds <= seconds + 0.005));
}

// The second of training up to which both have pictures; the last of all where one begins after the other's end.
/** @param {Moment[]} a @param {Moment[]} b */
export function together(a, b) {
  const last = (/** @type {Moment[]} */ moments) => moments.at(-1)?.seconds ?? -Infinity;
  const begun = Math.max(a[0]?.seconds ?? Infinity, b[0]?.seconds ?? Infinity);
  const both = Math.min(last(a), last(b));
  return both > begun ? both : Math.max(last(a), last(b));
}

/** @param {string} words */
function escaped(words) {
  const place = document.createElement("i");
  place.textContent = words;
  return place.innerHTML.replaceAll('"', "&quot;");
}

/** @param {unknown} value @param {string} words */
function option(value, words) {
  return `<option value="${escaped(String(value))}">${escaped(words)}</option>`;
}

// A list that changed keeps what was chosen from it, if that is still there.
/** @param {HTMLSelectElement} list @param {string} html @param {string} otherwise */
function offer(list, html, otherwise) {
  if (list.dataset.html === html) return;
  const before = list.value;
  fill(list, html);
  const has = [...list.options].some((one) => one.value === before);
  list.value = has && before !== "" && list.dataset.chosen ? before : otherwise;
}

/** @param {Given} given */
export default function compare({ element, server, trigger }) {
  const part = partsOf(element);
  const select = (/** @type {string} */ name) => element.querySelector(`[data-side="${name}"]`);
  const field = (/** @type {string} */ name) => element.querySelector(`[data-fork="${name}"]`);
  const scrub = part("scrub");

  /** @type {import("./shown_run.js").Shown | null} */
  let shown = null; // the run above
  /** @type {Record<string, ReturnType<typeof newSide>>} */
  const sides = { a: newSide(), b: newSide() };
  const charts = chartsIn(part("plots"));
  let axis = { start: 0, end: 1 };
  // What is to be compared as soon as the server knows it.
  /** @type {Record<string, string | null>} */
  let wanted = { a: null, b: null };
  let chosen = false; // by hand, what stands in place A: else it is the newest run
  /** @type {[string, string][]} */
  let choices = [];
  /** @type {Record<string, string>} */
  let marks = {}; // of what was told last, by part
  let timer = 0;
  let playing = 0;
  /** @type {"both" | "last" | ""} */
  let follows = "both"; // the newest moment of both, or of the longer one, until someone scrubs

  function known() {
    return JSON.parse(ofTab.get(KEY) || "[]");
  }

  /** @param {string} run */
  function remember(run) {
    ofTab.set(KEY, JSON.stringify(withRun(known(), run)));
  }

  /** @param {string} [sentence] */
  function say(sentence) {
    part("said").textContent = sentence || "";
  }

  function offerFork() {
    const fork = shown?.fork;
    part("fork").disabled = !fork;
    field("stop").closest("label").hidden = !shown?.training;
    if (!fork) return;
    field("seconds").max = fork.most;
    if (Number(field("seconds").value) > fork.most) field("seconds").value = fork.most;
    const steps = fork.steps.map((step) => option(step, step ? `step ${step.toLocaleString("en")}` : "the start"));
    const groups = fork.changes.map(
      ([title, group]) =>
        `<optgroup label="${escaped(title)}">${group.map(([key, words]) => option(key, words)).join("")}</optgroup>`,
    );
    offer(field("step"), steps.join(""), String(fork.steps.at(-1)));
    offer(field("change"), option("", "nothing changed") + groups.join(""), "");
  }

  /** @param {[string, string][]} choices */
  function offerSides(choices) {
    const html = option("", "–") + choices.map(([key, title]) => option(key, title)).join("");
    for (const name of ["a", "b"]) {
      select(name).dataset.chosen = "yes";
      offer(select(name), html, "");
    }
  }

  // One of the two: its pictures and its numbers.
  function newSide() {
    const side = { key: "", live: false };
    const ask = (/** @type {number[]} */ steps) => (seen() ? server.compared_pictures({ key: side.key, steps }) : null);
    return Object.assign(side, { numbers: numbersOfRun(), reel: film(MOST_BYTES, ask, () => draw()) });
  }

  // Below the run that one watches, the two would cost it as much again.
  let inSight = false;
  new IntersectionObserver((changes) => {
    inSight = changes[changes.length - 1].isIntersecting;
    if (!inSight) return;
    draw();
    if (sides.a.live || sides.b.live) ask();
  }, { rootMargin: "150px" }).observe(part("both"));

  function seen() {
    return inSight && !document.hidden;
  }

  const ask = latest(async () => {
    clearTimeout(timer);
    const [a, b] = ["a", "b"].map((name) => wanted[name] ?? select(name).value);
    /** @type {Record<string, object>} */
    const since = {};
    for (const name of ["a", "b"]) since[name] = { key: sides[name].key, steps: sides[name].numbers.since() };
    const asked = { a, b, runs: known(), since, have: marks, browser: browser() };
    const answer = await server.compared(asked);
    if (!answer || answer.error) {
      say(answer?.error);
      return;
    }
    say("");
    /** @type {Record<string, any>} */
    const news = {};
    for (const [name, [mark, value]] of Object.entries(answer.parts)) [marks[name], news[name]] = [mark, value];
    if (news.choices) offerSides((choices = news.choices));
    for (const [name, key] of [["a", a], ["b", b]]) {
      const side = answer.sides[name];
      if (wanted[name] !== null && wanted[name] !== key) continue; // another one was chosen meanwhile
      wanted[name] = null;
      if (side && select(name).value !== side.key) select(name).value = side.key;
      take(name, side);
    }
    part("both").hidden = choices.length < 2;
    part("empty").hidden = choices.length >= 2;
    if (news.axis) ({ axis } = news);
    if (!answer.both) marks = { choices: marks.choices };
    if (!answer.both || "lengths" in news) part("lengths").textContent = news.lengths ?? "";
    if (!answer.both || news.differs)
      fill(part("differs"), news.differs ?? "<p>Choose two runs to see what sets them apart.</p>");
    if (!answer.both || news.charts) charts.declare(news.charts ?? []);
    if (answer.both) charts.draw(({ side }) => sides[side].numbers, axis);
    draw();
    if ((sides.a.live || sides.b.live) && element.isConnected) timer = setTimeout(poll, EVERY);
  });

  // What nobody sees asks nothing.
  function poll() {
    if (seen()) ask();
    else timer = setTimeout(poll, EVERY);
  }

  // What is new of a side; another run, or none, begins with nothing.
  /** @param {string} name @param {any} news */
  function take(name, news) {
    const side = sides[name];
    if (side.key !== (news?.key ?? "")) {
      side.reel.clear();
      side.numbers.clear();
      element.querySelector(`[data-made="${name}"]`).hidden = true;
    }
    side.key = news?.key ?? "";
    side.live = Boolean(news?.live);
    /** @type {Record<string, number[]>} */
    const { step = [], seconds = [] } = news?.points.grids ?? {};
    step.forEach((one, at) => side.reel.add(one, seconds[at]));
    if (news) side.numbers.take(news.points);
  }

  // Both show their last picture up to the same second of training.
  function draw() {
    const all = [sides.a, sides.b].flatMap(({ reel }) => reel.moments).map((moment) => moment.seconds);
    const first = Math.min(...all);
    const last = Math.max(...all);
    scrub.disabled = part("play").disabled = all.length < 2 || last <= first;
    if (all.length) {
      const before = Number(scrub.value);
      scrub.min = first;
      scrub.max = last;
      const shared = together(sides.a.reel.moments, sides.b.reel.moments);
      scrub.value = follows === "both" ? shared : follows ? last : before;
    }
    show();
  }

  function show() {
    const at = Number(scrub.value);
    for (const name of ["a", "b"]) showSide(name, at);
    part("compare").style.setProperty("--at", String(shareOf(at, axis.start, axis.end)));
    part("count").textContent = scrub.disabled ? "" : `${at.toFixed(0)} s`;
    scrub.setAttribute("aria-valuetext", `${at.toFixed(0)} seconds of training`);
  }

  /** @param {string} name @param {number} at */
  function showSide(name, at) {
    const { key, reel } = sides[name];
    element.querySelector(`[data-name="${name}"]`).textContent = choices.find(([one]) => one === key)?.[1] ?? "";
    const index = momentAt(reel.moments, at);
    const moment = reel.moments[index];
    const image = element.querySelector(`[data-made="${name}"]`);
    const none = element.querySelector(`[data-none="${name}"]`);
    const when = element.querySelector(`[data-when="${name}"]`);
    none.hidden = Boolean(moment);
    none.textContent = key ? "Its images appear here once it has begun." : "Choose a run.";
    if (moment) reel.complete(index);
    if (moment && !moment.url) return; // the picture before it stays until it is here, and what is said of that
    when.textContent = moment ? `step ${moment.step.toLocaleString("en")}, ${moment.seconds.toFixed(0)} s` : "\u00a0";
    if (!moment) return;
    image.hidden = false;
    if (image.src !== moment.url) image.src = moment.url;
    image.alt = `Generated images of run ${name.toUpperCase()} at ${when.textContent}`;
  }

  function pause() {
    clearInterval(playing);
    playing = 0;
    part("play").textContent = "▶";
    part("play").setAttribute("aria-label", "Watch both");
  }

  function play() {
    const [first, last] = [Number(scrub.min), Number(scrub.max)];
    if (follows || Number(scrub.value) >= last) scrub.value = first;
    follows = "";
    part("play").textContent = "❚❚";
    part("play").setAttribute("aria-label", "Pause");
    const rate = isStill() ? 1 : FRAMES_A_SECOND;
    playing = setInterval(() => {
      const next = Math.min(last, Number(scrub.value) + (last - first) / (5 * rate));
      scrub.value = next;
      show();
      if (next >= last || !element.isConnected) {
        follows = next >= last ? "last" : "";
        pause();
      }
    }, 1000 / rate);
  }

  /** @param {import("./shown_run.js").Shown} detail */
  function told(detail) {
    const before = shown;
    shown = detail;
    if (before?.run !== shown.run) for (const name of ["step", "change"]) delete field(name).dataset.chosen;
    offerFork();
    if (!shown.run) return;
    if (before?.run !== shown.run) {
      remember(shown.run);
      say("");
      if (shown.parent) {
        const parent = known().includes(shown.parent) ? shown.parent : `model:${shown.parent}`;
        wanted = { a: parent, b: shown.run };
        follows = "both";
      } else if (!chosen) wanted.a = shown.run;
      ask();
    } else if (before.training !== shown.training) ask();
  }

  if (!onRun(told)) ask();

  for (const name of ["a", "b"])
    select(name).addEventListener("change", () => {
      wanted[name] = select(name).value;
      if (name === "a") chosen = true;
      follows = "both";
      ask();
    });
  for (const name of ["a", "b"]) select(name).addEventListener("focus", () => ask()); // what was kept meanwhile
  for (const name of ["step", "change"])
    field(name).addEventListener("change", () => (field(name).dataset.chosen = "yes"));
  scrub.addEventListener("input", () => {
    pause();
    follows = Number(scrub.value) >= Number(scrub.max) - 1e-6 ? "last" : "";
    show();
  });
  part("play").addEventListener("click", () => (playing ? pause() : play()));
  element.querySelector('[data-do="fork"]').addEventListener("click", () => {
    trigger("submit", {
      browser: browser(),
      do: "fork",
      run: shown?.run,
      step: Number(field("step").value),
      change: field("change").value,
      seconds: Number(field("seconds").value),
      stop: field("stop").checked,
    });
  });
}
