// @ts-check
// The pictures that lie in Judge, for the scripts that ask about one of them.

/** @typedef {{name: string, src: string}} Picture */

// Each as the network saw it.
/** @param {ParentNode} shown */
export function picturesOf(shown) {
  return [...shown.querySelectorAll(".judge-card")].map((card) => ({
    name: card.querySelector("h2").textContent,
    src: card.querySelector(".judge-picture img").getAttribute("src"),
  }));
}

// A choice of one of them, as radio buttons of a name.
/** @param {Picture[]} pictures @param {number} chosen @param {string} name */
export function choicesOf(pictures, chosen, name) {
  return pictures.map(({ name: title, src }, at) => {
    const label = document.createElement("label");
    const choice = Object.assign(document.createElement("input"), { type: "radio", name, value: at });
    choice.checked = at === chosen;
    choice.ariaLabel = label.title = title;
    label.append(choice, Object.assign(new Image(), { src, className: "pixels", alt: "" }));
    return label;
  });
}
