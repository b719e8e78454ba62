// Fork and compare, in the browser. In scope, from gr.HTML: element, server, trigger.
// train.js says which run is shown ("gan:run"); the server is asked for both sides, for new pictures only.

const EVERY = 2000; // ms between two questions while one of the two goes on
const FRAMES_A_SECOND = 8;
const KEY = "gan:runs"; // the ids of this tab's runs: a shared browser shows nobody else's

const select = (name) => element.querySelector(`[data-side="${name}"]`);
const field = (name) => element.querySelector(`[data-fork="${name}"]`);
const scrub = part("scrub");

let shown = null; // the run above: {run, parent, training, fork}
let sides = { a: null, b: null }; // {key, frames: [{step, seconds, image}], live}
let axis = { start: 0, seconds: 1 };
let timer = 0;
let playing = 0;
let follows = true; // the newest moment, until someone scrubs

function known() {
  return JSON.parse(gan.store.get(KEY) || "[]");
}

function remember(run) {
  const runs = known().filter((one) => one !== run);
  gan.store.set(KEY, JSON.stringify([...runs, run].slice(-20)));
}

function say(sentence) {
  part("said").textContent = sentence || "";
}

function escaped(words) {
  const place = document.createElement("i");
  place.textContent = words;
  return place.innerHTML.replaceAll('"', "&quot;");
}

function option(value, words) {
  return `<option value="${escaped(String(value))}">${escaped(words)}</option>`;
}

// A list that changed keeps what was chosen from it, if that is still there.
function offer(list, html, otherwise) {
  if (list.dataset.html === html) return;
  const before = list.value;
  fill(list, html);
  const has = [...list.options].some((one) => one.value === before);
  list.value = has && before !== "" && list.dataset.chosen ? before : otherwise;
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

function offerSides(choices) {
  const html = option("", "–") + choices.map(([key, title]) => option(key, title)).join("");
  for (const name of ["a", "b"]) {
    select(name).dataset.chosen = "yes";
    offer(select(name), html, "");
  }
}

const ask = latest(async () => {
  clearTimeout(timer);
  const [a, b] = ["a", "b"].map((name) => wanted[name] ?? select(name).value);
  const have = {};
  for (const [name, key] of [["a", a], ["b", b]])
    have[name] = sides[name]?.key === key ? sides[name].frames.map((frame) => frame.step) : [];
  const answer = await server.compared({ a, b, runs: known(), have, browser: gan.browser() });
  if (!answer || answer.error) {
    say(answer?.error);
    return;
  }
  say("");
  offerSides(answer.choices);
  for (const [name, key] of [["a", a], ["b", b]]) {
    const side = answer.sides[name];
    if (wanted[name] === key) wanted[name] = null;
    if (side && (select(name).value || key) === key) select(name).value = side.key;
    take(name, side);
  }
  const both = sides.a && sides.b;
  part("both").hidden = answer.choices.length < 2;
  part("empty").hidden = answer.choices.length >= 2;
  if (both) axis = { start: answer.start, seconds: answer.seconds };
  fill(part("differs"), both ? answer.differs : "<p>Choose two runs to see what sets them apart.</p>");
  fill(part("plots"), both ? answer.plots : "");
  draw();
  const lives = ["a", "b"].some((name) => sides[name]?.live);
  if (lives && element.isConnected) timer = setTimeout(poll, EVERY);
});

// A hidden tab asks nothing.
function poll() {
  if (element.offsetParent === null || document.hidden) timer = setTimeout(poll, EVERY);
  else ask();
}

function take(name, side) {
  if (!side) {
    sides[name] = null;
    return;
  }
  const before = new Map(sides[name]?.key === side.key ? sides[name].frames.map((one) => [one.step, one.image]) : []);
  const frames = Object.entries(side.frames)
    .map(([step, [seconds, image]]) => ({ step: Number(step), seconds, image: image || before.get(Number(step)) }))
    .filter((frame) => frame.image)
    .sort((one, other) => one.step - other.step);
  sides[name] = { key: side.key, live: side.live, frames };
}

// Both show their last picture up to the same second of training.
function draw() {
  const all = ["a", "b"].flatMap((name) => sides[name]?.frames ?? []).map((frame) => frame.seconds);
  const first = Math.min(...all);
  const last = Math.max(...all);
  scrub.disabled = part("play").disabled = all.length < 2 || last <= first;
  if (all.length) {
    const before = Number(scrub.value);
    scrub.min = first;
    scrub.max = last;
    scrub.value = follows ? last : before;
  }
  show();
}

function show() {
  const at = Number(scrub.value);
  for (const name of ["a", "b"]) {
    const frames = sides[name]?.frames ?? [];
    const frame = frames.findLast((one) => one.seconds <= at + 0.005) ?? frames[0];
    const image = element.querySelector(`[data-made="${name}"]`);
    image.hidden = !frame;
    const none = element.querySelector(`[data-none="${name}"]`);
    none.hidden = Boolean(frame);
    none.textContent = sides[name] ? "It waits for its turn." : "Choose a run.";
    const when = element.querySelector(`[data-when="${name}"]`);
    if (!frame) {
      when.textContent = "\u00a0";
      continue;
    }
    if (image.src !== frame.image) image.src = frame.image;
    when.textContent = `step ${frame.step.toLocaleString("en")}, ${frame.seconds.toFixed(0)} s`;
    image.alt = `Generated images of run ${name.toUpperCase()} at ${when.textContent}`;
  }
  const length = Math.max(axis.seconds - axis.start, 1e-3);
  part("compare").style.setProperty("--at", Math.min(1, Math.max(0, (at - axis.start) / length)));
  part("count").textContent = scrub.disabled ? "" : `${at.toFixed(0)} s`;
  scrub.setAttribute("aria-valuetext", `${at.toFixed(0)} seconds of training`);
}

function pause() {
  clearInterval(playing);
  playing = 0;
  part("play").textContent = "▶";
  part("play").setAttribute("aria-label", "Watch both");
}

function play() {
  const [first, last] = [Number(scrub.min), Number(scrub.max)];
  if (Number(scrub.value) >= last) scrub.value = first;
  follows = false;
  part("play").textContent = "❚❚";
  part("play").setAttribute("aria-label", "Pause");
  const rate = still.matches ? 1 : FRAMES_A_SECOND;
  playing = setInterval(() => {
    const next = Math.min(last, Number(scrub.value) + (last - first) / (5 * rate));
    scrub.value = next;
    show();
    if (next >= last || !element.isConnected) {
      follows = next >= last;
      pause();
    }
  }, 1000 / rate);
}

// What is to be compared as soon as the server knows it.
let wanted = { a: null, b: null };

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
      follows = true;
    } else if (!select("a").value) wanted.a = shown.run;
    ask();
  } else if (before.training !== shown.training) ask();
}

document.addEventListener("gan:run", ({ detail }) => told(detail));
if (window.ganRun) told(window.ganRun); // told before this was laid out
else ask();

for (const name of ["a", "b"])
  select(name).addEventListener("change", () => {
    wanted[name] = null;
    follows = true;
    ask();
  });
for (const name of ["a", "b"]) select(name).addEventListener("focus", () => ask()); // what was kept meanwhile
for (const name of ["step", "change"])
  field(name).addEventListener("change", () => (field(name).dataset.chosen = "yes"));
scrub.addEventListener("input", () => {
  pause();
  follows = Number(scrub.value) >= Number(scrub.max) - 1e-6;
  show();
});
part("play").addEventListener("click", () => (playing ? pause() : play()));
element.querySelector('[data-do="fork"]').addEventListener("click", () => {
  trigger("submit", {
    browser: gan.browser(),
    do: "fork",
    run: shown.run,
    step: Number(field("step").value),
    change: field("change").value,
    seconds: Number(field("seconds").value),
    stop: field("stop").checked,
  });
});
