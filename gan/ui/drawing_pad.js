// @ts-check
// The pad: a canvas of the model's own grid that one draws on by pointer, finger and keyboard; and its tools.
import { Steps, blank, flood, levels, stroke } from "./drawing.js";
import { ARROWS } from "./shared.js";

/** @typedef {import("./drawing.js").Drawing} Drawing */
/** @typedef {import("./drawing.js").Cell} Cell */

/** @typedef {{tool: string, size: number, colour: string}} Hand */

// What the hand holds, as the tools in a place say: see drawing.py.
/** @param {HTMLElement} place */
export function tools(place) {
  /** @type {Hand} */
  const hand = { tool: "brush", size: 1, colour: "#000000" };
  const named = (/** @type {string} */ part) => /** @type {HTMLElement} */ (place.querySelector(`[data-part=${part}]`));

  /** @param {string} tool */
  function hold(tool) {
    hand.tool = tool;
    for (const one of place.querySelectorAll("[data-tool]"))
      one.ariaPressed = String(/** @type {HTMLElement} */ (one).dataset.tool === tool);
    named("does").textContent = tool === "erase" ? "You erase" : "You paint with";
    named("paint").hidden = tool === "erase";
  }

  /** @param {HTMLInputElement} paint */
  function take(paint) {
    hand.colour = paint.value;
    named("paint").textContent = paint.ariaLabel;
  }

  place.addEventListener("click", (/** @type {any} */ { target }) => {
    const { tool } = target.closest("button")?.dataset ?? {};
    if (tool) hold(tool);
  });
  place.addEventListener("input", (/** @type {any} */ { target }) => {
    if (target === named("size")) hand.size = Number(target.value);
    else if (target.name === "paint" || target === named("mixed")) {
      take(target);
      if (hand.tool === "erase") hold("brush");
    }
  });

  return {
    hand: () => hand,
    // The colours that there are; the first one is taken.
    /** @param {string} palette */
    offer(palette) {
      named("palette").innerHTML = palette;
      const first = /** @type {HTMLInputElement} */ (place.querySelector("[name=paint]"));
      first.checked = true;
      take(first);
    },
  };
}

// Ctrl+Z and Ctrl+Y (or with Shift) in a place, but not where one writes.
/** @param {HTMLElement} place @param {{undo: () => unknown, redo: () => unknown}} pad */
export function undoneByKeys(place, pad) {
  place.addEventListener("keydown", (/** @type {any} */ event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key)) return;
    if (event.target.matches("textarea, input:not([type=radio], [type=range], [type=color])")) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) pad.redo();
    else pad.undo();
  });
}

// does: what to do after each change of the drawing
/** @param {HTMLCanvasElement} canvas @param {() => Hand} hand @param {() => void} does */
export function pad(canvas, hand, does) {
  let drawing = blank(1, 1);
  let steps = new Steps();
  /** @type {Cell | null} */
  let last = null; // where a stroke that goes on was seen last
  let begins = false; // a stroke that has changed nothing yet
  /** @type {Cell | null} */
  let cursor = null; // of the keyboard
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

  function show() {
    const { side, channels, pixels } = drawing;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const image = context.createImageData(side, side);
    for (let cell = 0; cell < side * side; cell += 1) {
      for (let channel = 0; channel < 3; channel += 1)
        image.data[4 * cell + channel] = pixels[channels * cell + (channels === 3 ? channel : 0)];
      image.data[4 * cell + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    if (!cursor) return;
    context.fillStyle = "rgb(122 63 242 / 60%)";
    context.fillRect(...cursor, 1, 1);
  }

  function changed() {
    show();
    does();
  }

  /** @param {PointerEvent} event @returns {Cell} */
  function cellOf({ clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const place = (/** @type {number} */ share) => Math.floor(share * drawing.side);
    return [place((clientX - left) / width), place((clientY - top) / height)];
  }

  /** @param {Cell} from @param {Cell} to */
  function draw(from, to) {
    const { tool, size, colour } = hand();
    const before = { ...drawing, pixels: drawing.pixels.slice() };
    const paint = levels(tool === "erase" ? "#ffffff" : colour, drawing.channels);
    if (tool === "fill") flood(drawing, to, paint);
    else stroke(drawing, from, to, size, paint);
    if (before.pixels.every((level, at) => level === drawing.pixels[at])) return show();
    if (begins) steps.keep(before);
    begins = false;
    changed();
  }

  canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button || !event.isPrimary) return;
    canvas.setPointerCapture(event.pointerId);
    cursor = null;
    begins = true;
    last = cellOf(event);
    draw(last, last);
  });

  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (!last || hand().tool === "fill") return;
    const cell = cellOf(event);
    if (cell.join() === last.join()) return;
    draw(last, cell);
    last = cell;
  });

  for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => (last = null));

  canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = ARROWS[event.key];
    const paints = event.key === " " || event.key === "Enter";
    if ((!step && !paints) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const middle = drawing.side >> 1;
    const here = cursor ?? /** @type {Cell} */ ([middle, middle]);
    const within = (/** @type {number} */ place) => Math.min(Math.max(place, 0), drawing.side - 1);
    cursor = step ? [within(here[0] + step[0]), within(here[1] + step[1])] : here;
    canvas.ariaDescription = `Column ${cursor[0] + 1}, row ${cursor[1] + 1}`;
    if (!paints) return show();
    begins = true;
    draw(cursor, cursor);
  });

  canvas.addEventListener("blur", () => {
    cursor = null;
    show();
  });

  return {
    drawing: () => drawing,
    // Another source; what was drawn before is a step back, where it is of the same model.
    /** @param {Drawing} next */
    put(next) {
      const alike = next.side === drawing.side && next.channels === drawing.channels;
      if (alike) steps.keep(drawing);
      else steps = new Steps();
      drawing = next;
      show();
    },
    clear() {
      steps.keep(drawing);
      drawing.pixels.fill(255);
      changed();
    },
    undo: () => steps.undo(drawing) && changed(),
    redo: () => steps.redo(drawing) && changed(),
  };
}
