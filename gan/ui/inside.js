// @ts-check
// What Explore and Judge have in common where they look into a network: its blocks, and the maps of one of them.
import { fill, intoSight } from "./shared.js";

const IN_A_LINK = /^([\w.]{1,80})(?:\*(\d{1,6})\*([0124]))?$/;

/** @typedef {{layer: string, channel: number | null, factor: number}} Look */

// What a link's text says is looked at; null for one that makes no sense.
/** @param {string} text @returns {Look | null} */
export function lookOf(text) {
  const [, layer, channel, factor] = IN_A_LINK.exec(text) || [];
  if (!layer) return null;
  return { layer, channel: channel === undefined ? null : Number(channel), factor: Number(factor || 0) };
}

/** @param {Look} look */
export function textOf({ layer, channel, factor }) {
  return channel === null ? layer : `${layer}*${channel}*${factor}`;
}

// Sets what is new of an answer. What had the focus has it still.
/** @param {Part} part @param {{net: string, maps: string, words: string, sheet: string, layer: string}} answer */
export function showLook(part, { net, maps, words, sheet, layer }) {
  fill(part("net"), net);
  const here = part("net").querySelector(`[value="${CSS.escape(layer)}"]`);
  if (here) {
    here.checked = true;
    intoSight(here.parentElement, part("net"));
  }
  fill(part("inside-words"), words);
  part("maps").style.setProperty("--sheet", `url(${sheet})`);
  const focused = part("maps").contains(document.activeElement);
  fill(part("maps"), maps);
  if (focused && !part("maps").contains(document.activeElement)) part("maps").querySelector("input")?.focus();
}
