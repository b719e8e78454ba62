// @ts-check
// What the page knows of its browser and shows to whoever sits there.

export const PAGE = Math.random().toString(36).slice(2); // this page's name for the server

// Notices: fixed, so they shift nothing, and pressed through, so they cover nothing.
/** @type {HTMLElement | null} */
let notices = null;

/** @param {string} sentence */
export function toast(sentence) {
  if (!notices) {
    notices = document.createElement("div");
    notices.className = "gan-notices";
    notices.setAttribute("role", "status");
    document.body.append(notices);
  }
  const notice = document.createElement("p");
  notice.textContent = sentence;
  notices.replaceChildren(notice);
  setTimeout(() => notice.remove(), Math.max(4000, 60 * sentence.length));
}

// What a browser keeps, by name. Where it may keep nothing, in a frame or by a school's rule, this page load
// does, and nobody who asks has to know.
/** @param {"localStorage" | "sessionStorage"} kind */
function kept(kind) {
  const here = new Map();
  /** @type {Pick<Storage, "getItem" | "setItem" | "removeItem">} */
  const instead = { getItem: (name) => here.get(name) ?? null, setItem: (name, value) => void here.set(name, value),
    removeItem: (name) => void here.delete(name) };
  /** @template T @param {(store: typeof instead) => T} does */
  const attempt = (does) => {
    try {
      return does(window[kind]);
    } catch {
      return does(instead);
    }
  };
  return {
    get: (/** @type {string} */ name) => attempt((store) => store.getItem(name)),
    set: (/** @type {string} */ name, /** @type {unknown} */ value) => attempt((store) => store.setItem(name, String(value))),
    remove: (/** @type {string} */ name) => attempt((store) => store.removeItem(name)),
  };
}

export const ofTab = kept("sessionStorage");
export const STARTED = "gan:started"; // of a tab: the last run that it has started, which outlives a reload
export const ofBrowser = kept("localStorage");

// Which browser this is, for the models that it trains: a random id, which only this server hears.
export function browser() {
  let id = ofBrowser.get("gan.browser");
  if (!id) {
    id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
    ofBrowser.set("gan.browser", id);
  }
  return id;
}
