// @ts-check
// Which run is in sight: the Train tab says so, and what stands below it hears of it, whichever is there first.

/** @typedef {{most: number, steps: number[], changes: [title: string, group: [key: string, words: string][]][]}} Fork */
/** @typedef {{run: string, parent: string, training: boolean, fork: Fork | null}} Shown */

/** @type {Shown | null} */
let now = null;
/** @type {(shown: Shown) => void} */
let hears = () => {};

/** @param {Shown} shown */
export function showRun(shown) {
  now = shown;
  hears(now);
}

// Whether a run was in sight already.
/** @param {typeof hears} listener */
export function onRun(listener) {
  hears = listener;
  if (now) hears(now);
  return Boolean(now);
}
