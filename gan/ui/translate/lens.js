// @ts-check
// One lens over several pictures of the same thing: where it lies on one, it lies on all.

export const SHARE = 1 / 4; // of a picture's side that is seen through it
const STEP = 1 / 32; // of a picture's side, by an arrow key
const ARROWS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP],
});

// The lens's upper left corner, in shares of a picture's side, when its middle is led there: never past an edge.
/** @param {number[]} middle @returns {number[]} */
export const corner = (middle) => middle.map((at) => Math.min(Math.max(at - SHARE / 2, 0), 1 - SHARE));

/** @param {HTMLElement} row whose pictures each stand in an .under */
export function lensOver(row) {
  let middle = [0.5, 0.5];

  function show() {
    const at = corner(middle);
    middle = at.map((start) => start + SHARE / 2);
    for (const [place, axis] of ["x", "y"].entries()) {
      row.style.setProperty(`--at-${axis}`, `${100 * at[place]}%`);
      row.style.setProperty(`--through-${axis}`, `${(100 * at[place]) / (1 - SHARE)}%`);
    }
    const [across, down] = middle.map((share) => Math.round(100 * share));
    row.ariaDescription = `${across} of 100 across, ${down} of 100 down`;
  }

  /** @param {PointerEvent} event */
  function follow({ target, clientX, clientY }) {
    const under = /** @type {Element} */ (target).closest(".under");
    if (!under) return;
    const { left, top, width, height } = under.getBoundingClientRect();
    middle = [(clientX - left) / width, (clientY - top) / height];
    show();
  }

  for (const kind of ["pointermove", "pointerdown"]) row.addEventListener(kind, follow);
  row.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    middle = middle.map((at, place) => at + step[place]);
    show();
  });
  show();
}
