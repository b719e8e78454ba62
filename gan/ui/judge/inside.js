// @ts-check
// D layer by layer, on one of the pictures that are being judged: asked for only while its place is open.
import { lookOf, showLook } from "../inside.js";
import { UNANSWERED, latest, partsOf, writeAddress } from "../shared.js";
import { choicesOf, picturesOf, placeIn, writeChosen } from "./pictures.js";

/** @param {Given} given */
export default function inside({ element, server }) {
  const part = partsOf(element);
  const place = part("inside");
  let model = "";
  /** @type {import("./pictures.js").Picture[]} */
  let pictures = [];
  const link = new URLSearchParams(location.search);
  let chosen = placeIn(link.get("pictureD"));
  let layer = lookOf(link.get("insideD") || "")?.layer ?? "";
  if (layer) place.open = true;

  const draw = latest(async () => {
    const picture = pictures[chosen]?.src;
    part("look").hidden = !picture;
    if (!place.open || !model || !picture) return;
    const asked = { model, picture, layer };
    const answer = (await server.looked_through(asked)) || { error: UNANSWERED };
    if (asked.model !== model || asked.layer !== layer || picture !== pictures[chosen]?.src) return;
    part("inside-notice").textContent = answer.error || answer.notice || "";
    part("inside-notice").hidden = !part("inside-notice").textContent;
    part("look").hidden = Boolean(answer.error);
    if (answer.error) return;
    ({ layer } = answer);
    showLook(part, answer);
  });

  function list() {
    part("pictures").replaceChildren(...choicesOf(pictures, chosen, "d-picture"));
    if (!pictures.length) part("pictures").textContent = "None yet: drop one in, or take an example.";
  }

  // Which layer is looked at, and in which picture, stands in the address while the place is open.
  function remember() {
    const address = new URL(location.href);
    if (place.open && layer) address.searchParams.set("insideD", layer);
    else address.searchParams.delete("insideD");
    writeChosen(address, "pictureD", pictures, chosen, place.open);
    writeAddress(address);
  }

  place.addEventListener("toggle", async () => {
    await draw();
    remember();
  });

  place.addEventListener("change", async (/** @type {any} */ { target: { name, value } }) => {
    if (name === "d-picture") chosen = Number(value);
    else if (name === "d-block") layer = value;
    else return;
    await draw();
    remember();
  });

  document.addEventListener("gan:judged", async ({ detail: { shown, judge } }) => {
    const before = JSON.stringify([model, pictures]);
    if (model && judge !== model) layer = ""; // another model has other layers
    model = judge;
    pictures = picturesOf(new DOMParser().parseFromString(String(shown), "text/html"));
    if (JSON.stringify([model, pictures]) === before) return;
    chosen = Math.min(chosen, Math.max(0, pictures.length - 1));
    list();
    await draw();
    remember();
  });

  list();
}
