// @ts-check
// The alarms of a run.
import { fill } from "../shared.js";

/** @typedef {{place: string, kind: string, title: string, saw: string, shows: string | null, cures: string, passed: boolean, since: string}} Alarm */

// Each keeps its place and its buttons while its numbers change, and when it has passed, so that nothing moves under a
// finger. What showed it then stays.
/** @param {HTMLElement} place @param {Alarm[]} alarms */
export function drawAlarms(place, alarms) {
  const there = new Map(Array.from(/** @type {any} */ (place.children), (alarm) => [alarm.dataset.place, alarm]));
  let turned = false; // one has come, gone or come again
  for (const told of alarms) {
    const alarm = there.get(told.place) ?? newAlarm(told.place, place);
    there.delete(told.place);
    turned ||= !alarm.dataset.kind || alarm.classList.contains("has-passed") !== told.passed;
    alarm.dataset.kind = told.kind;
    alarm.classList.toggle("has-passed", told.passed);
    fill(alarm.querySelector("summary b"), told.title);
    fill(alarm.querySelector("summary small"), told.since);
    const saw = alarm.querySelector(".saw");
    keepHeight(saw);
    fill(saw, told.saw);
    if (told.shows !== null) fill(alarm.querySelector(".shows"), told.shows);
    fill(alarm.querySelector(".cures"), told.cures);
  }
  for (const gone of there.values()) gone.remove();
  const first = place.querySelector("details:not(.has-passed)") ?? place.querySelector("details");
  const open = place.querySelector("details[open]");
  const reached = place.matches(":hover, :has(:focus-visible)");
  if (first && (!open || (turned && !reached && open.matches(".has-passed")))) first.open = true;
}

// Fewer words take as much room as those before them, at the same width.
/** @param {HTMLElement} place */
function keepHeight(place) {
  forgetOtherWidth(place);
  const folded = !place.offsetWidth;
  if (!folded && place.dataset.html) place.style.minHeight = `${place.getBoundingClientRect().height}px`;
}

/** @param {HTMLElement} place */
function forgetOtherWidth(place) {
  const width = String(place.offsetWidth);
  if (place.dataset.width !== width) place.style.removeProperty("min-height");
  place.dataset.width = width;
}

/** @param {string} name @param {HTMLElement} place */
function newAlarm(name, place) {
  const alarm = document.createElement("details");
  Object.assign(alarm, { className: "alarm", name: "train-alarm" });
  alarm.dataset.place = name;
  alarm.innerHTML =
    '<summary><span aria-hidden="true">⚠</span> <b></b> <small></small></summary>' +
    '<p class="saw"></p><div class="shows"></div><div class="cures"></div>';
  place.append(alarm);
  const saw = alarm.querySelector(".saw");
  new ResizeObserver(() => forgetOtherWidth(saw)).observe(saw); // at once, not when its numbers change
  return alarm;
}
