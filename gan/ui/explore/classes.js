// @ts-check
// The pickers of what a conditional model is told: one for each label.

// The text that names all that is chosen; where each of several labels is left open, that is "any".
/** @param {string[]} values of each picker */
export function textOf(values) {
  return values.filter(Boolean).join("+") || "any";
}

/** @param {any} place the pickers */
export function picked(place) {
  return textOf([...place.querySelectorAll("input:checked")].map(({ value }) => value));
}

// In each picker one of the choices that `fits`, by chance.
/** @param {any} place @param {(value: string) => boolean} fits */
export function pick(place, fits) {
  for (const cards of place.querySelectorAll(".class-cards")) {
    const fitting = [...cards.querySelectorAll("input")].filter(({ value }) => fits(value));
    fitting[Math.floor(Math.random() * fitting.length)].checked = true;
  }
}

// What labels are, for people; pickers.py says it likewise.
/** @param {string} value */
export function spoken(value) {
  return value.includes("=") ? value.split("+").map(spokenOne).join(", ") : value;
}

/** @param {string} label such as "hat=no hat", which says what it is by its value alone */
function spokenOne(label) {
  const [column, ...rest] = label.replaceAll("_color", " colour").replaceAll("_", " ").split("=");
  const value = rest.join("=");
  return value.includes(column) ? value : `${column} ${value}`.trim();
}
