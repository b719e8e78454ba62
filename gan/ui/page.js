// @ts-check
// What the whole page stands on, in its head before any component: window.gan.
(() => {
  // Notices: fixed, so they shift nothing, and pressed through, so they cover nothing.
  let notices = null;

  function toast(sentence) {
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
  function kept(kind) {
    const here = new Map();
    const instead = { getItem: (name) => here.get(name) ?? null, setItem: (name, value) => here.set(name, value),
      removeItem: (name) => here.delete(name) };
    const attempt = (does) => {
      try {
        return does(window[kind]);
      } catch {
        return does(instead);
      }
    };
    return {
      get: (name) => attempt((store) => store.getItem(name)),
      set: (name, value) => void attempt((store) => store.setItem(name, String(value))),
      remove: (name) => void attempt((store) => store.removeItem(name)),
    };
  }

  // A finger that swipes over a slider means to scroll: the browser then cancels the pointer, and the slider
  // takes back the value that it had when the finger came down.
  const touched = new Map();

  function isSlider(element) {
    return element instanceof HTMLInputElement && element.type === "range";
  }

  function restore(slider, value) {
    if (slider.value === value) return;
    slider.value = value;
    for (const kind of ["input", "change"]) slider.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  function onTouch(event) {
    if (isSlider(event.target)) touched.set(event.pointerId, [event.target, event.target.value]);
  }

  function onCancel(event) {
    if (touched.has(event.pointerId)) restore(...touched.get(event.pointerId));
    touched.delete(event.pointerId);
  }

  // "?": the text that follows the button, over the page and beside the button.
  function onHelp(event) {
    const button = event.target.closest?.("button.help");
    if (button) button.popoverTargetElement = button.nextElementSibling;
  }

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
  const STEPS = { ArrowLeft: (at) => at - 1, ArrowRight: (at) => at + 1, Home: () => 0, End: () => -1 };

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

  // The clock of Gradio's sign that something is awaited: the page's first one is never stopped, and would have
  // every page draw sixty frames a second for ever. A clock that nobody sees need not go.
  const nextFrame = window.requestAnimationFrame.bind(window);
  const isClock = (does) => String(does).includes("performance.now()");
  const awaited = () => document.querySelector("[data-testid=status-tracker]:not(.hide)");
  window.requestAnimationFrame = (does) =>
    nextFrame(isClock(does) ? (now) => awaited() && does(now) : does);

  // Which browser this is, for the models that it trains: a random id, which only this server hears.
  const local = kept("localStorage");

  function browser() {
    let id = local.get("gan.browser");
    if (!id) {
      id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
      local.set("gan.browser", id);
    }
    return id;
  }

  // An upload says whose it is: thirty browsers behind one address are thirty visitors to the server.
  const send = window.fetch;
  window.fetch = (address, options) => {
    const uploads = /\/gradio_api\/upload(\?|$)/.test(String(address));
    if (uploads) options = { ...options, headers: { ...options?.headers, "x-gan-browser": browser() } };
    return send(address, options);
  };

  for (const [kind, does] of Object.entries({
    pointerdown: onTouch, pointercancel: onCancel, pointerup: (event) => touched.delete(event.pointerId),
    click: onHelp, toggle: onOpened, keydown: onKey,
  })) document.addEventListener(kind, does, { capture: true });

  window.gan = { toast, browser, store: { ...kept("sessionStorage"), local } };
})();
