// @ts-check
// Source and result side by side, as a file that carries what was drawn.
import { withRecipe } from "../png.js";
import { save } from "../shared.js";

const SIDE = 512; // pixels, at least, of each of the two

// Crisp: each pixel becomes a square of whole pixels.
/** @param {HTMLCanvasElement} source @param {HTMLImageElement} result @param {object} said @param {string} name */
export function savePair(source, result, said, name) {
  const side = Math.ceil(SIDE / result.naturalWidth) * result.naturalWidth;
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * side, height: side });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingEnabled = false;
  context.drawImage(source, 0, 0, side, side);
  context.drawImage(result, side, 0, side, side);
  save(withRecipe(canvas.toDataURL(), said), name);
}
