// @ts-check
// A map of seeds: one picture of many, and the seed that is pressed.
import { ARROWS, latest } from "../shared.js";

const FURTHEST = 4; // times

/** @typedef {[number, number]} Cell column and row */

// Where a seed stands; null where it is not on the map.
/** @param {number[][]} seeds row by row @param {number} seed @returns {Cell | null} */
export function cellOf(seeds, seed) {
  const row = seeds.findIndex((one) => one.includes(seed));
  return row < 0 ? null : [seeds[row].indexOf(seed), row];
}

// What a link says of the map: how large, and which point of it, in shares of its sides, is in the middle of
// the frame. Null where that makes no sense.
/** @param {string} [text] @returns {{zoom: number, middle: Cell} | null} */
export function viewOf(text) {
  const [zoom, ...middle] = text?.split("*").map(Number) ?? [];
  const isShare = (/** @type {number} */ at) => at >= 0 && at <= 1;
  if (![1, 2, FURTHEST].includes(zoom) || middle.length !== 2 || !middle.every(isShare)) return null;
  return { zoom, middle: [middle[0], middle[1]] };
}

// A cell that many away, at the edge where there is none.
/** @param {number[][]} seeds @param {Cell} cell @param {[number, number]} way @returns {Cell} */
export function moved(seeds, [column, row], [right, down]) {
  const within = (/** @type {number} */ at, /** @type {number} */ count) => Math.min(Math.max(at, 0), count - 1);
  return [within(column + right, seeds[0].length), within(row + down, seeds.length)];
}

/**
 * @param {Part} part of the explorer
 * @param {() => any} state the position in sight
 * @param {() => Promise<any>} ask for the map in its class and manner
 * @param {(seed: number) => void} go to a seed
 * @param {() => void} remember is told when it is opened, shut, enlarged or moved about
 */
export function seedMap(part, state, ask, go, remember) {
  const place = part("seed-map");
  const sheet = part("map-sheet");
  const frame = part("map-frame");
  /** @type {number[][]} */
  let seeds = [];
  let drawn = ""; // what the map in sight was asked for
  /** @type {Cell | null} */
  let cursor = null;
  let marked = NaN; // the seed that was marked last, from where arrow keys may have gone on
  let zoom = 1;
  /** @type {Cell} */
  let middle = [0.5, 0.5];

  const draw = latest(async () => {
    if (!place.open) return;
    const { model, class: label, scale, psi, below } = state();
    const wanted = JSON.stringify([model, label, scale, psi, below]);
    const another = wanted !== drawn;
    if (another) {
      const answer = await ask();
      if (!answer || model !== state().model) return;
      drawn = wanted;
      ({ seeds } = answer);
      sheet.style.backgroundImage = `url(${answer.sheet})`;
    }
    const { seed } = state();
    if (another || seed !== marked) mark(cellOf(seeds, (marked = seed)));
  });

  // Marks a cell and says its seed; none for one that is not on the map.
  /** @param {Cell | null} cell */
  function mark(cell) {
    cursor = cell;
    part("map-here").hidden = !cell;
    const seed = cell ? seeds[cell[1]][cell[0]] : state().seed;
    const words = cell ? `Seed ${seed}` : `Seed ${seed} is not on this map of ${seeds.flat().length}`;
    part("map-words").textContent = sheet.ariaDescription = words;
    if (!cell) return;
    const [column, row] = cell;
    const share = (/** @type {number} */ at, /** @type {number} */ count) => `${(100 * at) / count}%`;
    Object.assign(part("map-here").style, { left: share(column, seeds[0].length), top: share(row, seeds.length),
      width: share(1, seeds[0].length), height: share(1, seeds.length) });
  }

  // So large, with that point in the middle of the frame as far as its edges allow.
  /** @param {number} large @param {Cell} about */
  function look(large, about) {
    [zoom, middle] = [large, about];
    sheet.style.width = `${100 * zoom}%`;
    aim();
    for (const [name, end] of /** @type {const} */ ([["out", 1], ["in", FURTHEST]]))
      place.querySelector(`[data-map=${name}]`).disabled = zoom === end;
  }

  // How far the frame is scrolled for that.
  function aimedAt() {
    const { clientWidth, clientHeight, scrollWidth, scrollHeight } = frame;
    const within = (/** @type {number} */ at, /** @type {number} */ most) => Math.min(Math.max(at, 0), most);
    return [within(middle[0] * sheet.offsetWidth - clientWidth / 2, scrollWidth - clientWidth),
      within(middle[1] * sheet.offsetHeight - clientHeight / 2, scrollHeight - clientHeight)];
  }

  function aim() {
    const [left, top] = aimedAt();
    frame.scrollTo(left, top);
  }

  /** @returns {Cell} */
  function seen() {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = frame;
    return [(scrollLeft + clientWidth / 2) / sheet.offsetWidth, (scrollTop + clientHeight / 2) / sheet.offsetHeight];
  }

  function take() {
    if (cursor) go((marked = seeds[cursor[1]][cursor[0]]));
  }

  place.addEventListener("toggle", () => {
    draw();
    remember();
  });
  frame.addEventListener("scrollend", () => {
    const [left, top] = aimedAt();
    if (Math.hypot(frame.scrollLeft - left, frame.scrollTop - top) < 2) return; // nobody's hand
    middle = seen();
    remember();
  });
  new ResizeObserver(aim).observe(frame); // until it is in sight it has no size to scroll in
  place.addEventListener("click", (/** @type {any} */ { target, clientX, clientY }) => {
    const way = target.closest("[data-map]")?.dataset.map;
    if (way) {
      look(Math.min(Math.max(zoom * (way === "in" ? 2 : 0.5), 1), FURTHEST), seen());
      return remember();
    }
    if (!target.closest("[data-part=map-sheet]") || !seeds.length) return;
    const { left, top, width, height } = sheet.getBoundingClientRect();
    const at = [((clientX - left) / width) * seeds[0].length, ((clientY - top) / height) * seeds.length];
    mark(moved(seeds, [Math.floor(at[0]), Math.floor(at[1])], [0, 0]));
    take();
  });
  sheet.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const way = ARROWS[event.key];
    if (!seeds.length || event.ctrlKey || event.metaKey || event.altKey) return;
    if (way) mark(moved(seeds, cursor ?? [0, 0], cursor ? way : [0, 0]));
    else if (event.key === "Enter" || event.key === " ") take();
    else return;
    event.preventDefault();
    part("map-here").scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  look(1, middle);

  return {
    draw,
    // Opens as a link says, if it says anything.
    /** @param {string} [text] */
    open(text) {
      const view = viewOf(text);
      if (!view) return;
      place.open = true;
      look(view.zoom, view.middle);
    },
    query: () => (place.open ? `map=${[zoom, ...middle.map((at) => Number(at.toFixed(3)))].join("*")}&` : ""),
  };
}
