// @ts-check
// What the whole page stands on, and the scripts of its components: before any component is there.
import { browser, ofTab, STARTED } from "./browser.js";
import followLinks from "./explore/own_picture.js";
import explore from "./explore/explore.js";
import keep from "./explore/keep.js";
import stops from "./explore/stops.js";
import walk from "./explore/walk.js";
import game from "./judge/game.js";
import closer from "./judge/closer.js";
import drawn from "./judge/drawn.js";
import inside from "./judge/inside.js";
import compare from "./train/compare.js";
import folder from "./train/folder.js";
import train from "./train/train.js";
import photo from "./translate/photo.js";
import translate from "./translate/translate.js";
import watchOver from "./watch.js";

/** @type {Record<string, (given: Given) => unknown>} */
const SCRIPTS = { "explore/own_picture": followLinks, "explore/explore": explore, "explore/keep": keep,
  "explore/stops": stops, "explore/walk": walk, "judge/closer": closer, "judge/drawn": drawn,
  "judge/game": game, "judge/inside": inside, "train/compare": compare, "train/folder": folder,
  "train/train": train, "translate/photo": photo, "translate/translate": translate, watch: watchOver };

// A finger that swipes over a slider means to scroll: the browser then cancels the pointer, and the slider
// takes back the value that it had when the finger came down.
/** @type {Map<number, [HTMLInputElement, string]>} */
const touched = new Map();

/** @param {EventTarget | null} element @returns {element is HTMLInputElement} */
function isSlider(element) {
  return element instanceof HTMLInputElement && element.type === "range";
}

/** @param {HTMLInputElement} slider @param {string} value */
function restore(slider, value) {
  if (slider.value === value) return;
  slider.value = value;
  for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, { bubbles: true }));
}

/** @param {PointerEvent} event */
function onTouch(event) {
  if (isSlider(event.target)) touched.set(event.pointerId, [event.target, event.target.value]);
}

/** @param {PointerEvent} event */
function onCancel(event) {
  const before = touched.get(event.pointerId);
  if (before) restore(...before);
  touched.delete(event.pointerId);
}

// "?": the text that follows the button, over the page and beside the button.
/** @param {any} event */
function onHelp(event) {
  const button = event.target.closest?.("button.help");
  if (button) button.popoverTargetElement = button.nextElementSibling;
}

/** @param {any} event */
function onOpened(event) {
  const words = event.target;
  if (event.newState !== "open" || !words.matches?.(".help-words")) return;
  const button = words.previousElementSibling.getBoundingClientRect();
  const [width, height] = [words.offsetWidth, words.offsetHeight];
  const left = Math.min(button.left, document.documentElement.clientWidth - width - 8);
  const above = button.bottom + height + 12 > innerHeight && button.top > height + 12;
  words.style.left = `${Math.max(8, left) + scrollX}px`;
  words.style.top = `${(above ? button.top - height - 6 : button.bottom + 6) + scrollY}px`;
}

// Tabs by the arrow keys, as everywhere; Gradio's own are reached by Tab alone.
/** @type {Record<string, (at: number) => number>} */
const STEPS = { ArrowLeft: (at) => at - 1, ArrowRight: (at) => at + 1, Home: () => 0, End: () => -1 };

/** @param {any} event */
function onKey(event) {
  const step = STEPS[event.key];
  if (!step || event.target.getAttribute?.("role") !== "tab") return;
  const tabs = [...event.target.parentElement.querySelectorAll("[role=tab]")];
  const next = tabs.at(step(tabs.indexOf(event.target)) % tabs.length);
  next.focus();
  next.click();
  event.preventDefault();
}

// Gradio calls its box for files otherwise than it reads: the words in it are its name. Once there are files
// the box is a button without words within a button, of which the outer one does nothing.
function name() {
  for (const box of document.querySelectorAll(".upload-container[aria-dropeffect]")) {
    const inner = box.matches(".icon-mode");
    box.removeAttribute("aria-dropeffect");
    if (!inner) box.removeAttribute("aria-label");
    else box.setAttribute("aria-label", "Add files");
    const outer = inner && box.closest(".icon-button");
    if (!outer) continue;
    for (const wrong of ["aria-haspopup", "title"]) outer.removeAttribute(wrong);
    outer.setAttribute("role", "group");
    outer.setAttribute("aria-label", "More files");
    outer.tabIndex = -1;
  }
}

new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true });

// The address remembers the tab, so that a reload in the middle of a run comes back to it. A tab is turned to
// where another is left: not while the page is being built.
/** @param {MutationRecord[]} changes */
function onTab(changes) {
  const tabs = [...document.querySelectorAll("#tabs [role=tab]")];
  const there = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
  if (there < 0 || !changes.some(({ target, oldValue }) => tabs.includes(target) && oldValue === "true")) return;
  const address = new URL(location.href);
  if (there) address.searchParams.set("tab", tabs[there].id.replace(/^tab-|-button$/g, ""));
  else address.searchParams.delete("tab");
  if (address.href !== location.href) history.pushState(history.state, "", address);
}

new MutationObserver(onTab).observe(document.documentElement, {
  subtree: true, attributeFilter: ["aria-selected"], attributeOldValue: true,
});

// Back and forward: the tab that the address names, else the first.
addEventListener("popstate", () => {
  const key = new URLSearchParams(location.search).get("tab");
  const tab = document.querySelector(key ? `#tab-${CSS.escape(key)}-button` : "#tabs [role=tab]");
  if (tab?.getAttribute("aria-selected") === "false") tab.click();
});

// A link within the page goes there without loading it anew: what lies in other tabs, such as somebody's pictures, stays.
addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest('a[href^="?"]:not([target])');
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(history.state, "", link.getAttribute("href"));
  dispatchEvent(new PopStateEvent("popstate"));
  scrollTo(0, 0);
});

// The clock of Gradio's sign that something is awaited: the page's first one is never stopped, and would have
// every page draw sixty frames a second for ever. A clock that nobody sees need not go.
const nextFrame = window.requestAnimationFrame.bind(window);
/** @param {FrameRequestCallback} does */
const isClock = (does) => String(does).includes("performance.now()");
const awaited = () => document.querySelector("[data-testid=status-tracker]:not(.hide)");
window.requestAnimationFrame = (does) =>
  nextFrame(isClock(does) ? (now) => awaited() && does(now) : does);

// An upload says whose it is: thirty browsers behind one address are thirty visitors to the server.
const send = window.fetch;
window.fetch = (address, options) => {
  const uploads = /\/gradio_api\/upload(\?|$)/.test(String(address));
  if (uploads) options = { ...options, headers: { ...options?.headers, "x-gan-browser": browser() } };
  return send(address, options);
};

/** @type {Record<string, (event: any) => void>} */
const LISTENERS = {
  pointerdown: onTouch, pointercancel: onCancel, pointerup: (event) => touched.delete(event.pointerId),
  click: onHelp, toggle: onOpened, keydown: onKey,
};
for (const [kind, does] of Object.entries(LISTENERS)) document.addEventListener(kind, does, { capture: true });

// For Gradio's js_on_load. What a component needs is here before Gradio begins: it is not waited for, so no value
// that is set and no button that is pressed comes too early.
const started = () => ofTab.get(STARTED) ?? "";
window.gan = { begin: (name, given) => SCRIPTS[name](given), browser, started };
