// @ts-check
// The controls of a run that goes.
import { browser } from "../browser.js";

/** @type {Record<string, (value: number) => string>} */
const WORDS = { delay: (seconds) => (seconds ? `${seconds.toFixed(1)} s` : "off"), g_lr: rate, d_lr: rate };

/** @param {number} value */
export function rate(value) {
  return String(Number(value.toPrecision(2)));
}

/** @param {HTMLInputElement} slider */
function valueOf(slider) {
  return slider.dataset.steer === "delay" ? Number(slider.value) : 10 ** Number(slider.value);
}

// What was asked for last shows at once, and what the run says as soon as it is asked nothing. Gives what draws it.
/**
 * @param {Part} part
 * @param {Given["server"]} server
 * @param {() => {run: string, value: Record<string, any>, gives: string}} shown what is known of the run in sight, and
 *   what the chosen recipe gives G
 * @param {(answer: any) => void} took the server's answer
 */
export function steering(part, server, shown, took) {
  let asked = 0; // questions under way
  /** @type {any} */
  let held = null; // a slider under a finger

  function draw() {
    const { run, value, gives } = shown();
    const { steer } = value;
    part("run").classList.toggle("is-going", Boolean(steer));
    const trains = steer?.paused ? "paused" : steer ? steer.only || "both" : "none";
    const given = value.run?.given ?? gives;
    Object.assign(document.querySelector(".loop").dataset, { trains, given });
    part("run").classList.toggle("is-over", Boolean(value.stand?.over && run));
    part("stop").disabled = value.own === false;
    part("watched").hidden = value.own !== false || !value.stand?.training;
    for (const control of part("steer").querySelectorAll("[data-steer]")) {
      const { steer: what } = control.dataset;
      control.disabled = !steer?.own || (what === "step" && !steer.paused);
      if (!steer || asked || control === held) continue;
      if (what === "paused") {
        control.textContent = steer.paused ? "▶ Resume" : "❚❚ Pause";
        control.setAttribute("aria-pressed", steer.paused);
      } else if (what === "only") control.checked = control.value === steer.only;
      else if (what !== "step") {
        control.value = what === "delay" ? steer.delay : Math.log10(steer[what]);
        part("steer").querySelector(`[data-shows="${what}"]`).textContent = WORDS[what](steer[what]);
      }
    }
    part("after").querySelector('[data-do="go on"]').hidden = !value.run?.model;
    part("after").querySelector('[data-do="delete"]').hidden = !value.run?.model || value.own === false;
    part("after").querySelector('[data-do="to fork"]').hidden = !value.fork;
  }

  /** @param {string} what @param {unknown} [value] */
  async function wish(what, value) {
    asked += 1;
    try {
      took(await server.steer({ run: shown().run, what, value, browser: browser() }));
    } finally {
      asked -= 1;
      draw();
    }
  }

  part("steer").addEventListener("click", ({ target }) => {
    const what = target.dataset.steer;
    if (what === "paused") wish("paused", !shown().value.steer.paused);
    if (what === "step") wish("step");
  });
  part("steer").addEventListener("input", ({ target }) => {
    const what = target.dataset.steer;
    if (target.type !== "range") return;
    held = target;
    part("steer").querySelector(`[data-shows="${what}"]`).textContent = WORDS[what](valueOf(target));
  });
  part("steer").addEventListener("change", ({ target }) => {
    held = null;
    if (target.type === "radio") wish("only", target.value);
    else if (target.type === "range") wish(target.dataset.steer, valueOf(target));
  });

  return draw;
}
