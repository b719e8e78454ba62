// Plays a walk in the browser. In scope, from gr.HTML: element, props, watch. All frames lie in one picture.

const THUMBS = 12;
const player = element.querySelector('[data-part="player"]');
const canvas = player.querySelector("canvas");
const scrubber = player.querySelector("input");
const button = player.querySelector("button");
const strip = player.querySelector(".filmstrip");
const sheet = new Image();

let walk = null; // what the server made: sheet, columns, frames, width, height, fps, loop, words
let playing = false;
let due = 0; // when the next frame is to be shown

function show(frame) {
  const { columns, width, height } = walk;
  const left = (frame % columns) * width;
  const top = Math.floor(frame / columns) * height;
  canvas.getContext("2d").drawImage(sheet, left, top, width, height, 0, 0, width, height);
  canvas.setAttribute("aria-label", `${walk.words}: frame ${frame + 1} of ${walk.frames}`);
  scrubber.value = frame;
  player.querySelector("output").textContent = `${frame + 1} / ${walk.frames}`;
}

let inSight = false; // a walk that nobody sees stands still: another tab is open, or it is scrolled away
new IntersectionObserver(([place]) => {
  inSight = place.isIntersecting;
  if (inSight && playing) requestAnimationFrame(tick);
}).observe(canvas);

function play(on) {
  playing = on;
  button.textContent = on ? "❚❚" : "▶";
  button.setAttribute("aria-label", on ? "Pause" : "Play");
  if (on) requestAnimationFrame(tick);
}

// A walk that is no loop goes there and back: a jump from its end to its start would be the one rough step.
let forward = 1;
function following(frame) {
  if (walk.loop) return (frame + 1) % walk.frames;
  if (frame + forward < 0 || frame + forward >= walk.frames) forward = -forward;
  return frame + forward;
}

function tick(now) {
  if (!playing || !inSight || !element.isConnected) return;
  if (now >= due) {
    show(following(Number(scrubber.value)));
    due = Math.max(due + 1000 / walk.fps, now);
  }
  requestAnimationFrame(tick);
}

function drawStrip() {
  const { columns, width, height, frames } = walk;
  strip.replaceChildren();
  for (let k = 0; k < Math.min(THUMBS, frames); k++) {
    const frame = Math.round((k * (frames - 1)) / Math.max(1, Math.min(THUMBS, frames) - 1));
    const thumb = document.createElement("canvas");
    Object.assign(thumb, { width, height, className: "pixels" });
    const left = (frame % columns) * width;
    thumb.getContext("2d").drawImage(sheet, left, Math.floor(frame / columns) * height, width, height, 0, 0, width, height);
    const to = document.createElement("button");
    Object.assign(to, { type: "button", ariaLabel: `Frame ${frame + 1}`, onclick: () => (play(false), show(frame)) });
    to.append(thumb);
    strip.append(to);
  }
}

sheet.onload = () => {
  Object.assign(canvas, { width: walk.width, height: walk.height });
  player.hidden = false;
  element.querySelector('[data-part="hint"]').hidden = true;
  scrubber.max = walk.frames - 1;
  forward = 1;
  drawStrip();
  show(0);
  if (!playing) play(!still.matches);
};

watch("value", () => {
  if (!props.value) return;
  walk = { ...props.value };
  sheet.src = walk.sheet;
});

document.addEventListener("gan:fps", ({ detail }) => {
  if (walk && detail > 0) walk.fps = detail;
});

scrubber.addEventListener("input", () => {
  play(false);
  show(Number(scrubber.value));
});
button.addEventListener("click", () => play(!playing));
