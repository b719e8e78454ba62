// @ts-check
// The images around the present one.
import { latest } from "../shared.js";

/**
 * @param {Part} part of the explorer
 * @param {(name: string) => any} field likewise
 * @param {(place: object) => Promise<any>} ask for the neighbours in this plane
 */
export function neighbourhood(part, field, ask) {
  const place = part("neighbours");

  const draw = latest(async () => {
    const [across, up, step] = ["across", "up", "step"].map((name) => Number(field(name).value));
    const answer = await ask({ across, up, step });
    if (!answer) return;
    const focused = place.contains(document.activeElement);
    place.style.setProperty("--sheet", `url(${answer.sheet})`);
    place.innerHTML = answer.cells;
    place.classList.remove("stale");
    if (focused) place.querySelector("[aria-current]").focus();
  });

  // The plane needs two directions: choosing the other's hands it this one's old place.
  let axes = { across: "0", up: "1" };
  /** @param {"across" | "up"} chosen */
  function differ(chosen) {
    const other = chosen === "across" ? "up" : "across";
    if (field(other).value === field(chosen).value) field(other).value = axes[chosen];
    axes = { across: field("across").value, up: field("up").value };
    draw();
  }
  field("up").value = axes.up;

  place.addEventListener("keydown", (event) => walkAbout(event, place));
  return { draw, differ };
}

// Arrow keys walk about cells, five in a row; Enter or Space presses one.
/** @param {any} event @param {any} place */
export function walkAbout(event, place) {
  const cells = [...place.children];
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -5, ArrowDown: 5 }[/** @type {string} */ (event.key)];
  const next = by && cells[cells.indexOf(event.target) + by];
  if (!next?.matches("button")) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
