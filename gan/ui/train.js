// The Train tab in the browser. In scope, from gr.HTML: element, props, watch.
// Each value holds the whole run, its pictures by their step; Gradio sends only what is new of it.

const FRAMES_A_SECOND = 8; // when a run is watched again

const part = (name) => element.querySelector(`[data-part="${name}"]`);
const scrub = part("scrub");
const still = matchMedia("(prefers-reduced-motion: reduce)");

let run = null; // its id
let frames = []; // in order: {step, seconds, image}
let span = 1; // seconds that the run may take
let playing = 0; // a timer, or 0

// Sets only what changed: a text that is being selected, or a hovered plot, is left alone.
function fill(name, html) {
  const place = part(name);
  if (place.dataset.html === html) return;
  place.dataset.html = html;
  place.innerHTML = html;
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
  part("run").style.setProperty("--at", frame ? Math.min(1, frame.seconds / span) : 0);
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

function draw() {
  const value = props.value;
  if (!value) return;
  if ("preview" in value) {
    if (run) return; // its own images are there
    return real(value.preview, value.data);
  }
  const follows = value.run !== run || Number(scrub.value) >= frames.length - 1;
  const seen = frames[scrub.value]?.step;
  if (value.run !== run) {
    pause();
    reveal();
  }
  run = value.run;
  span = value.span;
  frames = Object.entries(value.frames)
    .map(([step, [seconds, image]]) => ({ step: Number(step), seconds, image }))
    .sort((a, b) => a.step - b.step);
  for (const name of ["head", "remark", "plots"]) fill(name, value[name]);
  part("stop").hidden = !value.training;
  real(value.real, value.data);
  remember(run);
  if (playing) part("count").textContent = `${Number(scrub.value) + 1} / ${frames.length}`;
  else show(follows ? frames.length - 1 : Math.max(0, frames.findIndex((frame) => frame.step >= seen)));
  scrub.max = Math.max(0, frames.length - 1);
}

watch("value", draw);
draw(); // a run that went on before this tab was opened

scrub.addEventListener("input", () => {
  pause();
  show(Number(scrub.value));
});
part("play").addEventListener("click", () => (playing ? pause() : play()));
