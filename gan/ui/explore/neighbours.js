// @ts-check
// The images around the present one. Runs after explore.js and in its scope.

const drawNeighbours = latest(async () => {
  const [across, up, step] = ["across", "up", "step"].map((name) => Number(field(name).value));
  const answer = await ask("neighbours", { ...state, across, up, step });
  if (!answer) return;
  const place = part("neighbours");
  const focused = place.contains(document.activeElement);
  place.style.setProperty("--sheet", `url(${answer.sheet})`);
  place.innerHTML = answer.cells;
  place.classList.remove("stale");
  if (focused) place.querySelector("[aria-current]").focus();
});

// The plane needs two directions: choosing the other's hands it this one's old place.
let axes = { across: "0", up: "1" };
function differ(target) {
  const other = target.dataset.field === "across" ? "up" : "across";
  if (field(other).value === target.value) field(other).value = axes[target.dataset.field];
  axes = { across: field("across").value, up: field("up").value };
  drawNeighbours();
}
field("up").value = axes.up;

// Arrow keys walk about the neighbourhood; Enter or Space goes there.
part("neighbours").addEventListener("keydown", (event) => {
  const cells = [...part("neighbours").children];
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -5, ArrowDown: 5 }[event.key];
  const next = cells[cells.indexOf(event.target) + by];
  if (!next) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
