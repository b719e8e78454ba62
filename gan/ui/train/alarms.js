// @ts-check
// The alarms of a run.
import { fill } from "../shared.js";

// Each keeps its place and its buttons while its numbers change, so that nothing moves under a finger.
/** @param {HTMLElement} place @param {Record<"kind" | "title" | "saw" | "shows" | "cures", string>[]} alarms */
export function drawAlarms(place, alarms) {
  const there = new Map(Array.from(/** @type {any} */ (place.children), (alarm) => [alarm.dataset.kind, alarm]));
  for (const { kind, title, saw, shows, cures } of alarms) {
    const alarm = there.get(kind) ?? newAlarm(kind, place);
    there.delete(kind);
    fill(alarm.querySelector("summary b"), title);
    fill(alarm.querySelector(".saw"), saw);
    fill(alarm.querySelector(".shows"), shows);
    fill(alarm.querySelector(".cures"), cures);
  }
  for (const gone of there.values()) gone.remove();
  const first = place.querySelector("details");
  if (first && !place.querySelector("details[open]")) first.open = true;
}

/** @param {string} kind @param {HTMLElement} place */
function newAlarm(kind, place) {
  const alarm = document.createElement("details");
  Object.assign(alarm, { className: "alarm", name: "train-alarm" });
  alarm.dataset.kind = kind;
  alarm.innerHTML =
    '<summary><span aria-hidden="true">⚠</span> <b></b></summary>' +
    '<p class="saw"></p><div class="shows"></div><div class="cures"></div>';
  place.append(alarm);
  return alarm;
}
