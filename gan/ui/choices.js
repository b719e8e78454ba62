// @ts-check
// What was chosen in a list, and what before: Gradio tells of a choice twice, and again when the list is left.

const TWICE = 500; // ms within which it tells of one choice twice, on a machine that does much else

/** @type {Map<string, {chosen: string, before: string | null, at: number}>} */
const choices = new Map();

// What was chosen in the list of this name before, null the first time. Of the two answers to one choice Gradio may
// lose either, so both questions are the same; later on, nothing new is chosen.
/** @param {string} name @param {string} chosen */
export function told(name, chosen, now = performance.now()) {
  const last = choices.get(name);
  if (last && last.chosen === chosen && now - last.at < TWICE) return last.before;
  const before = last?.chosen ?? null;
  choices.set(name, { chosen, before, at: now });
  return before;
}
