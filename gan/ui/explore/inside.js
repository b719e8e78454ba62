// @ts-check
// G layer by layer, for the image in sight: asked for only while its place is open.
import { lookOf, showLook, textOf } from "../inside.js";
import { latest } from "../shared.js";

/**
 * @param {Part} part of the explorer
 * @param {() => {model: string, src: string}} shown the image in sight
 * @param {(name: "looked_inside" | "with_channel", more: object) => Promise<any>} ask for the image in sight
 * @param {() => void} remember what is looked at in the address
 * @param {(sentence: string) => void} say
 */
export function insides(part, shown, ask, remember, say) {
  const place = part("inside");
  /** @type {import("../inside.js").Look} */
  let look = { layer: "", channel: null, factor: 0 };

  const draw = latest(async () => {
    if (!place.open) return;
    const { model } = shown();
    const { layer } = look;
    const answer = await ask("looked_inside", { layer });
    if (!answer || model !== shown().model || layer !== look.layer) return;
    look.layer = answer.layer;
    showLook(part, answer);
    if (answer.notice) say(answer.notice);
    mark();
    await drawChanged();
  });

  const drawChanged = latest(async () => {
    picture("as-it-is", shown().src);
    if (look.channel === null) return empty();
    const { model } = shown();
    const asked = { ...look };
    const answer = await ask("with_channel", asked);
    if (model !== shown().model || asked.layer !== look.layer) return;
    if (!answer) {
      look.channel = null; // such as one of a link that the layer does not have
      mark();
      return empty();
    }
    picture("changed", answer.image);
    part("changed-words").textContent = answer.words;
  });

  /** @param {string} name @param {string} [src] */
  function picture(name, src) {
    part(name).hidden = !src;
    if (src) part(name).src = src;
  }

  function empty() {
    picture("changed");
    part("changed-words").textContent = "Press a map to switch its channel off.";
  }

  // Writes what is chosen into the choices.
  function mark() {
    for (const one of part("maps").querySelectorAll("input")) one.checked = Number(one.value) === look.channel;
    for (const one of place.querySelectorAll("[name=g-factor]")) one.checked = Number(one.value) === look.factor;
  }

  place.addEventListener("change", (/** @type {any} */ { target: { name, value } }) => {
    if (name === "g-block") look = { ...look, layer: value, channel: null };
    else if (name === "g-channel") look.channel = Number(value);
    else look.factor = Number(value);
    remember();
    if (name === "g-block") draw();
    else drawChanged();
  });

  place.addEventListener("toggle", async () => {
    await draw();
    remember();
  });

  // For an image that was opened: what its link says of it. Another model has other layers.
  /** @param {string} text @param {boolean} stays the same model */
  function open(text, stays) {
    const asked = lookOf(text);
    if (asked) place.open = true;
    look = asked ?? (stays ? look : { layer: "", channel: null, factor: 0 });
    draw();
  }

  return { open, draw, query: () => (place.open && look.layer ? `inside=${textOf(look)}&` : "") };
}
