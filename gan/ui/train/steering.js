// @ts-check
// The controls of a run that goes. Runs after train.js and in its scope.

// Steering: what was asked for last shows at once, and what the run says as soon as it is asked nothing.
const WORDS = { delay: (seconds) => (seconds ? `${seconds.toFixed(1)} s` : "off"), g_lr: rate, d_lr: rate };
let steering = 0; // questions under way
let held = null; // a slider under a finger

function rate(value) {
  return value < 1e-3 ? value.toExponential(1).replace("-", "−") : String(Number(value.toPrecision(2)));
}

function drawSteer(steer) {
  part("run").classList.toggle("is-going", Boolean(steer));
  const trains = steer?.paused ? "paused" : steer ? steer.only || "both" : "none";
  document.querySelector(".loop").dataset.trains = trains;
  part("run").classList.toggle("is-over", Boolean(value.stand?.over && run));
  part("stop").disabled = value.own === false;
  part("watched").hidden = value.own !== false || !value.stand?.training;
  for (const control of part("steer").querySelectorAll("[data-steer]")) {
    const { steer: what } = control.dataset;
    control.disabled = !steer?.own || (what === "step" && !steer.paused);
    if (!steer || steering || control === held) continue;
    if (what === "paused") {
      control.textContent = steer.paused ? "▶ Resume" : "❚❚ Pause";
      control.setAttribute("aria-pressed", steer.paused);
    } else if (what === "only") control.checked = control.value === steer.only;
    else if (what !== "step") {
      control.value = what === "delay" ? steer.delay : Math.log10(steer[what]);
      part("steer").querySelector(`[data-shows="${what}"]`).textContent = WORDS[what](steer[what]);
    }
  }
  for (const does of ["go on", "delete"])
    part("after").querySelector(`[data-do="${does}"]`).hidden = !value.run?.model;
  part("after").querySelector('[data-do="to fork"]').hidden = !value.fork;
}

async function wish(what, asked) {
  steering += 1;
  try {
    const answer = await server.steer({ run, what, value: asked, browser: gan.browser() });
    say(answer ? answer.error : "The server does not answer. Is it still running?");
    if (answer?.steer) value.steer = answer.steer;
    marks.steer = ""; // what the run says about it is told again
    ask();
  } finally {
    steering -= 1;
    drawSteer(value.steer);
  }
}

function valueOf(slider) {
  return slider.dataset.steer === "delay" ? Number(slider.value) : 10 ** Number(slider.value);
}

part("steer").addEventListener("click", ({ target }) => {
  const what = target.dataset.steer;
  if (what === "paused") wish("paused", !value.steer.paused);
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
