// @ts-check
// The images around the present one.
import { latest } from "../shared.js";

const FIELDS = ["across", "up", "step"];

/**
 * @param {Part} part of the explorer
 * @param {(name: string) => any} field likewise
 * @param {(place: object) => Promise<any>} ask for the neighbours in this plane
 * @param {() => void} remember is told when the plane is another
 */
export function neighbourhood(part, field, ask, remember) {
  const place = part("neighbours");
  const values = () => FIELDS.map((name) => field(name).value);

  const draw = latest(async () => {
    const [across, up, step] = values().map(Number);
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
    turn();
  }
  field("up").value = axes.up;
  const first = values().join();

  function turn() {
    draw();
    remember();
  }

  place.addEventListener("keydown", (event) => walkAbout(event, place));
  return {
    draw, differ, turn,
    // Opens with the plane of a link, where that is one.
    /** @param {string} [around] */
    open(around) {
      const wanted = around?.split("*") ?? [];
      const offered = wanted.length === FIELDS.length && wanted[0] !== wanted[1] &&
        FIELDS.every((name, at) => [...field(name).options].some(({ value }) => value === wanted[at]));
      const plane = offered ? wanted : first.split(",");
      for (const [at, name] of FIELDS.entries()) field(name).value = plane[at];
      axes = { across: plane[0], up: plane[1] };
    },
    query: () => (values().join() === first ? "" : `around=${values().join("*")}&`),
  };
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
