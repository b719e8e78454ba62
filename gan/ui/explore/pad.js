// @ts-check
// Two sliders moved at once: a square, one across and the other up.

const BY = 0.25; // σ that an arrow key moves; with Shift four times as much
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// What a slider is called in a link, whatever moves it.
/** @param {DOMStringMap} slider its data */
export function keyOf({ named, move, taught }) {
  if (taught !== undefined) return `taught.${taught}`;
  return named !== undefined ? `named.${named}` : `move.${move}`;
}

// What a slider is called where one chooses among all.
/** @param {any} slider */
const nameOf = (slider) => slider.ariaLabel.split(":")[0];

// The choices among sliders.
/** @param {any[]} sliders */
export const optionsOf = (sliders) => sliders.map((one) => new Option(nameOf(one), keyOf(one.dataset)));

// Where a slider's value lies in the square, 0..1 from its low end, and back; values lie on the slider's steps.
/** @param {number} value @param {number} most */
export const shareOf = (value, most) => Math.min(Math.max((value + most) / (2 * most), 0), 1);
/** @param {number} share @param {number} most @param {number} step */
export const valueAt = (share, most, step) =>
  Number((Math.round(((Math.min(Math.max(share, 0), 1) * 2 - 1) * most) / step) * step).toFixed(4)) + 0;

/**
 * @param {Part} part of the explorer
 * @param {() => any[]} all the sliders along a direction, as they stand
 * @param {(moved: [any, number][]) => void} set moves some of them
 * @param {() => void} remember is told when the axes are others
 */
export function pad(part, all, set, remember) {
  const place = part("pad-place");
  const square = part("pad");
  const dot = part("pad-dot");
  const axes = [part("pad-across"), part("pad-up")];

  // Both sliders; none while there is but one.
  function chosen() {
    const sliders = all();
    const found = axes.map(({ value }) => sliders.find((one) => keyOf(one.dataset) === value));
    return found.every(Boolean) ? found : [];
  }

  // The choices are the sliders that there are. What was chosen stays, where that is still there.
  /** @param {(string | null)[]} [wanted] */
  function list(wanted = axes.map(({ value }) => value)) {
    const keys = all().map(({ dataset }) => keyOf(dataset));
    place.hidden = keys.length < 2;
    for (const axis of axes) axis.replaceChildren(...optionsOf(all()));
    const [across, up] = wanted.map((key) => (keys.includes(String(key)) ? key : null));
    axes[0].value = across ?? keys.find((key) => key !== up) ?? "";
    axes[1].value = (up !== axes[0].value && up) || (keys.find((key) => key !== axes[0].value) ?? "");
    show();
  }

  // The dot where both sliders stand, and in words.
  function show() {
    const sliders = chosen();
    if (!sliders.length) return;
    const [x, y] = sliders.map((slider) => shareOf(Number(slider.value), Number(slider.max)));
    dot.style.left = `${100 * x}%`;
    dot.style.top = `${100 * (1 - y)}%`;
    const words = sliders.map((slider) => `${nameOf(slider)} at ${slider.ariaValueText || slider.value}`);
    dot.ariaLabel = dot.title = `${words.join(", ")}; arrow keys move it`;
  }

  /** @param {number[]} values */
  function moveTo(values) {
    const sliders = chosen();
    const moved = /** @type {[any, number][]} */ (sliders.map((slider, at) => [slider, values[at]]));
    if (moved.some(([slider, value]) => Number(slider.value) !== value)) set(moved);
  }

  /** @param {PointerEvent} event */
  function follow({ clientX, clientY }) {
    const { left, top, width, height } = square.getBoundingClientRect();
    const shares = [(clientX - left) / width, 1 - (clientY - top) / height];
    moveTo(chosen().map(({ max, step }, at) => valueAt(shares[at], Number(max), Number(step))));
  }

  square.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button) return;
    event.preventDefault(); // no text is chosen on the way
    square.setPointerCapture(event.pointerId);
    dot.focus({ preventScroll: true });
    follow(event);
  });
  square.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (square.hasPointerCapture(event.pointerId)) follow(event);
  });
  square.addEventListener("dblclick", () => moveTo([0, 0]));
  dot.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const way = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
    if (!way) return;
    event.preventDefault();
    const by = event.shiftKey ? 4 * BY : BY;
    moveTo(chosen().map(({ value, max }, at) =>
      Math.min(Math.max(Number(value) + by * way[at], -Number(max)), Number(max))));
  });

  // Both axes are never the same: choosing the other's hands it this one's old place.
  let before = ["", ""];
  place.addEventListener("change", (/** @type {any} */ { target }) => {
    const at = axes.indexOf(target);
    if (at < 0) return;
    if (axes[1 - at].value === target.value) axes[1 - at].value = before[at];
    before = axes.map(({ value }) => value);
    show();
    remember();
  });
  place.addEventListener("focusin", () => (before = axes.map(({ value }) => value)));
  place.addEventListener("toggle", remember);

  return {
    list, show,
    // Opens with the axes of a link, if it names some.
    open(/** @type {Record<string, string>} */ query) {
      const wanted = [query.padAcross || null, query.padUp || null];
      if (wanted.some(Boolean)) place.open = true;
      list(wanted.some(Boolean) ? wanted : undefined);
    },
    query: () => {
      if (!place.open || place.hidden) return "";
      return `${new URLSearchParams({ padAcross: axes[0].value, padUp: axes[1].value })}&`;
    },
  };
}
