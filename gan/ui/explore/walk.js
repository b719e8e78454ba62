// @ts-check
// Plays a walk in the browser. All frames lie in one picture.
import { isStill } from "../shared.js";

const THUMBS = 12;

// Where a frame lies in the picture of all.
/** @param {number} frame @param {{columns: number, width: number, height: number}} walk */
export function placeOf(frame, { columns, width, height }) {
  return { left: (frame % columns) * width, top: Math.floor(frame / columns) * height };
}

// The next frame and the way on. A walk that is no loop goes there and back: a jump from its end to its start would
// be the one rough step.
/** @param {number} frame @param {number} way @param {{loop: boolean, frames: number}} walk */
export function following(frame, way, { loop, frames }) {
  if (loop) return { frame: (frame + 1) % frames, way };
  const on = frame + way < 0 || frame + way >= frames ? -way : way;
  return { frame: frame + on, way: on };
}

// The frames of the film strip, evenly from the first to the last.
/** @param {number} frames */
export function thumbsOf(frames) {
  const count = Math.min(THUMBS, frames);
  return Array.from({ length: count }, (_, k) => Math.round((k * (frames - 1)) / Math.max(1, count - 1)));
}

/** @param {Given} given */
export default function player({ element, props, watch }) {
  const player = element.querySelector('[data-part="player"]');
  const canvas = player.querySelector("canvas");
  const scrubber = player.querySelector("input");
  const button = player.querySelector("button");
  const strip = player.querySelector(".filmstrip");
  const old = element.querySelector('[data-part="old"]'); // what it shows is no longer what it would be
  const sheet = new Image();

  /** @type {any} */
  let walk = null; // what the server made: sheet, columns, frames, width, height, fps, loop, words
  let playing = false;
  let due = 0; // when the next frame is to be shown

  // What `sheet` shows of a frame, in a canvas of its size.
  /** @param {HTMLCanvasElement} canvas @param {number} frame */
  function drawFrame(canvas, frame) {
    const { width, height } = walk;
    const { left, top } = placeOf(frame, walk);
    canvas.getContext("2d")?.drawImage(sheet, left, top, width, height, 0, 0, width, height);
  }

  /** @param {number} frame */
  function show(frame) {
    drawFrame(canvas, frame);
    canvas.setAttribute("aria-label", `${walk.words}: frame ${frame + 1} of ${walk.frames}`);
    scrubber.value = frame;
    player.querySelector("output").textContent = `${frame + 1} / ${walk.frames}`;
  }

  let inSight = false; // a walk that nobody sees stands still: another tab is open, or it is scrolled away
  new IntersectionObserver(([place]) => {
    inSight = place.isIntersecting;
    if (inSight && playing) requestAnimationFrame(tick);
  }).observe(canvas);

  /** @param {boolean} on */
  function play(on) {
    playing = on;
    button.textContent = on ? "❚❚" : "▶";
    button.setAttribute("aria-label", on ? "Pause" : "Play");
    if (on) requestAnimationFrame(tick);
  }

  let way = 1; // 1 or -1
  /** @param {number} now */
  function tick(now) {
    if (!playing || !inSight || !element.isConnected) return;
    if (now >= due) {
      const next = following(Number(scrubber.value), way, walk);
      way = next.way;
      show(next.frame);
      due = Math.max(due + 1000 / walk.fps, now);
    }
    requestAnimationFrame(tick);
  }

  function drawStrip() {
    const { width, height, frames } = walk;
    strip.replaceChildren();
    for (const frame of thumbsOf(frames)) {
      const thumb = document.createElement("canvas");
      Object.assign(thumb, { width, height, className: "pixels" });
      drawFrame(thumb, frame);
      const to = document.createElement("button");
      Object.assign(to, { type: "button", ariaLabel: `Frame ${frame + 1}`, onclick: () => (play(false), show(frame)) });
      to.append(thumb);
      strip.append(to);
    }
  }

  // Whether a change has come since the walk was asked for that plays.
  let changes = 0;
  let asked = 0; // of these, those that the last walk that was asked for takes in
  const tellOld = () => (old.hidden = !props.value || asked === changes);

  sheet.onload = () => {
    Object.assign(canvas, { width: walk.width, height: walk.height });
    player.hidden = false;
    element.querySelector('[data-part="hint"]').hidden = true;
    scrubber.max = walk.frames - 1;
    way = 1;
    drawStrip();
    show(0);
    if (!playing) play(!isStill());
  };

  function take() {
    if (!props.value) return;
    walk = { ...props.value };
    tellOld();
    sheet.src = walk.sheet;
  }

  watch("value", take);
  take(); // what came before this script

  document.addEventListener("gan:stops-changed", () => {
    changes += 1;
    tellOld();
  });
  document.addEventListener("gan:walk-asked", () => (asked = changes));
  document.addEventListener("gan:walk-made", tellOld);

  document.addEventListener("gan:fps", ({ detail }) => {
    if (walk && detail > 0) walk.fps = detail;
  });

  scrubber.addEventListener("input", () => {
    play(false);
    show(Number(scrubber.value));
  });
  button.addEventListener("click", () => play(!playing));
}
