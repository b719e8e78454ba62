// @ts-check
// What a discriminator is asked closer: each place asks while it is open, and again when the pictures, or who
// judges, have changed.
import { browser } from "../browser.js";
import { UNANSWERED, fill, latest, partsOf, writeAddress } from "../shared.js";
import { choicesOf, picturesOf, placeIn, rememberBench, writeChosen } from "./pictures.js";

const PLACES = /** @type {const} */ (["flip", "alike", "read", "beside"]);
const WAITING = { flip: "Looking for the smallest change …", alike: "Comparing pictures …",
  read: "Reading labels off its features, some seconds …", beside: "Asking them …" };

/** @param {Given} given */
export default function closer({ element, server }) {
  const part = partsOf(element);
  let model = "";
  /** @type {import("./pictures.js").Picture[]} */
  let pictures = [];
  const link = new URLSearchParams(location.search);
  let chosen = placeIn(link.get("picture"));
  /** @type {string[] | null} */
  let judges = link.get("judges")?.split(",").filter(Boolean) ?? null;

  const questions = {
    flip: (/** @type {object} */ asked) => server.flipped(asked),
    alike: (/** @type {object} */ asked) => server.alike(asked),
    read: (/** @type {object} */ asked) => server.read_off(asked),
    beside: (/** @type {object} */ asked) => server.compared(asked),
  };

  // What a place is asked about now; null where there is nothing to be asked.
  /** @param {typeof PLACES[number]} name */
  function about(name) {
    if (!part(name).open || !model) return null;
    if (name === "read") return { model };
    if (!pictures.length) return null;
    if (name === "beside")
      return { model, pictures: pictures.map(({ src }) => src), names: pictures.map((one) => one.name), judges,
        browser: browser() };
    return { model, picture: pictures[chosen].src };
  }

  /** @param {string} name @param {string} words */
  function say(name, words) {
    part(`${name}-notice`).textContent = words;
    part(`${name}-notice`).hidden = !words;
  }

  /** @param {typeof PLACES[number]} name */
  const asking = (name) => latest(async () => {
    const asked = about(name);
    const key = JSON.stringify(asked);
    if (!asked) {
      say(name, "");
      if (name !== "read" && !pictures.length) fill(part(`${name}-shown`), "");
      return;
    }
    if (part(name).dataset.asked === key) return;
    say(name, WAITING[name]);
    part(`${name}-shown`).setAttribute("aria-busy", "true");
    const answer = (await questions[name](asked)) || { error: UNANSWERED };
    part(`${name}-shown`).removeAttribute("aria-busy");
    if (JSON.stringify(about(name)) !== key) return;
    say(name, answer.error || "");
    part(name).dataset.asked = answer.error ? "" : key;
    const focused = document.activeElement?.getAttribute("value");
    fill(part(`${name}-shown`), answer.error ? "" : `${answer.choices || ""}${answer.shown}`);
    if (name !== "beside" || answer.error) return;
    ({ judges } = answer);
    part(name).dataset.asked = JSON.stringify(about(name));
    if (focused) part(name).querySelector(`[name=beside][value="${CSS.escape(focused)}"]`)?.focus();
  });

  const ask = Object.fromEntries(PLACES.map((name) => [name, asking(name)]));
  const askAll = () => Promise.all(PLACES.map((name) => ask[name]()));

  // Which places are open, of which picture, and who is asked beside, stands in the address.
  function remember() {
    const address = new URL(location.href);
    const open = PLACES.filter((name) => part(name).open);
    if (open.length) address.searchParams.set("closer", open.join(","));
    else address.searchParams.delete("closer");
    if (part("beside").open && judges) address.searchParams.set("judges", judges.join(","));
    else address.searchParams.delete("judges");
    writeChosen(address, "picture", pictures, chosen, part("flip").open || part("alike").open);
    writeAddress(address);
  }

  function list() {
    for (const name of ["flip", "alike"]) {
      if (pictures.length) part(`${name}-pictures`).replaceChildren(...choicesOf(pictures, chosen, `${name}-picture`));
      else part(`${name}-pictures`).textContent = "None yet: drop one in, or take an example.";
    }
  }

  for (const name of PLACES) {
    part(name).open = (link.get("closer") || "").split(",").includes(name);
    part(name).addEventListener("toggle", async () => {
      remember(); // at once: what is slow may be left before it is there
      await ask[name]();
      remember();
    });
  }

  element.addEventListener("change", async (/** @type {any} */ { target: { name, value } }) => {
    if (name === "flip-picture" || name === "alike-picture") {
      chosen = Number(value);
      for (const other of element.querySelectorAll(`[value="${chosen}"]:is([name=flip-picture], [name=alike-picture])`))
        /** @type {HTMLInputElement} */ (other).checked = true;
      remember();
      await askAll();
    } else if (name === "beside") {
      judges = [...part("beside").querySelectorAll("[name=beside]:checked")].map((one) => one.value);
      await ask.beside();
      remember();
    }
  });

  /** @param {string} judge */
  function judgedBy(judge) {
    if (model && judge !== model) judges = null; // beside another model others stand
    model = judge;
  }

  // Where nothing lies to be judged, nothing new is shown either when another one is chosen.
  document.addEventListener("gan:judging", ({ detail }) => {
    if (pictures.length || !detail) return;
    judgedBy(detail);
    askAll();
  });

  document.addEventListener("gan:judged", ({ detail: { shown, judge } }) => {
    const before = JSON.stringify([model, pictures]);
    judgedBy(judge);
    const there = new DOMParser().parseFromString(String(shown), "text/html");
    rememberBench(there);
    pictures = picturesOf(there);
    if (JSON.stringify([model, pictures]) === before) return;
    chosen = Math.min(chosen, Math.max(0, pictures.length - 1));
    list();
    remember();
    askAll();
  });

  list();
}
