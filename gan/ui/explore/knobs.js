// @ts-check
// Noise and truncation: what stands beside the sliders for some models, and is no slider.

// A seed of fresh noise; 0 is the network's own.
export const anyNoise = () => 1 + Math.floor(Math.random() * 1e6);

// What the controls say, as far as the model has them.
/** @param {any} element of the explorer @returns {{noise?: number, below?: number}} */
export function knobs(element) {
  const [fresh, below] = ["fresh", "below"].map((name) => element.querySelector(`[data-field="${name}"]`));
  return { ...(fresh && { noise: fresh.checked ? anyNoise() : 0 }), ...(below && { below: Number(below.value) }) };
}

// Writes them into the controls, and where one stands into the curve: without a bound at its end.
/** @param {any} element @param {{noise: number, below: number}} state */
export function showKnobs(element, { noise, below }) {
  const [fresh, bound] = ["fresh", "below"].map((name) => element.querySelector(`[data-field="${name}"]`));
  if (fresh) fresh.checked = noise > 0;
  if (bound) bound.value = String(below);
  const dots = [...element.querySelectorAll(".curve circle")];
  const here = below ? dots.find((dot) => Number(dot.dataset.below) === below) : dots.at(-1);
  for (const dot of dots) dot.classList.toggle("here", dot === here);
  if (dots.length) element.querySelector(".curve figcaption").textContent = here?.dataset.words || "Not measured here";
}
