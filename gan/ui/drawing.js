// @ts-check
// A drawing on a small grid: pixels of one or three channels, and what a hand does to them. Nothing of the page.

/** @typedef {{side: number, channels: number, pixels: Uint8Array}} Drawing */
/** @typedef {[number, number]} Cell */

const MOST_STEPS = 100; // back

/** @param {number} side @param {number} channels @returns {Drawing} */
export function blank(side, channels) {
  return { side, channels, pixels: new Uint8Array(side * side * channels).fill(255) };
}

// What the server sends, and what it gets: the pixels, base64.
/** @param {string} packed @param {number} side @param {number} channels @returns {Drawing} */
export function unpacked(packed, side, channels) {
  return { side, channels, pixels: Uint8Array.from(atob(packed), (one) => one.charCodeAt(0)) };
}

/** @param {Drawing} drawing */
export function packed({ pixels }) {
  return btoa(Array.from(pixels, (one) => String.fromCharCode(one)).join(""));
}

// #rrggbb as the channels of a drawing; in grey by the first of the three, which are alike.
/** @param {string} colour @param {number} channels */
export function levels(colour, channels) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)).slice(0, channels);
}

/** @param {Drawing} drawing @param {Cell} cell */
const offset = ({ side, channels }, [x, y]) => (y * side + x) * channels;

/** @param {Drawing} drawing @param {Cell} cell */
const inside = ({ side }, [x, y]) => x >= 0 && y >= 0 && x < side && y < side;

/** @param {Drawing} drawing @param {Cell} cell @param {number[]} colour */
function set(drawing, cell, colour) {
  if (inside(drawing, cell)) drawing.pixels.set(colour, offset(drawing, cell));
}

// All cells from one to another, without a gap (Bresenham).
/** @param {Cell} from @param {Cell} to @returns {Cell[]} */
export function line([x, y], [toX, toY]) {
  const [dx, dy] = [Math.abs(toX - x), -Math.abs(toY - y)];
  const [stepX, stepY] = [Math.sign(toX - x), Math.sign(toY - y)];
  /** @type {Cell[]} */
  const cells = [];
  for (let error = dx + dy; ; ) {
    cells.push([x, y]);
    if (x === toX && y === toY) return cells;
    const doubled = 2 * error;
    if (doubled >= dy) [error, x] = [error + dy, x + stepX];
    if (doubled <= dx) [error, y] = [error + dx, y + stepY];
  }
}

// A square of `size` cells a side along the way from one cell to another.
/** @param {Drawing} drawing @param {Cell} from @param {Cell} to @param {number} size @param {number[]} colour */
export function stroke(drawing, from, to, size, colour) {
  const before = Math.floor((size - 1) / 2);
  for (const [x, y] of line(from, to))
    for (let down = 0; down < size; down += 1)
      for (let right = 0; right < size; right += 1) set(drawing, [x - before + right, y - before + down], colour);
}

// Everything of one colour that hangs together with a cell, edge by edge.
/** @param {Drawing} drawing @param {Cell} start @param {number[]} colour */
export function flood(drawing, start, colour) {
  const at = (/** @type {Cell} */ cell) => drawing.pixels.slice(offset(drawing, cell), offset(drawing, cell) + drawing.channels).join();
  const old = at(start);
  if (old === colour.join()) return;
  const waiting = [start];
  while (waiting.length) {
    const cell = /** @type {Cell} */ (waiting.pop());
    if (!inside(drawing, cell) || at(cell) !== old) continue;
    set(drawing, cell, colour);
    const [x, y] = cell;
    waiting.push([x + 1, y], [x - 1, y], [x, y + 1], [x, y - 1]);
  }
}

// What was drawn, step by step, to go back and forth in.
export class Steps {
  /** @type {Uint8Array[]} */
  before = [];
  /** @type {Uint8Array[]} */
  after = [];

  // Before something is drawn.
  /** @param {Drawing} drawing */
  keep({ pixels }) {
    this.before = [...this.before, pixels.slice()].slice(-MOST_STEPS);
    this.after = [];
  }

  // Whether there was a step to go to.
  /** @param {Drawing} drawing @param {"before" | "after"} from @param {"before" | "after"} to */
  go(drawing, from, to) {
    const pixels = this[from].pop();
    if (!pixels) return false;
    this[to].push(drawing.pixels.slice());
    drawing.pixels.set(pixels);
    return true;
  }

  /** @param {Drawing} drawing */
  undo(drawing) {
    return this.go(drawing, "before", "after");
  }

  /** @param {Drawing} drawing */
  redo(drawing) {
    return this.go(drawing, "after", "before");
  }
}
