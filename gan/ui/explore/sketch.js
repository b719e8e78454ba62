// @ts-check
// The sketch pad: the verdict follows each stroke, and the nearest images a pause.
import { blank, packed } from "../drawing.js";
import { pad as padOn, tools as toolsOf, undoneByKeys } from "../drawing_pad.js";
import { giveFile, latest, partsOf } from "../shared.js";

const SETTLED = 400; // ms without a stroke before the nearest images are looked for
const OWN = "#own-picture-file"; // where a picture is given that is searched for

/**
 * @param {any} place
 * @param {() => {model: string, image: HTMLImageElement}} shown what is in sight
 * @param {(name: "sketch_begun" | "sketched" | "near_sketch", more: object) => Promise<any>} ask of the model in sight
 * @param {(query: string) => void} go to an image
 */
export function sketching(place, shown, ask, go) {
  const part = partsOf(place);
  const tools = toolsOf(part("tools"));
  const pad = padOn(/** @type {any} */ (part("pad")), tools.hand, changed);
  undoneByKeys(place, pad);
  let model = ""; // whose pad it is
  let strokes = 0;
  let settling = 0;

  // What is said of the sketch as it is now, and nothing of an older one.
  /** @param {"sketched" | "near_sketch"} name */
  async function askOfThis(name) {
    const [number, of] = [strokes, model];
    const answer = of === shown().model ? await ask(name, { sketch: packed(pad.drawing()) }) : null;
    return of === shown().model && (number === strokes || name === "sketched") ? answer : null;
  }

  const judge = latest(async () => {
    const answer = await askOfThis("sketched");
    if (answer) part("sketch-verdict").innerHTML = answer.verdict;
  });

  const compare = latest(async () => {
    const answer = await askOfThis("near_sketch");
    if (!answer) return;
    part("sketch-near").innerHTML = answer.shown;
    part("sketch-near").classList.remove("stale");
  });

  function changed() {
    strokes += 1;
    judge();
    part("sketch-near").classList.add("stale");
    clearTimeout(settling);
    settling = setTimeout(compare, SETTLED);
  }

  // Takes up the pad of the model in sight; what is drawn stays where that has the same grid.
  const begin = latest(async () => {
    const now = shown().model;
    if (!place.open || now === model) return;
    const answer = await ask("sketch_begun", {});
    if (!answer || now !== shown().model) return;
    model = now;
    part("sketch-columns").inert = false; // there is a grid to draw on now
    tools.offer(answer.palette);
    part("mixed-place").hidden = answer.channels === 1;
    const { side, channels } = pad.drawing();
    if (side !== answer.side || channels !== answer.channels) pad.put(blank(answer.side, answer.channels));
    changed();
  });

  // The image in sight, pixel by pixel of the grid.
  function takeImage() {
    const { side, channels } = pad.drawing();
    const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.imageSmoothingEnabled = false;
    context.drawImage(shown().image, 0, 0, side, side);
    const { data } = context.getImageData(0, 0, side, side);
    const pixels = data.filter((_, at) => at % 4 < channels);
    pad.put({ side, channels, pixels: new Uint8Array(pixels) });
    changed();
  }

  // As a file of one's own, for the search below, as large as the image in sight: no pixel is blurred there. One
  // that lies there already makes way.
  function search() {
    const { naturalWidth: width, naturalHeight: height } = shown().image;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.imageSmoothingEnabled = false;
    context.drawImage(/** @type {any} */ (part("pad")), 0, 0, width, height);
    canvas.toBlob(async (blob) => {
      /** @type {HTMLElement | null} */ (document.querySelector(`${OWN} [aria-label=Clear]`))?.click();
      const file = new File([/** @type {Blob} */ (blob)], "sketch.png", { type: "image/png" });
      await giveFile(OWN, file, () => place.isConnected);
      document.querySelector("#own-picture")?.scrollIntoView({ block: "start" });
    });
  }

  /** @type {Record<string, (button: any) => unknown>} */
  const DO = {
    undo: pad.undo, redo: pad.redo, clear: pad.clear, "from-image": takeImage, search,
    go: ({ dataset }) => go(dataset.query),
  };
  place.addEventListener("click", (/** @type {any} */ { target }) => {
    const button = target.closest("[data-do]");
    if (button) DO[button.dataset.do](button);
  });
  place.addEventListener("toggle", begin);

  return { draw: begin };
}
