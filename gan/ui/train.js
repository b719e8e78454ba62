// The Train tab in the browser. In scope, from gr.HTML: element, props, watch, server, trigger.
// Each value holds the whole run, its pictures by their step; Gradio sends only what is new of it.

const FRAMES_A_SECOND = 8; // when a run is watched again
const FORGET = 5000; // ms after which a button that led nowhere can be pressed again

const scrub = part("scrub");

let run = null; // its id
let value = null; // what is shown of it
let frames = []; // in order: {step, seconds, image}
let start = 0; // seconds of training when it began,
let span = 1; // and when it will have ended
let playing = 0; // a timer, or 0

function say(sentence) {
  part("said").textContent = sentence || "";
}

function real(source, data) {
  const image = part("real");
  image.hidden = !source;
  if (image.src !== source) image.src = source;
  part("data").textContent = data;
}

function show(index) {
  const frame = frames[index];
  const image = part("made");
  image.hidden = !frame;
  part("nothing").hidden = Boolean(frame);
  part("play").disabled = scrub.disabled = frames.length < 2;
  scrub.max = Math.max(0, frames.length - 1);
  scrub.value = Math.max(0, index);
  part("count").textContent = frames.length ? `${index + 1} / ${frames.length}` : "";
  const at = frame ? (frame.seconds - start) / Math.max(span - start, 1e-3) : 0;
  part("run").style.setProperty("--at", Math.min(1, Math.max(0, at)));
  if (!frame) {
    part("when").textContent = "from fixed noise";
    return;
  }
  if (image.src !== frame.image) image.src = frame.image;
  const when = `step ${frame.step.toLocaleString("en")}, ${frame.seconds.toFixed(0)} s`;
  image.alt = `Generated images at ${when}`;
  scrub.setAttribute("aria-valuetext", when);
  part("when").textContent = when;
}

function pause() {
  clearInterval(playing);
  playing = 0;
  part("play").textContent = "▶";
  part("play").setAttribute("aria-label", "Watch again");
}

function play() {
  if (Number(scrub.value) >= frames.length - 1) show(0);
  part("play").textContent = "❚❚";
  part("play").setAttribute("aria-label", "Pause");
  playing = setInterval(() => {
    const next = Number(scrub.value) + 1;
    if (next < frames.length && element.isConnected) show(next);
    else pause();
  }, still.matches ? 1000 : 1000 / FRAMES_A_SECOND);
}

// On a phone the controls fill the screen: what Start has started lies below, and has a Stop of its own.
part("stop").addEventListener("click", () => document.querySelector("#train-stop").click());
function reveal() {
  const place = part("run");
  if (place.getBoundingClientRect().top > innerHeight / 2) place.scrollIntoView({ behavior: "smooth" });
}

// The address brings a reloaded page back to its run.
function remember(id) {
  const address = new URL(location.href);
  if (id) address.searchParams.set("run", id);
  else address.searchParams.delete("run");
  if (address.href === location.href) return;
  history.replaceState(history.state, "", address);
  // on a Space this page is a frame, and the address that people see is its parent's
  if (window.parent !== window)
    window.parent.postMessage({ queryString: address.search.slice(1) }, "https://huggingface.co");
}

// Alarms: each keeps its place and its buttons while its numbers change, so that nothing moves under a finger.
function drawAlarms(alarms) {
  const place = part("alarms");
  const there = new Map([...place.children].map((alarm) => [alarm.dataset.kind, alarm]));
  for (const { kind, title, saw, shows, cures } of alarms) {
    const alarm = there.get(kind) ?? newAlarm(kind, place);
    there.delete(kind);
    fill(alarm.querySelector("summary b"), title);
    fill(alarm.querySelector(".saw"), saw);
    fill(alarm.querySelector(".shows"), shows);
    fill(alarm.querySelector(".cures"), cures);
  }
  for (const gone of there.values()) gone.remove();
  if (place.children.length && !place.querySelector("details[open]")) place.firstElementChild.open = true;
  part("run").classList.toggle("is-alarmed", place.children.length > 0);
}

function newAlarm(kind, place) {
  const alarm = document.createElement("details");
  Object.assign(alarm, { className: "alarm", name: "train-alarm" });
  alarm.dataset.kind = kind;
  alarm.innerHTML =
    '<summary><span aria-hidden="true">⚠</span> <b></b></summary>' +
    '<p class="saw"></p><div class="shows"></div><div class="cures"></div>';
  place.append(alarm);
  return alarm;
}

// A button that turns the page to another run: pressed once, until that run is there.
function press(button, asked) {
  button.disabled = true;
  setTimeout(() => (button.disabled = false), FORGET);
  trigger("submit", asked);
}

part("alarms").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-cure]");
  if (!button) return;
  const { kind } = button.closest("[data-kind]").dataset;
  press(button, { do: "cure", run, kind, cure: Number(button.dataset.cure) });
});

// Steering: what was asked for last shows at once, and what the run says as soon as it is asked nothing.
const WORDS = { delay: (seconds) => (seconds ? `${seconds.toFixed(1)} s` : "off"), g_lr: rate, d_lr: rate };
let steering = 0; // questions under way
let held = null; // a slider under a finger

function rate(value) {
  return value < 1e-3 ? value.toExponential(1).replace("-", "−") : String(Number(value.toPrecision(2)));
}

function drawSteer(steer) {
  part("run").classList.toggle("is-going", Boolean(steer));
  part("run").classList.toggle("is-over", Boolean(value?.over && value.run));
  for (const control of part("steer").querySelectorAll("[data-steer]")) {
    const { steer: what } = control.dataset;
    control.disabled = !steer || (what === "step" && !steer.paused);
    if (!steer || steering || control === held) continue;
    if (what === "paused") {
      control.textContent = steer.paused ? "▶ Resume" : "❚❚ Pause";
      control.setAttribute("aria-pressed", steer.paused);
    } else if (what === "only") control.checked = control.value === steer.only;
    else if (what !== "step") {
      control.value = what === "delay" ? steer.delay : Math.log10(steer[what]);
      part("steer").querySelector(`[data-shows="${what}"]`).textContent = WORDS[what](steer[what]);
    }
  }
  part("after").querySelector('[data-do="go on"]').hidden = !value?.model;
  part("after").querySelector('[data-do="to fork"]').hidden = !value?.fork;
}

async function ask(what, asked) {
  steering += 1;
  try {
    const answer = await server.steer({ run, what, value: asked });
    say(answer ? answer.error : "The server does not answer. Is it still running?");
    if (answer?.steer && value) value.steer = answer.steer;
  } finally {
    steering -= 1;
    drawSteer(value?.steer);
  }
}

function valueOf(slider) {
  return slider.dataset.steer === "delay" ? Number(slider.value) : 10 ** Number(slider.value);
}

part("steer").addEventListener("click", ({ target }) => {
  const what = target.dataset.steer;
  if (what === "paused") ask("paused", !value.steer.paused);
  if (what === "step") ask("step");
});
part("steer").addEventListener("input", ({ target }) => {
  const what = target.dataset.steer;
  if (target.type !== "range") return;
  held = target;
  part("steer").querySelector(`[data-shows="${what}"]`).textContent = WORDS[what](valueOf(target));
});
part("steer").addEventListener("change", ({ target }) => {
  held = null;
  if (target.type === "radio") ask("only", target.value);
  else if (target.type === "range") ask(target.dataset.steer, valueOf(target));
});

part("after").addEventListener("click", ({ target }) => {
  if (target.dataset.do === "to fork")
    document.querySelector("#compare").scrollIntoView({ behavior: still.matches ? "auto" : "smooth" });
  if (target.dataset.do === "go on") press(target, { do: "go on", run, model: value.model, seconds: 120 });
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

function draw() {
  const news = props.value;
  if (!news) return;
  if ("preview" in news) {
    if (run) return; // its own images are there
    return real(news.preview, news.data);
  }
  value = news;
  const follows = value.run !== run || Number(scrub.value) >= frames.length - 1;
  const seen = frames[scrub.value]?.step;
  if (value.run !== run) {
    pause();
    reveal();
    say("");
    fill(part("near"), "");
    part("alarms").replaceChildren();
  }
  run = value.run;
  ({ start, span } = value);
  frames = Object.entries(value.frames)
    .map(([step, [seconds, image]]) => ({ step: Number(step), seconds, image }))
    .sort((a, b) => a.step - b.step);
  for (const name of ["head", "remark", "measured", "plots"]) fill(part(name), value[name]);
  drawAlarms(value.alarms);
  drawSteer(value.steer);
  part("stop").hidden = !value.training;
  near.disabled = !frames.length;
  real(value.real, value.data);
  remember(run);
  if (playing) part("count").textContent = `${Number(scrub.value) + 1} / ${frames.length}`;
  else show(follows ? frames.length - 1 : Math.max(0, frames.findIndex((frame) => frame.step >= seen)));
  scrub.max = Math.max(0, frames.length - 1);
  tell();
}

// What compares runs, below, hears which one is shown here.
function tell() {
  const { parent, training, fork } = value;
  window.ganRun = { run, parent, training, fork };
  document.dispatchEvent(new CustomEvent("gan:run", { detail: window.ganRun }));
}

watch("value", draw);
draw(); // a run that went on before this tab was opened

scrub.addEventListener("input", () => {
  pause();
  show(Number(scrub.value));
});
part("play").addEventListener("click", () => (playing ? pause() : play()));
