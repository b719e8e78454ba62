// @ts-check
// The stops of a walk: images just as they were seen in Explore, each with its latent as a text (Latent.to_text).
// The list is the component's value and, as far as it fits into one, in the address. The seconds to the next image are
// a stop's own and move with it; without any it has an even share.
import { toast } from "../browser.js";
import { partsOf, writeAddress } from "../shared.js";
import { spoken } from "./classes.js";
import { captions } from "./traits.js";

/** @typedef {{text: string, words: string, image: string, seconds?: number}} Stop */

const SEPARATOR = "*"; // no latent's text holds it, and it stays as it is in an address
const OURS = ["walk", "film", "legs"]; // in the address
const LEAST = 0.1, MOST = 60; // seconds from one stop to the next
const LONGEST = 6000; // letters of an address that every server takes
const USUAL = "slerp,loop,48,12"; // the way, whether it is a loop, frames, frames a second: in the address if they differ

// A stop as a text and in words, from an image's own link: just what stands in it.
/** @param {string} link */
export function stopOf(link) {
  const query = new URLSearchParams(link);
  const value = query.get("class") || "";
  const names = { S: "scale", M: "moves", E: "edits", P: "psi", N: "noise", B: "below", L: "layers", A: "named" };
  const taught = (query.get("taught") || "").split(",").filter((one) => Number(one.slice(one.lastIndexOf(":") + 1))); // those that move it
  const marks = { ...Object.fromEntries(Object.entries(names).map(([mark, name]) => [mark, query.get(name)])), T: taught.join(",") };
  const changes = Object.entries(marks).filter(([, text]) => text);
  const words = [spoken(value), changes.length ? "moved" : ""].filter(Boolean).join(", ");
  const drawn = value && `C${encodeURIComponent(value).replaceAll("*", "%2A")}`;
  return { text: query.get("seed") + changes.flat().join("") + drawn, words: query.get("seed") + (words && ` (${words})`) };
}

// The list with one of its stops elsewhere, or without it.
/** @template T @param {T[]} list @param {number} from @param {number | null} to */
export function moved(list, from, to) {
  const others = list.toSpliced(from, 1);
  return to === null ? others : others.toSpliced(to, 0, list[from]);
}

// The walk comes first in the address, if it fits into one, and the present image last.
/** @param {string} href @param {Stop[]} stops @param {string} way */
export function addressWith(href, stops, way) {
  const address = new URL(href);
  const text = stops.map((stop) => stop.text).join(SEPARATOR);
  const legs = stops.map((stop) => stop.seconds ?? "").join(SEPARATOR);
  const others = [...address.searchParams].filter(([name]) => !OURS.includes(name));
  const ours = [["walk", text], ["film", way === USUAL ? "" : way], ["legs", /\d/.test(legs) ? legs : ""]];
  const fits = text && text.length + legs.length < LONGEST;
  address.search = String(new URLSearchParams([...(fits ? ours.filter(([, value]) => value) : []), ...others]));
  return address;
}

// Seconds as they are written, or undefined for none that a leg can have.
/** @param {string} text */
export function secondsOf(text) {
  const seconds = Number(text);
  return text && seconds >= LEAST && seconds <= MOST ? seconds : undefined;
}

/** @param {Given} given */
export default function stopsOfWalk({ element, props, watch, server, trigger }) {
  const part = partsOf(element);
  const lists = new Map(); // by model
  let model = "";
  let film = new URLSearchParams(location.search).get("film") || USUAL;
  let due = true; // a walk is to be made once its place is in sight

  /** @returns {Stop[]} */
  const stops = () => props.value || [];

  function present() {
    const image = document.querySelector("#explore-image");
    return { ...stopOf(image.dataset.query), image: image.src };
  }

  /** @param {any[]} list */
  function put(list) {
    props.value = list;
    render();
  }

  function render() {
    if (model) lists.set(model, stops());
    part("none").hidden = stops().length > 0;
    const called = captions(stops().map(({ text }) => text));
    part("stops").replaceChildren(...stops().map((stop, place) => item(stop, place, called[place])));
    document.dispatchEvent(new CustomEvent("gan:stops", { detail: stops().length }));
    if (model) remember();
  }

  /** @param {Stop} stop @param {number} place @param {string} called what sets it apart from the others */
  function item(stop, place, called) {
    const { image, words } = stop;
    const entry = document.createElement("li");
    const picture = Object.assign(new Image(), { src: image, alt: `Seed ${words}`, className: "pixels", draggable: false });
    const name = Object.assign(document.createElement("span"), { textContent: called, title: words });
    /** @type {Record<string, [string, number | null]>} */
    const moves = { "◀": ["earlier", place - 1], "▶": ["later", place + 1], "✕": ["out of the walk", null] };
    const buttons = Object.entries(moves).map(([sign, [way, to]]) =>
      Object.assign(document.createElement("button"), {
        type: "button", textContent: sign, ariaLabel: `${words}: ${way}`, disabled: to === -1 || to === stops().length,
        onclick: () => move(place, to),
      }));
    const last = place === stops().length - 1 && film.split(",")[1] === "once";
    entry.append(picture, name, ...buttons, ...(last ? [] : [leg(stop)]));
    return entry;
  }

  /** @param {Stop} stop */
  function leg(stop) {
    const label = document.createElement("label");
    const field = Object.assign(document.createElement("input"), {
      type: "number", min: String(LEAST), max: String(MOST), step: "any", value: String(stop.seconds ?? ""), placeholder: "even",
      ariaLabel: `${stop.words}: seconds to the next image`,
    });
    field.addEventListener("change", () => {
      stop.seconds = secondsOf(field.value);
      field.value = String(stop.seconds ?? "");
      props.value = [...stops()];
      if (model) remember();
      changed();
    });
    label.append(field, "s →");
    return label;
  }

  /** @param {number} from @param {number | null} to */
  function move(from, to) {
    const list = moved(stops(), from, to);
    put(list);
    changed();
    const focus = to === null ? Math.min(from, list.length - 1) : to;
    const buttons = part("stops").children[focus]?.querySelectorAll("button:enabled");
    (buttons?.[to !== null && to < from ? 0 : buttons.length - 1] || element.querySelector("[data-do=add]")).focus();
  }

  function remember() {
    writeAddress(addressWith(location.href, stops(), film));
  }

  function add() {
    if (!model) return;
    put([...stops(), present()]);
    changed();
  }

  // From the image to the walk, of which it becomes the first stop; the next one is a seed away.
  function come() {
    const first = !stops().length;
    if (first) add();
    const [heading, seeds] = [".walk-heading", "#walk-seeds :is(input, textarea)"].map((name) => document.querySelector(name));
    heading.scrollIntoView({ block: "start" });
    (first ? seeds : heading).focus({ preventScroll: true });
    if (first && seeds.getBoundingClientRect().bottom > innerHeight) seeds.scrollIntoView({ block: "center" });
  }

  // The film in sight is that of before, until it is made anew.
  function changed() {
    document.dispatchEvent(new Event("gan:stops-changed"));
    due = true;
    makeIfSeen();
  }

  // Once in sight: a sample, so that the place is not empty, or what one has put together. One image is no walk yet.
  function makeIfSeen() {
    if (!due || !model || !seen || stops().length === 1) return;
    due = false;
    trigger("submit");
  }

  let seen = false;
  new IntersectionObserver(([place]) => {
    seen = place.isIntersecting;
    makeIfSeen();
  }).observe(element);

  let asking = 0;
  /** @param {string} name */
  async function show(name) {
    if (name === model) return;
    const asked = new URLSearchParams(location.search);
    const number = ++asking;
    const [texts, legs] = ["walk", "legs"].map((key) => (model ? "" : asked.get(key) || "").split(SEPARATOR));
    const answer = texts[0] && (await server.stops_of({ model: name, texts }));
    if (number !== asking) return; // another model has been chosen meanwhile
    if (answer?.error) toast(answer.error);
    model = name;
    due = true;
    const opened = answer?.stops?.map((/** @type {Stop} */ stop, /** @type {number} */ k) => ({ ...stop, seconds: secondsOf(legs[k] || "") }));
    put(opened || lists.get(model) || []);
    makeIfSeen();
  }

  // The server adds what seeds name to the list as it was sent, which may be another by now, or another model's.
  let gathering = { of: "", sent: 0 };
  function came() {
    const { of, sent } = gathering;
    const [list, more] = [stops(), of ? stops().slice(sent) : []];
    if (!more.length) return render();
    gathering = { of: "", sent: 0 };
    lists.set(of, [...(lists.get(of) ?? []), ...more]);
    put(lists.get(model) ?? []);
    if (JSON.stringify(stops()) !== JSON.stringify(list)) changed(); // the film is made of what was sent
  }

  watch("value", came);
  document.addEventListener("gan:walk-gathers", () => (gathering = { of: model, sent: stops().length }));
  // the image in sight may be that before the one that was asked for: Explore says when it is not
  element.querySelector("[data-do=add]").addEventListener("click", () => document.dispatchEvent(new Event("gan:add")));
  document.addEventListener("gan:stop", add);
  document.addEventListener("gan:morph", come);
  document.addEventListener("gan:film", ({ detail }) => {
    film = detail;
    render();
  });
  document.addEventListener("gan:shown", ({ detail }) => show(detail));
  const chosen = document.querySelector("#explore [name=explore-model]:checked");
  if (document.querySelector("#explore-image").dataset.query) show(chosen.value);
}
