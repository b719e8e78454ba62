// @ts-check
// Deletes a model of this browser's, after one question.
import { browser, toast } from "./browser.js";
import { UNANSWERED } from "./shared.js";

// Gives what went wrong, "" if nothing did; null if it shall stay.
/** @param {Pick<Given, "element" | "server">} given @param {string} model @param {string} title */
export async function deleteModel({ element, server }, model, title) {
  const words = "Its images, curves and training state are gone for good.";
  if (!(await agreed(element, `Delete “${title}”?`, words, "Delete"))) return null;
  const answer = await server.delete_model({ model, browser: browser() });
  const error = answer ? answer.error : UNANSWERED;
  if (!error) document.dispatchEvent(new Event("gan:models"));
  toast(error || `“${title}” is deleted.`);
  return error || "";
}

// One question with two answers; leaving it is a no.
/** @param {HTMLElement} place @param {string} question @param {string} words @param {string} yes */
function agreed(place, question, words, yes) {
  const dialog = document.createElement("dialog");
  dialog.className = "agree";
  dialog.innerHTML =
    '<form method="dialog"><h2></h2><p></p><div><button value="no">Keep it</button>' +
    '<button value="yes" class="is-yes"></button></div></form>';
  dialog.querySelector("h2").textContent = question;
  dialog.querySelector("p").textContent = words;
  dialog.querySelector(".is-yes").textContent = yes;
  dialog.setAttribute("aria-label", question);
  place.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
