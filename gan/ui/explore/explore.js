// @ts-check
// The Explore tab in the browser.
import { browser } from "../browser.js";
import { UNANSWERED, intoSight, latest, partsOf, writeAddress } from "../shared.js";
import { before } from "./before.js";
import { pick, picked } from "./classes.js";
import { anyNoise, knobs, showKnobs } from "./knobs.js";
import { insides } from "./inside.js";
import { find, listModels, offerDeletion } from "./model_list.js";
import { mixing } from "./mixing.js";
import { placed, search, tellUnseen, withNamed } from "./named.js";
import { neighbourhood } from "./neighbours.js";
import { pad } from "./pad.js";
import { seedMap } from "./seed_map.js";
import { copied, offerByHand, offerFiles, saved } from "./share.js";
import { sketching } from "./sketch.js";
import { arithmetic } from "./sums.js";
import { teaching } from "./teach.js";
import { throughTraining } from "./through.js";

const MOVED = ".stage, .panel > :not(.models, .notice), .mixing, .sums, .through, .inside, .sketch"; // what moves the image, or is moved with it
const POSITION = ["model", "seed", "scale", "moves", "edits", "psi", "noise", "below", "layers", "named", "taught", "class"]; // in the address
const BESIDE = ["mix", "sum", "inside", "through", "padAcross", "padUp", "around", "map"]; // what is looked at beside it
const ALONG = "[data-move], [data-named], [data-taught]"; // sliders along a direction
const JUDGED = 100; // ms between two verdicts during a drag
const SETTLED = 200; // ms without a change before what need not follow a drag is asked for

// The moves with that of one direction; those before it that nobody has touched are 0.
/** @param {number[]} moves @param {number} direction @param {number} value */
export function withMove(moves, direction, value) {
  const more = Array(Math.max(0, direction + 1 - moves.length)).fill(0);
  return [...moves, ...more].with(direction, value);
}

// The edits with that of one coordinate, in the order in which they were made.
/** @param {[number, number][]} edits @param {number} coordinate @param {number} value @returns {[number, number][]} */
export function withEdit(edits, coordinate, value) {
  return [...edits.filter(([place]) => place !== coordinate), [coordinate, value]];
}

// The address with this image in place of the one that it named; what else it holds stays, and stays in front.
/** @param {string} href @param {string} query */
export function addressOf(href, query) {
  const address = new URL(href);
  for (const name of [...POSITION, ...BESIDE]) address.searchParams.delete(name);
  for (const [name, value] of new URLSearchParams(query)) address.searchParams.set(name, value);
  return address;
}

// Whether two queries name the same image, whatever else they hold.
/** @param {string} one @param {string} other */
export function sameImage(one, other) {
  const [first, second] = [one, other].map((query) => new URLSearchParams(query));
  return POSITION.every((name) => first.get(name) === second.get(name));
}

/** @param {number} value */
export function signed(value) {
  return (value > 0 ? "+" : "") + value.toFixed(2).replace("-", "−");
}

/** @typedef {"replaceState" | "pushState"} Write */

/** @param {Given} given */
export default function explore({ element, props, server }) {
  const part = partsOf(element);
  const field = (/** @type {string} */ name) => element.querySelector(`[data-field="${name}"]`);

  // The whole position: the server gets it with every question and keeps nothing.
  /** @type {{model: string, seed: number, scale: number, moves: number[], edits: [number, number][], class: string, psi: number, noise: number, below: number, layers: string, named: [string, number][], taught: [string, string, number][]}} */
  let state = { model: "", seed: 0, scale: 1, moves: [], edits: [], class: "", psi: 1, noise: 0, below: 0, layers: "", named: [], taught: [] };
  const stage = element.querySelector(".stage");
  const hero = element.querySelector(".hero");
  let weights = ""; // a digest of the model's, for the files that are saved
  let page = 0;
  let pages = 1;
  let settling = 0;
  let judged = 0; // when the last verdict was asked for
  /** @type {Promise<void> | null} */
  let drawn = null; // the promise that the image is up to date
  let settled = true; // the address shows this image
  let opening = 0; // counts what was opened: an older answer must not replace a newer one
  let silence = 0;

  // A refusal stays until the next action; good news goes by itself.
  /** @param {string} [sentence] @param {boolean} [stays] */
  function say(sentence, stays = true) {
    clearTimeout(silence);
    part("notice").textContent = sentence || "";
    if (!stays) silence = setTimeout(say, 5000);
  }

  /** @param {string} name @param {object} question */
  async function ask(name, question) {
    if (name !== "opened" && !state.model) return null; // somebody is quicker than the first answer
    const { model } = state;
    const answer = (await server[name](question)) || { error: UNANSWERED };
    // what was asked of a model that another has replaced since is nobody's concern any more
    if (answer.error && (name === "opened" || model === state.model)) {
      say(answer.error);
      if (name !== "cards") refresh();
    }
    return answer.error ? null : answer;
  }

  const draw = latest(async () => {
    const { model } = state;
    const answer = await ask("frame", state);
    if (!answer || model !== state.model) return;
    show(answer);
    judgeNowAndThen();
  });

  const judge = latest(async () => {
    const { model } = state;
    const answer = await ask("judged", state);
    if (answer && model === state.model) showVerdict(answer);
  });

  const former = before(part, () => state, (question) => ask("frame", question));

  /** @param {{verdict: string, unseen: Record<string, string>}} answer */
  function showVerdict(answer) {
    former.judge(answer.unseen);
    part("verdict").innerHTML = answer.verdict;
    tellUnseen(part("directions").querySelectorAll("[data-part=named] [data-named]"), answer.unseen);
  }

  // The same point with each value of each label, for a model that is told some.
  const drawClasses = latest(async () => {
    const { model } = state;
    const answer = part("classes").querySelector("i") && (await ask("classes", state));
    if (answer && model === state.model) part("classes").style.setProperty("--sheet", `url(${answer.sheet})`);
  });

  const drawCoordinates = latest(async () => {
    if (!part("coordinates").open) return;
    const answer = await ask("coordinates", { ...state, page });
    if (!answer) return;
    part("rows").innerHTML = answer.rows;
    pages = answer.pages;
  });

  // Each slider's image towards both of its ends, of those in sight.
  const drawEnds = latest(async () => {
    for (const of of ["own", "named", "numbered", "closed"]) await drawEndsOf(of);
  });

  /** @param {string} of */
  async function drawEndsOf(of) {
    const { model } = state;
    if (!part(of) || part(of).closest("details:not([open]), [hidden]")) return;
    const answer = await ask("ends", { ...state, of });
    if (!answer || model !== state.model || !part(of)) return;
    part(of).style.setProperty("--ends", `url(${answer.sheet})`);
    part(of).style.setProperty("--rows", answer.rows);
  }

  const around = neighbourhood(part, field, (plane) => ask("neighbours", { ...state, ...plane }),
    () => settled && remember());
  const mixes = mixing(part, () => state, (mix) => ask("mixed", { ...state, ...mix }), () => settled && remember());
  const sums = arithmetic(part, () => ({ model: state.model, query: hero.dataset.query, src: hero.src }),
    (terms) => ask("summed", { model: state.model, ...terms }), () => settled && remember(),
    (query) => choose(Object.fromEntries(new URLSearchParams(query))));
  const inner = insides(part, () => ({ model: state.model, src: hero.src }),
    (name, more) => ask(name, { ...state, ...more }), () => settled && remember(), say);
  const plane = pad(part, () => [...element.querySelectorAll(ALONG)], (moved) => {
    for (const [slider, value] of moved) setSlider(slider, value);
    sync();
    changed();
  }, () => settled && remember());
  const moments = throughTraining(part, () => [...element.querySelectorAll(ALONG)], () => state.model,
    (along) => ask("drawn_through", { ...state, along }), () => settled && remember());
  const seeds = seedMap(part, () => state, () => ask("mapped", state), (seed) => {
    still();
    setSeed(seed);
  }, () => settled && remember());
  const pencil = sketching(part("sketch"), () => ({ model: state.model, image: hero }),
    (name, more) => ask(name, { model: state.model, ...more }),
    (query) => choose(Object.fromEntries(new URLSearchParams(query))));
  const own = teaching(part, () => ({ model: state.model, weights, taught: state.taught }), ask, (taught, moved) => {
    state.taught = taught;
    own.list();
    plane.list();
    moments.list();
    sync();
    if (moved) changed(); // which takes away what was said
    else drawEnds();
  }, say);
  offerDeletion({ element, server }, part("models"), (model) => model === state.model && open({}, "replaceState"));

  /** @param {Record<"image" | "alt" | "query", string>} frame */
  function show(frame) {
    hero.src = frame.image;
    hero.alt = frame.alt;
    hero.dataset.query = frame.query;
    former.see(frame.query);
  }

  // The verdict follows a drag at its own pace, so that the image need not wait for the Discriminator.
  function judgeNowAndThen() {
    if (performance.now() - judged < JUDGED) return;
    judged = performance.now();
    judge();
  }

  function changed() {
    say("");
    settled = false;
    if (state.noise) state.noise = anyNoise();
    part("neighbours").classList.add("stale");
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLED);
    drawn = draw();
  }

  // A drag that pauses is still a drag: the sliders' ends wait until it is over.
  let held = false;
  element.addEventListener("pointerdown", ({ target }) => (held = target.type === "range" || part("pad").contains(target)));
  for (const kind of ["pointerup", "pointercancel"])
    addEventListener(kind, () => {
      if (held && settled) drawEnds();
      held = false;
    });

  async function settle() {
    await drawn;
    judge();
    remember();
    offer();
    around.draw();
    if (!held) drawEnds();
    drawClasses();
    mixes.draw();
    moments.draw();
    seeds.draw();
    inner.draw();
    if (!element.querySelector("[data-coordinate]:focus")) drawCoordinates();
  }

  // The address shows this image. Browsers allow some hundred changes of it in half a minute: not one a drag event.
  /** @param {Write} write */
  function remember(write = "replaceState") {
    settled = true;
    writeAddress(link(), write);
  }

  const link = (here = location.href) =>
    addressOf(here, mixes.query() + sums.query() + moments.query() + inner.query() + plane.query() +
      around.query() + seeds.query() + hero.dataset.query);

  // What the parts below the explorer are told; each telling makes them ask the server.
  function tell() {
    const shown = { model: state.model, class: state.class };
    if (JSON.stringify(shown) !== JSON.stringify(props.value)) props.value = shown;
    document.dispatchEvent(new CustomEvent("gan:shown", { detail: state.model }));
  }

  // Writes the state into the controls.
  function sync() {
    field("seed").value = state.seed;
    for (const name of /** @type {const} */ (["scale", "psi"]))
      if (field(name)) {
        field(name).value = state[name];
        tellValue(field(name), state[name].toFixed(2));
      }
    showKnobs(element, state);
    for (const one of element.querySelectorAll("[name=moved-layers]")) one.checked = one.value === state.layers;
    for (const slider of element.querySelectorAll(ALONG)) {
      const value = placed(slider.dataset, state);
      slider.value = value;
      tellValue(slider, signed(value));
    }
    if (part("more") && state.moves.some(Boolean)) part("more").open = true; // what moves the image is in sight
    plane.show();
  }

  /** @param {any} slider @param {string} text */
  function tellValue(slider, text) {
    slider.closest("label").querySelector("output").textContent = text;
    slider.ariaValueText = slider.matches(ALONG) ? `${text} σ` : text;
  }

  // write: how the address takes it up; nothing where it says so already.
  /** @param {Record<string, string>} query @param {Write | ""} [write] */
  async function open(query, write) {
    const number = ++opening;
    shut(true);
    const answer = await ask("opened", { ...query, browser: browser() });
    if (number !== opening) return;
    shut(false);
    if (!answer) return markChosen();
    element.classList.toggle("no-model", Boolean(answer.empty));
    part("empty").textContent = answer.empty || "";
    if (answer.empty) return;
    clearTimeout(settling);
    const { model } = state;
    ({ state, weights } = answer);
    page = 0;
    tell();
    listModels(part("models"), answer.models);
    part("classes").innerHTML = answer.classes;
    for (const one of part("classes").querySelectorAll(":checked"))
      intoSight(one.closest(".class"), one.closest(".class-cards"));
    part("classes").style.removeProperty("--sheet");
    part("directions").innerHTML = answer.directions;
    state.taught = own.opened(state.taught);
    own.list();
    part("knobs").innerHTML = answer.knobs;
    mixes.open(answer.mixing, query.mix || "");
    sums.open(answer.sums, query.sum || "", model === state.model);
    moments.open(answer.through, query.through || "");
    plane.open(query);
    around.open(query.around);
    sync();
    former.open(state.class);
    show(answer);
    seeds.open(query.map);
    inner.open(query.inside || "", model === state.model);
    showVerdict(answer);
    say(answer.notice);
    if (write) remember(write);
    settled = true;
    offer();
    around.draw();
    seeds.draw();
    pencil.draw();
    drawEnds();
    drawClasses();
    drawCoordinates();
  }

  // What a quick hand moved before another image is there, that would set back: until then only the models can be
  // chosen from.
  /** @param {boolean} isShut */
  function shut(isShut) {
    for (const one of element.querySelectorAll(MOVED)) one.inert = isShut;
  }

  // What could not be opened must not stay chosen.
  function markChosen() {
    const card = element.querySelector(`[name=explore-model][value="${state.model}"]`);
    if (card) card.checked = true;
  }

  // Another model is another page to go back from; the one that is left stands in the address as it was seen last.
  // One looks about in it as before.
  /** @param {Record<string, string>} query */
  async function choose(query) {
    if (!settled) await settle();
    const looked = Object.fromEntries(new URLSearchParams(around.query() + seeds.query()));
    await open({ ...looked, ...query }, "pushState");
  }

  function asked() {
    return Object.fromEntries(new URLSearchParams(location.search));
  }

  /** @param {number} seed */
  function setSeed(seed) {
    state.seed = Math.min(Math.max(seed, 0), Number(field("seed").max));
    state.edits = [];
    sync();
    changed();
  }

  // Every slider along a direction at 0, and no number replaced.
  function still() {
    Object.assign(state, { moves: [], edits: [], layers: "", named: [] });
    state.taught = state.taught.map(([name, code]) => [name, code, 0]);
  }

  // What the pickers of labels say, at once and of the same z.
  function takeLabels() {
    state.class = picked(part("classes"));
    tell();
    changed();
  }

  /** @param {number} direction @param {number} value */
  function setMove(direction, value) {
    state.moves = withMove(state.moves, direction, value);
  }

  /** @param {any} slider @param {number} value */
  function setSlider({ dataset: { named, move, taught } }, value) {
    if (taught !== undefined)
      state.taught = state.taught.map(([name, code, by]) => [name, code, name === taught ? value : by]);
    else if (named === undefined) setMove(Number(move), value);
    else state.named = withNamed(state.named, named, value);
  }

  // They are found on the server, for all who look at the model from then on.
  /** @param {any} button */
  async function findNamed(button) {
    const { model } = state;
    const answer = await search(button, () => ask("find", state));
    if (!answer || model !== state.model) return;
    part("directions").innerHTML = answer.directions;
    plane.list();
    moments.list();
    sync();
    drawEnds();
    say(answer.notice);
    part("directions").querySelector(ALONG).focus();
  }

  /** @param {number} by */
  function turnPage(by) {
    page = (page + by + pages) % pages;
    drawCoordinates();
  }

  let saves = ""; // the image that the links to files save
  async function offer() {
    const image = hero.dataset.query;
    await offerFiles(part, hero, state, { image, weights });
    saves = image;
  }

  // Until an image has settled the links have the one before.
  /** @param {Event} event @param {HTMLElement} file */
  async function saveSeen(event, file) {
    if (settled && saves === hero.dataset.query) return;
    event.preventDefault();
    if (!settled) await settle();
    await offer();
    file.click();
  }

  // A stop of the walk is the image that was asked for, though it may not be in sight yet.
  async function addStop() {
    await drawn;
    document.dispatchEvent(new Event("gan:stop"));
  }
  document.addEventListener("gan:add", addStop);

  // A picture that was saved here, as it was.
  /** @param {Blob} [file] */
  async function openSaved(file) {
    if (!file) return;
    const { query, refused } = await saved(file);
    if (refused) return say(refused);
    await choose(/** @type {Record<string, string>} */ (query));
  }

  async function copyLink() {
    if (!settled) await settle();
    // that of the page may be bare, and what it opens then may change; or hold a run, which nobody means to send
    const address = String(link(location.origin + location.pathname));
    const done = await copied(address);
    say(done ? "The link is copied: it opens exactly this image." : "Copy the link from the field.", false);
    if (!done) offerByHand(part("by-hand"), address);
  }

  /** @type {Record<string, (button: any) => unknown>} */
  const DO = {
    previous: () => setSeed(state.seed - 1),
    next: () => setSeed(state.seed + 1),
    dice: () => setSeed(Math.floor(Math.random() * 1e6)),
    reset: () => {
      Object.assign(state, { scale: 1, psi: 1, below: 0 });
      still();
      sync();
      changed();
    },
    unedit: () => {
      state.edits = [];
      changed();
    },
    "random-labels": () => {
      pick(part("classes"), Boolean);
      takeLabels();
    },
    "open-labels": () => {
      pick(part("classes"), (value) => !value);
      takeLabels();
    },
    find: (/** @type {any} */ button) => findNamed(button),
    copy: copyLink,
    "open-saved": () => part("saved").click(),
    stop: async () => {
      await addStop();
      say("Added to the walk below: “See the walk” leads there.", false);
    },
    fold: () => {
      const folded = stage.classList.toggle("folded");
      part("fold").textContent = folded ? "Larger picture" : "Smaller picture";
      part("fold").ariaExpanded = String(!folded);
    },
    morph: async () => {
      await drawn;
      document.dispatchEvent(new Event("gan:morph"));
    },
    "page-back": () => turnPage(-1),
    "page-on": () => turnPage(1),
  };

  element.addEventListener("input", ({ target }) => {
    if (target.dataset.find !== undefined) return find(target);
    const { coordinate, field: name } = target.dataset;
    if (target.matches(ALONG)) {
      setSlider(target, Number(target.value));
      tellValue(target, signed(Number(target.value)));
      plane.show();
    } else if (coordinate !== undefined) {
      state.edits = withEdit(state.edits, Number(coordinate), Number(target.value));
      tellValue(target, Number(target.value).toFixed(2).replace("-", "−"));
      target.parentElement.classList.add("edited");
    } else if (name === "scale" || name === "psi") {
      state[/** @type {"scale" | "psi"} */ (name)] = Number(target.value);
      tellValue(target, Number(target.value).toFixed(2));
    } else if (name === "seed") {
      if (target.value === "" || !target.checkValidity())
        return say(`A seed is a whole number from 0 to ${Number(target.max).toLocaleString("en-GB")}.`, false);
      state.seed = Number(target.value);
      state.edits = [];
    } else return;
    changed();
  });

  element.addEventListener("change", ({ target }) => {
    if (target.name === "explore-model") choose({ model: target.value, seed: String(state.seed) });
    else if (target.closest(".class")) takeLabels();
    else if (target.name === "moved-layers") {
      state.layers = target.value;
      changed();
    } else if (["fresh", "below"].includes(target.dataset.field)) {
      Object.assign(state, knobs(element));
      showKnobs(element, state);
      changed();
    } else if (["across", "up"].includes(target.dataset.field)) around.differ(target.dataset.field);
    else if (target.dataset.field === "step") around.turn();
    else if (target.dataset.field === "seed") target.value = state.seed;
    else if (target === part("saved")) {
      openSaved(target.files[0]);
      target.value = ""; // so that the same file is news when it is chosen again
    }
  });

  /** @param {any} slider @param {number} value */
  function slideTo(slider, value) {
    setSlider(slider, value);
    sync();
    changed();
  }

  element.addEventListener("dblclick", ({ target }) => {
    const slider = target.closest(".slide")?.querySelector(ALONG);
    if (slider && !target.matches(".end")) slideTo(slider, 0);
  });

  element.addEventListener("click", (event) => {
    const { target } = event;
    const [cell, file] = [target.closest(".cell"), target.closest("[data-part=save], [data-part=save-own]")];
    if (file) saveSeen(event, file);
    else if (target.matches(".slide > .end"))
      slideTo(target.parentElement.querySelector(ALONG), Number(target.dataset.end));
    else if (cell?.ariaDisabled) say(`${cell.ariaLabel}.`, false);
    else if (cell) {
      setMove(Number(field("across").value), Number(cell.dataset.moveAcross));
      setMove(Number(field("up").value), Number(cell.dataset.moveUp));
      sync();
      changed();
    } else DO[target.closest("[data-do]")?.dataset.do]?.(target.closest("[data-do]"));
  });

  stage.addEventListener("dragover", (/** @type {Event} */ event) => event.preventDefault());
  stage.addEventListener("drop", (/** @type {any} */ event) => {
    event.preventDefault();
    openSaved(event.dataTransfer.files[0]);
  });

  part("coordinates").addEventListener("toggle", drawCoordinates);
  part("directions").addEventListener("toggle", drawEnds, true); // of what is folded in it, and does not bubble

  // The models that there are now; where the one in sight was deleted elsewhere, another takes its place.
  async function refresh() {
    if (element.classList.contains("no-model")) return open({});
    if (!state.model) return; // the list is on its way, with the choice that the address names
    const { model } = state;
    const answer = await ask("cards", { model, browser: browser() });
    if (!answer || model !== state.model) return;
    if (!answer.gone) return listModels(part("models"), answer.models);
    await open({}, "replaceState");
    say(answer.gone);
  }
  document.addEventListener("gan:models", refresh);
  document.addEventListener("gan:stops", ({ detail: count }) => {
    part("morph").textContent = count ? `See the walk (${count}) ↓` : "Morph to another seed\u00a0…";
  });
  addEventListener("focus", refresh);

  // A latent that was found below.
  document.addEventListener("gan:go", async ({ detail }) => {
    await choose(Object.fromEntries(new URLSearchParams(detail)));
    if (!part("notice").textContent)
      say("This is the latent that was found: every slider moves from here. “Reset to the seed” drops it.");
    element.scrollIntoView({ block: "start" });
  });

  // How many pixels it has: on a phone each is a whole number of the screen's.
  hero.addEventListener("load", () => stage.style.setProperty("--native", hero.naturalWidth));

  addEventListener("popstate", () => {
    if (!element.isConnected) return;
    if (!sameImage(location.search, hero.dataset.query)) return void open(asked());
    if (!state.model) return; // the first image is on its way
    opening += 1; // one is back where one was: what was on its way is not to come any more
    shut(false);
    markChosen();
  });

  // On a phone the picture stays above: what is scrolled or tabbed to must come to lie below it.
  new ResizeObserver(() => {
    const above = stage.offsetWidth > element.offsetWidth / 2 ? stage.offsetHeight : 0;
    document.documentElement.style.scrollPaddingTop = above ? `${above + 8}px` : "";
  }).observe(stage);

  // A link is tidied up: what could not be read is gone from the address.
  // What a quick hand moved before the first answer, that answer would set back: until then nothing can be moved.
  element.inert = true;
  open(asked(), Object.keys(asked()).length ? "replaceState" : "").finally(() => (element.inert = false));
}
