// @ts-check
// The pictures that lie in Judge, for the scripts that ask about one of them.

import { writeAddress } from "../shared.js";

/** @typedef {{name: string, src: string, own: boolean}} Picture own: uploaded, and so nobody else's */

const OF_BENCH = ["bench", "heat"]; // what the server says of the address

// Each as the network saw it.
/** @param {ParentNode} shown */
export function picturesOf(shown) {
  return [...shown.querySelectorAll(".judge-card")].map((card) => ({
    name: card.querySelector("h2").textContent,
    src: card.querySelector(".judge-picture img").getAttribute("src"),
    own: card.matches(".from-file"),
  }));
}

// What lies there, and how it is shown, stands in the address from now on.
/** @param {ParentNode} shown */
export function rememberBench(shown) {
  const said = shown.querySelector("[data-address]")?.dataset.address;
  if (said === undefined) return;
  const address = new URL(location.href);
  for (const name of OF_BENCH) address.searchParams.delete(name);
  for (const [name, value] of new URLSearchParams(said)) address.searchParams.set(name, value);
  writeAddress(address);
}

// The place of the picture that a link's number names; the first one's for what makes no sense.
/** @param {string | null} number */
export const placeIn = (number) => (/^[1-9]\d?$/.test(number ?? "") ? Number(number) - 1 : 0);

// Writes which one is chosen into an address, counted from 1 among those that a link leads to; the first is
// chosen without, and while it matters to nobody none is written.
/** @param {URL} address @param {string} name @param {Picture[]} pictures @param {number} chosen @param {boolean} matters */
export function writeChosen(address, name, pictures, chosen, matters) {
  const own = pictures.slice(0, chosen).filter((one) => one.own).length;
  const number = pictures[chosen]?.own ? 0 : chosen - own + 1;
  if (matters && number > 1) address.searchParams.set(name, String(number));
  else address.searchParams.delete(name);
}

// A choice of one of them, as radio buttons of a name.
/** @param {Picture[]} pictures @param {number} chosen @param {string} name */
export function choicesOf(pictures, chosen, name) {
  return pictures.map(({ name: title, src }, at) => {
    const label = document.createElement("label");
    const choice = Object.assign(document.createElement("input"), { type: "radio", name, value: at });
    choice.checked = at === chosen;
    choice.ariaLabel = label.title = title;
    label.append(choice, Object.assign(new Image(), { src, className: "pixels", alt: "" }));
    return label;
  });
}
