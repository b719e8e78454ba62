// @ts-check
// Verdicts that wait for whether the model can draw the picture at all: asked one by one, each once.

const MOST = 64; // answers that are remembered

/** @param {Given} given */
export default function drawn({ element, server }) {
  /** @type {Map<string, Promise<any>>} */
  const asked = new Map();

  /** @param {object} question */
  function ask(question) {
    const key = JSON.stringify(question);
    const answer = asked.get(key) ?? server.drawn(question);
    asked.set(key, answer);
    for (const old of [...asked.keys()].slice(0, -MOST)) asked.delete(old);
    return answer;
  }

  const judge = element.closest("#judge");

  // Each in turn, so that what has gone meanwhile is not asked about.
  async function attend() {
    for (const place of judge.querySelectorAll("[data-untried]")) {
      if (!place.isConnected) continue;
      const picture = place.closest(".judge-card").querySelector(".judge-picture img").getAttribute("src");
      const { untried: model, whole } = place.dataset;
      const answer = await ask({ model, picture, whole: whole === "1" });
      if (!answer?.verdict) {
        asked.clear(); // another time it may answer
        return;
      }
      delete place.dataset.untried;
      place.innerHTML = answer.verdict;
    }
  }

  new MutationObserver(attend).observe(judge, { childList: true, subtree: true });
}
