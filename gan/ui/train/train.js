// @ts-check
// The Train tab in the browser.
// The value names the run; what is new of it is asked for, a question at a time, and drawn part by part.
import { PAGE, STARTED, browser, ofTab } from "../browser.js";
import { deleteModel } from "../delete.js";
import { UNANSWERED, fill, isStill, latest, partsOf, save, writeAddress } from "../shared.js";
import { drawAlarms } from "./alarms.js";
import { chartsIn } from "./chart.js";
import { film } from "./film.js";
import { csv, numbersOfRun, shareOf } from "./numbers.js";
import { showRun } from "./shown_run.js";
import { steering } from "./steering.js";

const FRAMES_A_SECOND = 8; // when a run is watched again
const FORGET = 5000; // ms after which a button that led nowhere can be pressed again
const MOST_BYTES = 24e6; // of all pictures that are kept
const PAUSE = 200; // ms between an answer and the next question, which waits for news itself,
const SELDOM = 5000; // of a page that nobody sees,
const AGAIN = 2000; // and after a question that nobody answered

const KEPT = "model:"; // how the name begins of a run that was kept with its model: see kept_runs.py

// The newest moment whose picture is here, or else the newest of all; -1 where there is none.
/** @param {Moment[]} moments */
export function newestOf(moments) {
  const newest = moments.findLastIndex((one) => one.url);
  return newest >= 0 ? newest : moments.length - 1;
}

// The moment of a step, or the next one where that has been thinned out.
/** @param {Moment[]} moments @param {number} step */
export function placeOf(moments, step) {
  return Math.max(0, moments.findIndex((one) => one.step >= step));
}

// What a recipe gives G, as the HTML of the words on it says.
/** @param {string | null | undefined} words */
export function givesOf(words) {
  return /data-gives="(\w+)"/.exec(words ?? "")?.[1] ?? "noise";
}

/** @typedef {{training: boolean, over: boolean}} Stand */

/** @param {Given} given */
export default function train({ element, props, watch, server, trigger }) {
  const named = new URL(location.href).searchParams.get("run") ?? ""; // the run that the tab was opened with
  const part = partsOf(element);
  const scrub = part("scrub");
  const reel = film(MOST_BYTES, (steps) => looks() ? server.pictures({ run, steps }) : null, () => playing || showMoment());
  const numbers = numbersOfRun();
  const charts = chartsIn(part("plots"));

  let run = ""; // its id
  let gives = givesOf(document.querySelector("#train-recipe-words")?.innerHTML);
  /** @type {Record<string, any>} */
  let value = {}; // what is shown of it, by part,
  /** @type {Record<string, string>} */
  let marks = {}; // and the mark of each part
  let turns = 0; // counts the runs that were shown: an answer that was asked for before is none of the present one
  /** @type {number | null} */
  let version = null;
  let shownStep = 0; // of the moment that is shown
  let follows = true; // the newest moment is shown, until someone scrubs
  let playing = 0; // a timer, or 0
  let timer = 0; // until the next question
  let troubled = false; // the last one was not answered
  /** @type {{preview: string, data: string} | null} */
  let preview = null; // of the data that are chosen: {preview, data}

  /** @param {string} [sentence] */
  function say(sentence) {
    part("said").textContent = sentence || "";
  }

  /** @param {string} source @param {string} data */
  function real(source, data) {
    const image = part("real");
    image.hidden = !source;
    if (image.src !== source) image.src = source;
    part("data").textContent = data;
  }

  /** @param {number} index */
  function show(index) {
    const { moments } = reel;
    const frame = moments[index];
    const image = part("made");
    shownStep = frame?.step ?? 0;
    part("play").disabled = scrub.disabled = moments.length < 2;
    scrub.max = Math.max(0, moments.length - 1);
    scrub.value = Math.max(0, index);
    part("count").textContent = moments.length ? `${index + 1} / ${moments.length}` : "";
    const { start = 0, span = 1 } = value.run ?? {};
    part("run").style.setProperty("--at", String(shareOf(frame?.seconds ?? start, start, span)));
    const when = frame ? `step ${frame.step.toLocaleString("en")}, ${frame.seconds.toFixed(0)} s` : "samples";
    scrub.setAttribute("aria-valuetext", when);
    if (frame && !frame.url) {
      reel.complete(index); // the picture before it stays until it is here, and what is said of that
      return;
    }
    part("when").textContent = when;
    image.hidden = !frame;
    part("nothing").hidden = Boolean(frame);
    if (!frame) return;
    if (image.src !== frame.url) image.src = frame.url;
    image.alt = `Generated images at ${when}`;
  }

  // The moment that was shown before, or the newest picture.
  function showMoment() {
    show(follows ? newestOf(reel.moments) : placeOf(reel.moments, shownStep));
  }

  function pause() {
    clearInterval(playing);
    playing = 0;
    part("play").textContent = "▶";
    part("play").setAttribute("aria-label", "Watch again");
  }

  function play() {
    follows = false;
    if (Number(scrub.value) >= reel.moments.length - 1) show(0);
    part("play").textContent = "❚❚";
    part("play").setAttribute("aria-label", "Pause");
    playing = setInterval(() => {
      const next = Number(scrub.value) + 1;
      if (next < reel.moments.length && element.isConnected) return show(next);
      follows = true;
      pause();
    }, isStill() ? 1000 : 1000 / FRAMES_A_SECOND);
  }

  // On a phone the controls fill the screen: what Start has started lies below, and has a Stop of its own.
  part("stop").addEventListener("click", () => document.querySelector("#train-stop").click());
  function reveal() {
    const place = part("run");
    if (place.getBoundingClientRect().top > innerHeight / 2) place.scrollIntoView({ behavior: "smooth" });
  }

  // The address brings a reloaded page back to its run.
  /** @param {string} id */
  function remember(id) {
    const address = new URL(location.href);
    if (id) address.searchParams.set("run", id);
    else address.searchParams.delete("run");
    writeAddress(address);
  }

  // A button that turns the page to another run: pressed once, until that run is there.
  /** @param {HTMLButtonElement} button @param {object} asked */
  function press(button, asked) {
    button.disabled = true;
    setTimeout(() => (button.disabled = false), FORGET);
    trigger("submit", { ...asked, browser: browser() });
  }

  const toCompare = () => document.querySelector("#compare").scrollIntoView({ behavior: isStill() ? "auto" : "smooth" });
  part("head").addEventListener("click", ({ target }) => target.dataset.do === "to compare" && toCompare());
  part("after").addEventListener("click", ({ target }) => {
    if (target.dataset.do === "to fork") toCompare();
    if (target.dataset.do === "go on") press(target, { do: "go on", run, model: value.run.model, seconds: 120 });
  });

  /** @param {Parameters<typeof drawAlarms>[1]} alarms */
  function showAlarms(alarms) {
    drawAlarms(part("alarms"), alarms);
    part("run").classList.toggle("has-alarms", alarms.length > 0);
    part("run").classList.toggle("is-alarmed", alarms.some(({ since }) => !since)); // by one that stands
  }

  part("alarms").addEventListener("click", ({ target }) => {
    const button = target.closest("[data-cure]");
    if (!button) return;
    const { kind } = button.closest("[data-kind]").dataset;
    press(button, { do: "cure", run, kind, cure: Number(button.dataset.cure) });
  });

  const drawSteering = steering(part, server, () => ({ run, value, gives }), (answer) => {
    say(answer ? answer.error : UNANSWERED);
    if (answer?.steer) value.steer = answer.steer;
    marks.steer = ""; // what the run says about it is told again
    ask();
  });

  // Before a run the loop shows what the chosen recipe gives G, as the words on it say.
  document.addEventListener("gan:recipe", ({ detail }) => {
    gives = givesOf(detail);
    drawSteering();
  });

  // The model that the run has left; the run itself can still be watched and forked.
  part("after").querySelector('[data-do="delete"]').addEventListener("click", async () => {
    const { model, name } = value.run;
    if ((await deleteModel({ element, server }, model, name)) !== "" || value.run?.model !== model) return;
    value.run.model = "";
    part("head").querySelector("a")?.remove();
    drawSteering();
    trigger("input"); // the lists of models are read anew
  });

  // Made anew for each press: the server sweeps such files away.
  document.addEventListener("gan:download", async () => {
    const answer = (await server.download({ run })) || { error: UNANSWERED };
    say(answer.error);
    if (!answer.error) save(window.gradio_config.root + answer.address, `${value.run.model}.zip`);
  });

  element.querySelector('[data-do="numbers"]').addEventListener("click", () => {
    save(new Blob([csv(numbers)], { type: "text/csv" }), `${value.run.name}.csv`);
  });

  part("saves").addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-film]");
    if (!button) return;
    button.disabled = true;
    const answer = (await server.filmed({ run, format: button.dataset.film })) || { error: UNANSWERED };
    button.disabled = false;
    say(answer.error);
    if (!answer.error) save(answer.address, answer.name);
  });

  const near = element.querySelector('[data-do="nearest"]');
  near.addEventListener("click", async () => {
    near.disabled = true;
    fill(part("near"), "<p>Looking through all training images …</p>");
    const of = run;
    const answer = (await server.nearest({ run })) || {};
    near.disabled = false;
    if (of !== run) return;
    say(answer.error);
    fill(part("near"), answer.near || "");
  });

  // What is new of the run

  /** @type {Record<string, (now: any, before: any) => unknown>} */
  const DRAWS = {
    head: drawHead,
    settings: (html) => fill(part("settings"), html),
    remark: (html) => fill(part("remark"), html),
    measured: (html) => fill(part("measured"), html),
    charts: charts.declare,
    real: (source) => source && real(source, part("data").textContent),
    data: (words) => (part("data").textContent = words),
    alarms: showAlarms,
    stand: drawStand,
    own: (own) => own || trigger("input"), // another browser's: its Stop is off, and Start is not
  };

  // What is below stays where it is, whatever the words above it become.
  /** @type {{width?: number, run?: string}} */
  let tallest = {};
  function keepTallest() {
    const place = part("head");
    const width = place.offsetWidth;
    if (!width) return; // the tab is not open
    if (width !== tallest.width || run !== tallest.run) {
      place.style.removeProperty("--tallest");
      tallest = { run, width };
    }
    place.style.setProperty("--tallest", `${place.getBoundingClientRect().height}px`);
  }
  new ResizeObserver(keepTallest).observe(part("head")); // another width breaks its lines elsewhere

  /** @param {string} html */
  function drawHead(html) {
    fill(part("head"), html);
    keepTallest();
  }

  /** @param {Stand} stand @param {Stand} [before] */
  function drawStand({ training, over }, before) {
    part("stop").hidden = !training;
    const turned = before ?? { training: true, over: false }; // what the buttons show already
    if (turned.training !== training || turned.over !== over) trigger("input");
  }

  function looks() {
    return !document.hidden && element.checkVisibility();
  }

  // The loop above moves a step with each news: an animation of the browser's own would draw sixty times a second,
  // and take its processor from the run.
  function beat() {
    const loop = document.querySelector(".loop");
    const moves = ["both", "D", "G"].includes(loop.dataset.trains) && !isStill();
    if (moves) loop.style.setProperty("--beat", (Number(loop.style.getPropertyValue("--beat")) + 1) % 4);
  }

  const ask = latest(async () => {
    clearTimeout(timer);
    if (!run || value.stand?.over || !element.isConnected) return;
    const of = turns;
    const question = { run, page: PAGE, have: marks, since: numbers.since(), version, looks: looks(),
      browser: browser() };
    const answer = await server.news(question);
    if (of !== turns) return;
    const trouble = answer ? (answer.error ?? "") : UNANSWERED;
    if (trouble || troubled) say(trouble);
    troubled = Boolean(trouble);
    if (!troubled) await take(answer);
    timer = setTimeout(ask, troubled ? AGAIN : looks() ? PAUSE : SELDOM);
  });

  /** @param {any} answer */
  async function take(answer) {
    if (!answer.run) turn(""); // it is gone
    const of = turns;
    /** @type {Record<string, number[]>} */
    const { step = [], seconds = [] } = answer.points.grids ?? {};
    step.forEach((one, at) => reel.add(one, seconds[at]));
    numbers.take(answer.points);
    version = answer.version;
    for (const [name, [mark, now]] of Object.entries(answer.parts)) {
      const before = value[name];
      value[name] = now;
      marks[name] = mark;
      DRAWS[name]?.(now, before);
    }
    drawSteering();
    beat();
    if (answer.picture) await reel.put(answer.picture[0], answer.picture[1]);
    if (of !== turns) return;
    near.disabled = part("saves").hidden = !reel.moments.length;
    if (playing) part("count").textContent = `${Number(scrub.value) + 1} / ${reel.moments.length}`;
    else showMoment();
    scrub.max = Math.max(0, reel.moments.length - 1);
    reel.complete(follows ? reel.moments.length - 1 : Number(scrub.value));
    const { start, span } = value.run;
    charts.draw(() => numbers, { start, end: span });
    tell(answer.parts);
    if (run.startsWith(KEPT) && looks() && !isStill()) play();
  }

  // What compares runs, below, hears which one is shown here.
  /** @param {object} parts */
  function tell(parts) {
    if (run.startsWith(KEPT) || !["stand", "run", "fork"].some((name) => name in parts)) return;
    showRun({ run, parent: value.run.parent, training: value.stand.training, fork: value.fork });
  }

  // The page shows another run from now on, or none.
  /** @param {string} to */
  function turn(to) {
    if (run) server.left({ run, page: PAGE });
    pause();
    say("");
    fill(part("near"), "");
    part("alarms").replaceChildren();
    reel.clear();
    numbers.clear();
    turns += 1;
    [run, value, marks, version, shownStep, follows] = [to, {}, {}, null, 0, true];
    part("run").classList.toggle("has-run", Boolean(run));
    part("run").classList.toggle("is-watched", ofTab.get(STARTED) !== run);
    const offered = run.startsWith(KEPT) && run !== named; // nobody has asked for it
    remember(offered ? "" : run);
    if (!run) return preview && real(preview.preview, preview.data);
    if (!offered) reveal();
    ask();
  }

  function draw() {
    const news = props.value || {};
    if (news.preview || ("preview" in news && !run)) preview = news;
    if (news.run && news.run !== run) {
      if (news.run !== named && !news.run.startsWith(KEPT)) ofTab.set(STARTED, news.run);
      turn(news.run);
    }
    else if (!run && preview) real(preview.preview, preview.data);
  }

  watch("value", draw);
  draw();
  if (!run && named) turn(named); // it went on before this tab was opened

  // Closing the page ends its run: the browser asks first, but nobody who only watches another's.
  addEventListener("beforeunload", (event) => {
    const mine = run && ofTab.get(STARTED) === run;
    if (mine && element.isConnected && value.stand?.training) event.preventDefault();
  });
  addEventListener("pageshow", ask);
  document.addEventListener("visibilitychange", () => looks() && ask());
  new IntersectionObserver(([place]) => place.isIntersecting && ask()).observe(element);

  scrub.addEventListener("input", () => {
    pause();
    follows = Number(scrub.value) >= reel.moments.length - 1;
    show(Number(scrub.value));
  });
  part("play").addEventListener("click", () => (playing ? pause() : play()));
  return { numbers, reel, turn, ask }; // what tests look at
}
