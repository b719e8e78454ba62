// @ts-check
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
/** @param {() => any} question */
function latest(question) {
  let asking = null;
  let again = false;
  const once = async () => question(); // what it throws at once is a failure like any other
  // A failure is told to who asked, unless there is something newer to ask for.
  function passed(error) {
    if (!again) throw error;
    console.error(error);
  }
  async function askOn() {
    try {
      while (again) {
        again = false;
        await once().catch(passed);
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

// Of moments in order, the place of the one that is missed least: its neighbours are closest in time. The first
// and the last are never it.
function closest(seconds) {
  let best = 1;
  for (let at = 2; at < seconds.length - 1; at += 1)
    if (seconds[at + 1] - seconds[at - 1] < seconds[best + 1] - seconds[best - 1]) best = at;
  return best;
}
