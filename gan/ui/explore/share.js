// @ts-check
// The image as a file, which says how it was made, and as a link.
import { recipeOf, withRecipe } from "../png.js";

const LONGEST_NAME = 50; // letters of a file's, before its ending
const SAVED_SIDE = 512; // pixels, at least, of a saved image: nobody can show 32 to anyone
const LARGEST_SAVED = 2 ** 24; // bytes, far beyond any picture that was saved here
const STRANGE = "This picture was not saved here, so it does not say how it was made. Judge takes any picture.";

/** @typedef {{image: string, weights: string}} Recipe the query of a link, and a digest of the model's weights */

// A short name: the model, the seed and the labels; a few letters of a digest stand for what is moved, and for what
// is too long. api.py calls its files likewise.
/** @param {{model: string, seed: number, class: string}} position @param {string} query of a link to the image */
export function nameOf({ model, seed, class: drawn }, query) {
  const plain = [...new URLSearchParams(query).keys()].every((name) => ["model", "seed", "class"].includes(name));
  const number = `-seed-${seed}`;
  const whole = `${model}${number}${drawn && `-${drawn.replace(/[^\p{L}\p{N}]/gu, "-")}`}`;
  if (plain && whole.length <= LONGEST_NAME) return `${whole}.png`;
  const mark = digest(query);
  return `${model.slice(0, LONGEST_NAME - number.length - mark.length - 1)}${number}-${mark}.png`;
}

// FNV-1a: as good as any where nobody means harm, and there without https.
/** @param {string} text */
function digest(text) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0").slice(2);
}

// The image as files: enlarged by a whole number, so that its pixels stay crisp, and at its own size.
/** @param {Part} part @param {HTMLImageElement} image @param {Parameters<typeof nameOf>[0]} position @param {Recipe} recipe */
export async function offerFiles(part, image, position, recipe) {
  await image.decode().catch(() => {});
  const [side, name] = [image.naturalWidth, nameOf(position, recipe.image)];
  const offers = { save: enlarged(image, Math.ceil(SAVED_SIDE / side) * side), "save-own": image.src };
  for (const [button, address] of Object.entries(offers))
    Object.assign(part(button), { href: withRecipe(address, recipe), download: name });
  part("save-own").ariaLabel = `PNG, original size: ${side} × ${side} pixels`;
}

// What a picture's file asks to be opened, or a sentence why it cannot be.
/** @param {Blob} file @returns {Promise<{query?: Record<string, string>, refused?: string}>} */
export async function saved(file) {
  if (file.size > LARGEST_SAVED) return { refused: STRANGE };
  const recipe = recipeOf(new Uint8Array(await file.arrayBuffer()));
  if (recipe?.translator) return { refused: "This is a pair from Translate: it opens there." };
  if (typeof recipe?.image !== "string") return { refused: STRANGE };
  return { query: { ...Object.fromEntries(new URLSearchParams(recipe.image)), weights: String(recipe.weights) } };
}

/** @param {HTMLImageElement} image @param {number} side */
function enlarged(image, side) {
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, side, side);
  return canvas.toDataURL();
}

// Copies without the clipboard that a browser gives to https alone; false where that fails as well.
/** @param {string} text */
function copiedByField(text) {
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  field.style.cssText = "position: fixed; opacity: 0";
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/** @param {string} text */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByField(text);
  }
}

/** @param {any} place @param {string} address */
export function offerByHand(place, address) {
  const field = place.querySelector("input");
  field.value = address;
  place.showPopover();
  field.select();
  field.focus();
}
