// @ts-check
// The list of models.
import { deleteModel } from "../delete.js";
import { intoSight } from "../shared.js";

/** @param {HTMLElement} row */
const shelfOf = (row) => row.closest("[data-shelf]")?.dataset.shelf ?? "";

// A list may scroll: a model that was not the chosen one before is brought into sight. How far someone has
// scrolled stays, and what someone has opened or is looking for.
/** @param {HTMLElement} list @param {string} cards */
export function listModels(list, cards) {
  const opened = [...list.querySelectorAll("[data-shelf][open]")].map((shelf) => shelf.dataset.shelf);
  const sought = [...list.querySelectorAll("[data-shelf]")].map((shelf) => [
    shelf.dataset.shelf, shelf.querySelector("[data-find]")?.value]);
  const scrolled = Object.fromEntries([...list.querySelectorAll(".cards")].map((row) => [
    shelfOf(row), [row.scrollLeft, row.scrollTop]]));
  list.innerHTML = cards;
  for (const shelf of list.querySelectorAll("[data-shelf]")) shelf.open ||= opened.includes(shelf.dataset.shelf);
  for (const [shelf, value] of sought) {
    const field = value && list.querySelector(`[data-shelf="${shelf}"] [data-find]`);
    if (field) find(Object.assign(field, { value }));
  }
  for (const row of list.querySelectorAll(".cards")) row.scrollTo(...(scrolled[shelfOf(row)] ?? [0, 0]));
  const chosen = list.querySelector(":checked");
  const card = chosen?.closest(".card");
  if (card && list.dataset.inSight !== chosen.value && intoSight(card, card.closest(".cards")))
    list.dataset.inSight = chosen.value;
}

// Leaves the rows whose title or facts hold what is written in the field.
/** @param {any} field */
export function find({ value, parentElement: shelf }) {
  const sought = value.trim().toLowerCase();
  const rows = [...(shelf?.querySelector(".cards").children || [])];
  for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(sought);
  if (shelf) shelf.querySelector(".none").hidden = rows.some((row) => !row.hidden);
}

// One's own can be deleted; `deleted` is told which.
/** @param {Pick<Given, "element" | "server">} given @param {HTMLElement} list @param {(model: string) => void} deleted */
export function offerDeletion(given, list, deleted) {
  list.addEventListener("click", async ({ target }) => {
    const { delete: model, title } = target.closest("[data-delete]")?.dataset ?? {};
    if (model && (await deleteModel(given, model, title)) === "") deleted(model);
  });
}
