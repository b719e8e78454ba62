// @ts-check
// The alarms of a run. Runs after train.js and in its scope.

// Each keeps its place and its buttons while its numbers change, so that nothing moves under a finger.
function drawAlarms(alarms) {
  const place = part("alarms");
  const there = new Map([...place.children].map((alarm) => [alarm.dataset.kind, alarm]));
  for (const { kind, title, saw, shows, cures } of alarms) {
    const alarm = there.get(kind) ?? newAlarm(kind, place);
    there.delete(kind);
    fill(alarm.querySelector("summary b"), title);
    fill(alarm.querySelector(".saw"), saw);
    fill(alarm.querySelector(".shows"), shows);
    fill(alarm.querySelector(".cures"), cures);
  }
  for (const gone of there.values()) gone.remove();
  if (place.children.length && !place.querySelector("details[open]")) place.firstElementChild.open = true;
  part("run").classList.toggle("is-alarmed", place.children.length > 0);
}

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

part("alarms").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-cure]");
  if (!button) return;
  const { kind } = button.closest("[data-kind]").dataset;
  press(button, { do: "cure", run, kind, cure: Number(button.dataset.cure) });
});
