// @ts-check
// The sliders with names, and the search for some.

// The moves by name with that of one direction; one that is back at 0 is none.
/** @param {[string, number][]} named @param {string} name @param {number} value @returns {[string, number][]} */
export function withNamed(named, name, value) {
  const others = named.filter(([other]) => other !== name);
  return value ? [...others, [name, value]] : others;
}

// Where a slider of directions stands, whether it has a name or a number.
/** @param {DOMStringMap} slider its data @param {{moves: number[], named: [string, number][], taught: [string, string, number][]}} state */
export function placed({ named, move, taught }, state) {
  if (taught !== undefined) return state.taught.find(([name]) => name === taught)?.[2] || 0;
  if (named !== undefined) return new Map(state.named).get(named) || 0;
  return state.moves[Number(move)] || 0;
}

// A slider that has failed on this image says so, in the place of how often it works.
/** @param {Iterable<any>} sliders @param {Record<string, string>} unseen words by name */
export function tellUnseen(sliders, unseen) {
  for (const { dataset, labels } of sliders) {
    const place = labels[0].querySelector("small");
    place.dataset.usual ??= place.textContent;
    const words = unseen[dataset.named];
    place.classList.toggle("unseen", Boolean(words));
    place.textContent = words ?? place.dataset.usual;
  }
}

// Looks for directions with names; the button says so meanwhile, and cannot be pressed twice.
/** @param {any} button @param {() => Promise<any>} ask */
export async function search(button, ask) {
  const label = button.textContent;
  Object.assign(button, { disabled: true, textContent: "Looking …" });
  const answer = await ask();
  Object.assign(button, { disabled: false, textContent: label });
  return answer;
}
