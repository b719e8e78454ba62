// @ts-check
// Latent arithmetic: images put into A, B and C, and the image of A − B + C.
import { latest } from "../shared.js";
import { stopOf } from "./stops.js";

const NAMES = ["a", "b", "c"];
const MOST = 8; // images in one place, as sums.py has it
const LONGEST = 3000; // letters of a link that the equation may take

/** @typedef {{text: string, words: string, image: string}} Picture */
/** @typedef {Record<string, Picture[]>} Terms */

// What a link says stands in the three places: texts of latents, none of which holds a star.
/** @param {string} text @returns {Record<string, string[]>} */
export function termsOf(text) {
  const parts = text.split("**");
  return Object.fromEntries(NAMES.map((name, at) => [name, (parts[at] || "").split("*").filter(Boolean)]));
}

/** @param {Terms} terms */
export function textOf(terms) {
  const texts = NAMES.map((name) => terms[name].map(({ text }) => text).join("*"));
  return texts.some(Boolean) ? texts.join("**") : "";
}

/** @returns {Terms} */
const nothing = () => ({ a: [], b: [], c: [] });

/**
 * @param {Part} part of the explorer
 * @param {() => any} shown the image in sight, {query, src}, and its model
 * @param {(terms: object) => Promise<any>} ask for the sum
 * @param {() => void} remember what is summed in the address
 * @param {(query: string) => void} go to an image
 */
export function arithmetic(part, shown, ask, remember, go) {
  const place = part("sums");
  let terms = nothing();
  let query = ""; // of the sum

  const draw = latest(async () => {
    const { model } = shown();
    const texts = Object.fromEntries(NAMES.map((name) => [name, terms[name].map(({ text }) => text)]));
    const empty = !NAMES.some((name) => terms[name].length);
    const answer = empty ? { means: {}, sum: "", query: "" } : await ask({ ...texts, whole: needsPictures() });
    if (!answer || model !== shown().model) return;
    if (answer.pictures) takePictures(answer.pictures);
    for (const name of NAMES) picture(place.querySelector(`[data-term="${name}"] .frame img`), answer.means[name]);
    picture(part("sum"), answer.sum);
    ({ query } = answer);
    place.querySelector('[data-sum="go"]').disabled = !query;
  });

  const needsPictures = () => NAMES.some((name) => terms[name].some(({ image }) => !image));

  // Those of a link come with the first sum; what was put in or taken out meanwhile stays so.
  /** @param {Terms} pictures */
  function takePictures(pictures) {
    const known = new Map(Object.values(pictures).flat().map((one) => [one.text, one]));
    for (const name of NAMES) terms[name] = terms[name].map((one) => known.get(one.text) ?? one);
    NAMES.forEach(list);
  }

  /** @param {any} image @param {string} [source] */
  function picture(image, source) {
    image.hidden = !source;
    if (source) image.src = source;
  }

  /** @param {string} name */
  function list(name) {
    const thumbs = terms[name].map(({ image, words }, at) => {
      const button = Object.assign(document.createElement("button"), {
        type: "button", ariaLabel: `Take seed ${words} out of ${name.toUpperCase()}`,
      });
      button.dataset.out = `${name}${at}`;
      button.append(Object.assign(new Image(), { src: image, className: "pixels", alt: "" }));
      return button;
    });
    place.querySelector(`[data-term="${name}"] .thumbs`).replaceChildren(...thumbs);
    place.querySelector(`[data-sum="${name}"]`).disabled = terms[name].length >= MOST;
  }

  /** @param {string} name @param {Picture[]} pictures */
  function set(name, pictures) {
    terms[name] = pictures;
    list(name);
    remember();
    draw();
  }

  place.addEventListener("click", (/** @type {any} */ { target }) => {
    const { sum, out } = target.closest("button")?.dataset ?? {};
    if (sum === "go") go(query);
    else if (sum) set(sum, [...terms[sum], { ...stopOf(shown().query), image: shown().src }]);
    else if (out) {
      set(out[0], terms[out[0]].toSpliced(Number(out.slice(1)), 1));
      place.querySelector(`[data-term="${out[0]}"] button:not(:disabled)`)?.focus();
    }
  });

  // For a model that was opened: the place itself, and what its link says of it.
  /** @param {string} html @param {string} text @param {boolean} stays the same model, whose images stay there */
  function open(html, text, stays) {
    const before = terms;
    place.innerHTML = html;
    terms = stays && !text ? before : nothing();
    if (!html) return;
    for (const [name, texts] of Object.entries(text ? termsOf(text) : {}))
      terms[name] = texts.slice(0, MOST).map((one) => ({ text: one, words: one, image: "" }));
    NAMES.forEach(list);
    draw();
  }

  function inLink() {
    const text = textOf(terms);
    return text && text.length < LONGEST && place.firstElementChild ? `sum=${text}&` : "";
  }

  return { open, query: inLink };
}
