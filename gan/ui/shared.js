// What more than one tab's script stands on. Runs before each of them and in its scope: element.

const part = (name) => element.querySelector(`[data-part="${name}"]`);
const still = matchMedia("(prefers-reduced-motion: reduce)");

// Sets only what changed: an open list, a text that is being selected or a hovered plot is left alone.
function fill(place, html) {
  if (place.dataset.html === html) return;
  place.dataset.html = html;
  place.innerHTML = html;
}

// One question of a kind at a time; what changes meanwhile is asked for when the answer is there, so that the
// last position is always drawn, and never an older one over it. The promise is kept when all is drawn.
function latest(question) {
  let asking = null;
  let again = false;
  async function askOn() {
    try {
      while (again) {
        again = false;
        await question();
      }
    } finally {
      asking = null;
    }
  }
  return () => {
    again = true;
    asking ??= askOn();
    return asking;
  };
}
