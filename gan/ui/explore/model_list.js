// @ts-check
// The list of models.
import { deleteModel } from "../delete.js";

// A list may scroll: the chosen model is brought into sight, and the page stays where it is. What someone has
// opened or is looking for stays, too.
/** @param {HTMLElement} list @param {string} cards */
export function listModels(list, cards) {
  const opened = [...list.querySelectorAll("[data-shelf][open]")].map((shelf) => shelf.dataset.shelf);
  const sought = [...list.querySelectorAll("[data-shelf]")].map((shelf) => [
    shelf.dataset.shelf, shelf.querySelector("[data-find]")?.value]);
  list.innerHTML = cards;
  for (const shelf of list.querySelectorAll("[data-shelf]")) shelf.open ||= opened.includes(shelf.dataset.shelf);
  for (const [shelf, value] of sought) {
    const field = value && list.querySelector(`[data-shelf="${shelf}"] [data-find]`);
    if (field) find(Object.assign(field, { value }));
  }
  const card = list.querySelector(":checked")?.closest(".card");
  if (!card) return;
  const shelf = card.closest(".cards");
  const [own, { left, right, top, bottom }] = [card, shelf].map((one) => one.getBoundingClientRect());
  shelf.scrollBy(
    Math.max(own.right - right, 0) || Math.min(own.left - left, 0),
    Math.max(own.bottom - bottom, 0) || Math.min(own.top - top, 0),
  );
}

// Leaves the models whose title or facts hold what is written in the field.
/** @param {any} field */
export function find({ value, parentElement: shelf }) {
  const sought = value.trim().toLowerCase();
  const cards = [...(shelf?.querySelectorAll(".card") || [])];
  for (const card of cards) card.hidden = !card.textContent.toLowerCase().includes(sought);
  if (shelf) shelf.querySelector(".none").hidden = cards.some((card) => !card.hidden);
}

// One's own can be deleted; `deleted` is told which.
/** @param {Pick<Given, "element" | "server">} given @param {HTMLElement} list @param {(model: string) => void} deleted */
export function offerDeletion(given, list, deleted) {
  list.addEventListener("click", async ({ target }) => {
    const { delete: model, title } = target.closest("[data-delete]")?.dataset ?? {};
    if (model && (await deleteModel(given, model, title)) === "") deleted(model);
  });
}
