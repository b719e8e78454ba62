// @ts-check
// "Which is real?" in the browser: twenty pictures, a vote on each, and then the answer. The votes stay here until
// the last; what the pictures are, the server says only then.
import { browser, ofBrowser } from "../browser.js";
import { UNANSWERED, partsOf, writeAddress } from "../shared.js";

/** @typedef {"real" | "generated"} Vote */
/** @typedef {{round: string, sheet: string, columns: number, width: number, height: number, pictures: number,
 *   model: string, step: number | null, trained: number, about: string, moments: string}} Dealt */
/** @typedef {[step: number, wrong: number]} Played */

const KEPT = "gan.game"; // the name of this browser's rounds
const MOST_PLAYED = 200; // of them for a model,
const MOST_MODELS = 40; // and so many models
/** @type {Record<string, Vote>} */
const ARROWS = { ArrowLeft: "real", ArrowRight: "generated" };
/** @type {Record<string, Vote>} */
const LETTERS = { r: "real", g: "generated" };

// Where a picture lies on the sheet, in its pixels.
/** @param {number} number @param {{columns: number, width: number, height: number}} sheet */
export function placeOf(number, { columns, width, height }) {
  return [width * (number % columns), height * Math.floor(number / columns)];
}

// What this browser has played, by model; nothing where what is kept makes no sense.
/** @param {string | null} text @returns {Record<string, Played[]>} */
export function playedIn(text) {
  const isPlayed = (/** @type {unknown} */ one) => Array.isArray(one) && one.length === 2 && one.every(isCount);
  try {
    const models = Object.entries(JSON.parse(text || "{}")).filter(([, rounds]) => Array.isArray(rounds));
    return Object.fromEntries(models.map(([model, rounds]) => [model, rounds.filter(isPlayed)]));
  } catch {
    return {};
  }
}

/** @param {unknown} value */
const isCount = (value) => Number.isInteger(value) && Number(value) >= 0;

// The same with one more round; the newest stay.
/** @param {Record<string, Played[]>} played @param {string} model @param {Played} round */
export function withRound(played, model, round) {
  const { [model]: before = [], ...others } = played;
  const models = [...Object.entries(others), [model, [...before, round].slice(-MOST_PLAYED)]];
  return Object.fromEntries(models.slice(-MOST_MODELS));
}

// step: of the model's run, that it is played at; null for the model as it is kept.
/** @param {string} href @param {boolean} plays @param {number | null} [step] */
export function addressOf(href, plays, step = null) {
  const address = new URL(href);
  if (plays) address.searchParams.set("game", "1");
  else address.searchParams.delete("game");
  if (plays && step !== null) address.searchParams.set("gameStep", String(step));
  else address.searchParams.delete("gameStep");
  return address;
}

// The step that an address names, or null.
/** @param {string} search */
export function stepOf(search) {
  const step = new URLSearchParams(search).get("gameStep");
  return step && /^\d{1,15}$/.test(step) ? Number(step) : null;
}

/** @param {Given} given */
export default function game({ element, server }) {
  const part = partsOf(element);
  let model = new URLSearchParams(location.search).get("judge") ?? ""; // that the tab has chosen; "" for the first
  let plays = false;
  /** @type {Dealt | null} */
  let dealt = null; // the round that is being played
  /** @type {Vote[]} */
  let votes = [];
  let dealing = false; // a round has been asked for
  let asking = 0; // counts what was asked for: an answer about what is no longer wanted is dropped
  const sheet = new Image();

  const say = (/** @type {string} */ sentence = "") => (part("notice").textContent = sentence);
  const asked = () => new URLSearchParams(location.search).get("game") === "1";
  const inSight = () => part("panel").checkVisibility();

  // The answer, unless something newer was asked for meanwhile.
  /** @param {string} name @param {object} question */
  async function ask(name, question) {
    const mine = (asking += 1);
    const answer = (await server[name](question)) || { error: UNANSWERED };
    if (mine !== asking) return null;
    say(answer.error);
    if (answer.error && name === "begun") part("round").hidden = true; // there is nothing to vote on
    return answer.error ? null : answer;
  }

  /** @param {boolean} to */
  function show(to) {
    plays = to;
    part("panel").hidden = !plays;
    part("invite").hidden = plays;
    element.closest("#judge")?.classList.toggle("plays", plays);
    if (!plays) stop();
    else if (!dealt && inSight()) begin(stepOf(location.search));
  }

  function stop() {
    asking += 1;
    dealt = null;
  }

  /** @param {boolean} to */
  function turn(to) {
    writeAddress(addressOf(location.href, to), "pushState");
    show(to);
    if (!to) element.querySelector("[data-do=play]").focus({ preventScroll: true });
  }

  /** @param {number | null} [step] of the model's run; null for the model as it is kept */
  async function begin(step = null) {
    stop();
    part("round").hidden = false;
    part("answer").hidden = true;
    shut(true);
    part("count").textContent = "The pictures are being dealt …";
    const before = model;
    dealing = true;
    const answer = await ask("begun", { model, step, browser: browser() });
    dealing = false;
    if (plays && model !== before && model !== answer?.model) return void begin(); // chosen meanwhile
    const why = part("notice").textContent;
    if (!answer && step !== null && why) return void begin().then(() => say(why)); // that step is no longer kept
    if (!answer) return;
    dealt = answer;
    if (plays) writeAddress(addressOf(location.href, true, step));
    sheet.src = answer.sheet;
    await sheet.decode();
    if (dealt === answer) deal(answer);
  }

  /** @param {Dealt} round */
  function deal(round) {
    votes = [];
    part("send").hidden = true;
    Object.assign(part("picture"), { width: round.width, height: round.height });
    part("about").textContent = round.about;
    part("when").hidden = !round.moments;
    part("moments").innerHTML = round.moments;
    part("bar").replaceChildren(...Array.from({ length: round.pictures }, () => document.createElement("i")));
    shut(false);
    part("stage").focus({ preventScroll: true });
    part("round").scrollIntoView({ block: "nearest" });
    draw();
  }

  /** @param {boolean} to */
  function shut(to) {
    part("votes").inert = to;
    part("stage").classList.toggle("is-shut", to);
  }

  // The next picture, and which it is.
  function draw() {
    if (!dealt) return;
    const { width, height, pictures } = dealt;
    const number = Math.min(votes.length, pictures - 1);
    const [x, y] = placeOf(number, dealt);
    part("picture").getContext("2d").drawImage(sheet, x, y, width, height, 0, 0, width, height);
    part("picture").setAttribute("aria-label", `Picture ${number + 1} of ${pictures}`);
    part("count").textContent = `Picture ${number + 1} of ${pictures}`;
    [...part("bar").children].forEach((one, at) => (one.className = votes[at] ? `is-${votes[at]}` : ""));
    element.querySelector("[data-do=back]").disabled = !votes.length;
  }

  /** @param {Vote} said */
  function vote(said) {
    if (!dealt || votes.length >= dealt.pictures || part("votes").inert) return;
    votes.push(said);
    draw();
    if (votes.length === dealt.pictures) finish(dealt);
  }

  function back() {
    if (!votes.length || part("votes").inert) return;
    votes.pop();
    draw();
    if (!votes.length) part("stage").focus({ preventScroll: true }); // the button is shut now
  }

  /** @param {Dealt} round */
  async function finish(round) {
    shut(true);
    const played = playedIn(ofBrowser.get(KEPT));
    part("send").hidden = true;
    const answer = await ask("answered", { round: round.round, votes, before: played[round.model] ?? [] });
    if (!answer && dealt === round) part("send").hidden = false; // no vote is lost
    if (!answer) return;
    ofBrowser.set(KEPT, JSON.stringify(withRound(played, round.model, [round.trained, answer.wrong])));
    part("answer").innerHTML = answer.answer;
    part("round").hidden = true;
    part("answer").hidden = false;
    part("result").focus({ preventScroll: true });
    part("panel").scrollIntoView({ block: "start" });
    const tells = await ask("tells", { round: round.round });
    if (tells) part("tells").innerHTML = tells.tells;
  }

  /** @type {Record<string, () => unknown>} */
  const DO = {
    play: () => turn(true), close: () => turn(false), again: () => begin(dealt?.step), back,
    send: () => dealt && finish(dealt),
  };

  element.addEventListener("click", ({ target }) => {
    const { do: name, say: said } = target.closest("button")?.dataset ?? {};
    if (name) DO[name]();
    else if (said) vote(said);
  });

  element.addEventListener("change", ({ target }) => {
    if (target === part("moments")) begin(target.value === "" ? null : Number(target.value));
  });

  // Arrows wherever nothing else has the focus; letters only within the game, since people who speak to their
  // computers press them by accident (WCAG 2.1.4).
  document.addEventListener("keydown", (event) => {
    const { key, target, repeat } = event;
    const within = element.contains(target);
    if (!dealt || part("round").hidden || !(within || target === document.body) || !inSight()) return;
    if (event.ctrlKey || event.metaKey || event.altKey || target === part("moments")) return;
    const said = ARROWS[key] ?? (within && LETTERS[key.toLowerCase()]);
    if (!said && key !== "Backspace") return;
    event.preventDefault();
    if (repeat) return; // a key that is held down votes once
    if (said) vote(said);
    else back();
  });

  document.addEventListener("gan:judging", ({ detail }) => {
    const chosen = detail ?? "";
    const isOther = chosen !== (dealt?.model ?? model);
    model = chosen;
    if (plays && inSight() && !dealing && (isOther || !dealt)) begin();
  });

  document.addEventListener("gan:judge", ({ detail }) => {
    const address = new URL(location.href);
    if (detail) address.searchParams.set("judge", detail);
    writeAddress(address);
  });

  addEventListener("popstate", () => asked() !== plays && show(asked()));
  show(asked());
}
