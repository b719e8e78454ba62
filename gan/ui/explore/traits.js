// @ts-check
// What an image has beside its seed, in a few words each: labels, and what was moved.
import { spoken } from "./classes.js";

/** @typedef {{name: string, words: string}} Trait the label or the slider, and what it is set to */

// A latent as a text, see Latent.to_text.
const IN_A_WORD = new RegExp(`^(\\d+)${[..."SMEPNBLAT"].map((mark) => `(?:${mark}([^A-Z]*))?`).join("")}(?:C(.*))?$`);

/** @param {string} by a number */
const signed = (by) => (by.startsWith("-") ? by.replace("-", "−") : `+${by}`);

/** @param {string} text @returns {Trait[]} */
export function traits(text) {
  const [, , scale, moves, edits, psi, noise, below, layers, named, taught, value] = text.match(IN_A_WORD) || [];
  const many = (/** @type {string} */ of, /** @type {string} */ between) => (of ? of.split(between) : []);
  const parts = [
    ...labels(decodeURIComponent(value || "")),
    ...many(named, ",").map((one) => slider(...ends(one))),
    ...many(taught, ",").map((one) => slider(...ends(one))),
    ...many(moves, "_").map((by, k) => slider(`slider ${k + 1}`, by)),
    { name: "scale", words: scale && `scale ${scale}` },
    { name: "psi", words: psi && `ψ ${psi}` },
    { name: "below", words: below && `|z| < ${below}` },
    { name: "layers", words: layers && `${layers} layers` },
    { name: "noise", words: noise && "other noise" },
    { name: "edits", words: edits && `${edits.split("_").length} numbers of z` },
  ];
  return parts.filter(({ words }) => words);
}

/** @param {string} value @returns {Trait[]} */
function labels(value) {
  if (!value.includes("=")) return [{ name: "", words: value }];
  return value.split("+").map((one) => ({ name: one.split("=")[0], words: spoken(one) }));
}

// The name and the value of "glasses:2" and of "curls:code:2".
/** @param {string} text @returns {[string, string]} */
const ends = (text) => [text.slice(0, text.indexOf(":")), text.slice(text.lastIndexOf(":") + 1)];

/** @param {string} name @param {string} by @returns {Trait} */
const slider = (name, by) => ({ name, words: Number(by) ? `${name} ${signed(by)}` : "" });

// What `there` has that `others` have not.
/** @param {Trait[]} there @param {Trait[][]} others */
export const differing = (there, others) =>
  there.filter(({ words }) => !others.every((other) => other.some((one) => one.words === words)));

// Of images each its seed, and what not all of them have.
/** @param {string[]} texts of latents */
export function captions(texts) {
  const all = texts.map(traits);
  return texts.map((text, k) => {
    const own = all.length > 1 ? differing(all[k], all) : all[k];
    return [parseInt(text), ...own.map(({ words }) => words)].join(", ");
  });
}
