// What cannot be pressed where it is seen: a line for each control of the open tab that something else covers
// at its centre or near an edge, wherever the page is scrolled to, or that is too small for a finger.
() => {
  const CONTROLS = "button, input, select, textarea, summary, a[href]";
  const LEAST = 24; // pixels each way, WCAG 2.2's target size
  const LEAST_TRACK = 140; // a slider shorter than that cannot be set
  const INSET = 3;

  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length;
  const hidden = (input) => getComputedStyle(input).opacity === "0" || input.matches("[type=radio], [type=checkbox]");
  // an input that its label stands for is pressed by the label
  const pressed = (control) => (control.matches("input") && hidden(control) && control.closest("label")) || control;

  function name(control) {
    const words = control.getAttribute("aria-label") || control.innerText || control.id || control.className;
    return `${control.tagName.toLowerCase()} ${String(words).trim().replace(/\s+/g, " ").slice(0, 50)}`;
  }

  function reaches(control, x, y) {
    const there = document.elementFromPoint(x, y);
    if (!there) return "outside of the window";
    if (control.contains(there) || there.closest("label")?.contains(control)) return "";
    return name(there);
  }

  function covered(control) {
    const { left, top, right, bottom } = control.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const points = [[x, y], [left + INSET, y], [right - INSET, y], [x, top + INSET], [x, bottom - INSET]];
    return points.map((point) => reaches(control, ...point)).find(Boolean) || "";
  }

  function coveredEverywhere(control) {
    let by = "";
    for (const block of ["nearest", "center", "end", "start"]) {
      control.scrollIntoView({ block, inline: "nearest", behavior: "instant" });
      by = covered(control);
      if (!by) return "";
    }
    return `${name(control)}: covered by ${by}`;
  }

  function small(control) {
    const { width, height } = control.getBoundingClientRect();
    const inSentence = control.matches("p a, li a, .info-text a");
    const least = control.matches("[type=range]") ? LEAST_TRACK : LEAST;
    if (inSentence || (width > least - 0.5 && height > LEAST - 0.5)) return "";
    return `${name(control)}: ${Math.round(width)} × ${Math.round(height)} pixels`;
  }

  const controls = new Set([...document.querySelectorAll(CONTROLS)].filter(seen).map(pressed).filter(seen));
  const shown = [...controls].filter((control) => !control.closest("[aria-hidden=true], footer .hidden"));
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const faults = shown.flatMap((control) => [small(control), coveredEverywhere(control)]).filter(Boolean);
  return { count: shown.length, faults: wide > 0 ? [...faults, `${wide} pixels of sideways scrolling`] : faults };
}
