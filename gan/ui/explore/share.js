// @ts-check
// The image as a file and as a link.

const SAVED_SIDE = 512; // pixels, at least, of a saved image: nobody can show 32 to anyone

/** @param {{model: string, seed: number, class: string}} position */
export function nameOf({ model, seed, class: drawn }) {
  return `${model}-seed-${seed}${drawn && `-${drawn.slice(0, 100).replace(/[^\p{L}\p{N}]/gu, "-")}`}.png`;
}

// The image as files: enlarged by a whole number, so that its pixels stay crisp, and at its own size.
/** @param {Part} part @param {HTMLImageElement} image @param {Parameters<typeof nameOf>[0]} position */
export async function offerFiles(part, image, position) {
  await image.decode().catch(() => {});
  const [side, name] = [image.naturalWidth, nameOf(position)];
  Object.assign(part("save-own"), { href: image.src, download: name, ariaLabel: `Original size: ${side} × ${side} pixels` });
  part("save").download = name;
  part("save").href = enlarged(image, Math.ceil(SAVED_SIDE / side) * side);
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
