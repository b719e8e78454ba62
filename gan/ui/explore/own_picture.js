// @ts-check
// "Open it in the sliders" opens its link in the explorer above, without loading the page anew.

/** @param {Given} given */
export default function followLinks({ element }) {
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a.own-go");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("gan:go", { detail: link.search }));
  });
}
