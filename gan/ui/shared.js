// @ts-check
// What more than one tab's script stands on.
import { toast } from "./browser.js";

export const UNANSWERED = "The server does not answer. Is it still running?";

// The parts of a component's template, by name.
/** @param {HTMLElement} element @returns {Part} */
export const partsOf = (element) => (name) => element.querySelector(`[data-part="${name}"]`);

// The way that an arrow key leads on a grid, in columns and rows.
export const ARROWS = /** @type {Record<string, [number, number]>} */ (
  { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });

export const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Sets only what changed: an open list, a text that is being selected or a hovered plot is left alone.
/** @param {HTMLElement} place @param {string} html */
export function fill(place, html) {
  if (place.dataset.html === html) return;
  place.dataset.html = html;
  place.innerHTML = html;
}

// What scrolls around it brings `one` into sight, and the page stays where it is. Says whether there is anything
// to see: in a tab that is not open there is not.
/** @param {Element} one @param {Element} around */
export function intoSight(one, around) {
  const [own, { left, right, top, bottom }] = [one, around].map((it) => it.getBoundingClientRect());
  // what scrolls stands at whole pixels, cards need not
  around.scrollBy(
    Math.ceil(Math.max(own.right - right, 0)) || Math.floor(Math.min(own.left - left, 0)),
    Math.ceil(Math.max(own.bottom - bottom, 0)) || Math.floor(Math.min(own.top - top, 0)),
  );
  return right > left;
}

// One question of a kind at a time; what changes meanwhile is asked for when the answer is there, so that the
// last position is always drawn, and never an older one over it. The promise is kept when all is drawn.
/** @param {() => any} question */
export function latest(question) {
  /** @type {Promise<void> | null} */
  let asking = null;
  let again = false;
  const once = async () => question(); // what it throws at once is a failure like any other
  // A failure is told to who asked, unless there is something newer to ask for.
  /** @param {unknown} error */
  function passed(error) {
    if (!again) throw error;
    console.error(error);
  }
  async function askOn() {
    try {
      while (again) {
        again = false;
        await once().catch(passed);
      }
    } finally {
      asking = null;
    }
  }
  return () => {
    again = true;
    asking ??= askOn();
    return asking;
  };
}

// Of moments in order, the place of the one that is missed least: its neighbours are closest in time. The first
// and the last are never it.
/** @param {number[]} seconds */
export function closest(seconds) {
  let best = 1;
  for (let at = 2; at < seconds.length - 1; at += 1)
    if (seconds[at + 1] - seconds[at - 1] < seconds[best + 1] - seconds[best - 1]) best = at;
  return best;
}

// The page's address from now on. On a Space the page is a frame, and the address that people see is its parent's.
/** @param {URL} address @param {"replaceState" | "pushState"} write */
export function writeAddress(address, write = "replaceState") {
  if (address.href !== location.href) history[write](history.state, "", address);
  if (window.parent !== window)
    window.parent.postMessage({ queryString: address.search.slice(1) }, "https://huggingface.co");
}

// Gives a file to Gradio's field as if it had been chosen there. While the field uploads one, holds the only one that it
// takes, or is not built yet, it has no place for any: that is waited for, as long as somebody wants it.
/** @param {string} field a selector @param {File} file @param {() => boolean} wanted */
export async function giveFile(field, file, wanted) {
  const place = () => /** @type {HTMLInputElement | null} */ (document.querySelector(`${field} input[type=file]`));
  while (!place()) {
    if (!wanted()) return;
    await new Promise(requestAnimationFrame);
  }
  const input = /** @type {HTMLInputElement} */ (place());
  const files = new DataTransfer();
  files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

const READ = 60_000; // ms after which a browser has surely taken up what it saves

// Most browsers put it away without a word. Of a data URI Chromium loses, without one too, what is over some 30 MB.
/** @param {string | Blob} what a file, or its address @param {string} download its name */
export async function save(what, download) {
  const file = typeof what === "string" && what.startsWith("data:") ? await (await fetch(what)).blob() : what;
  const href = file instanceof Blob ? URL.createObjectURL(file) : file;
  Object.assign(document.createElement("a"), { href, download }).click();
  toast(`${download} is with your downloads.`);
  if (file instanceof Blob) setTimeout(() => URL.revokeObjectURL(href), READ);
}
