// @ts-check
// Deletes a model of this browser's, after one question. In scope: element, server (with `delete_model`).

// Gives what went wrong, "" if nothing did; null if it shall stay.
async function deleteModel(name, title) {
  if (!(await agreed(`Delete “${title}”?`, "Its images, curves and training state are gone for good.", "Delete")))
    return null;
  const answer = await server.delete_model({ model: name, browser: gan.browser() });
  const error = answer ? answer.error : "The server does not answer. Is it still running?";
  if (!error) document.dispatchEvent(new Event("gan:models"));
  gan.toast(error || `“${title}” is deleted.`);
  return error || "";
}

// One question with two answers; leaving it is a no.
function agreed(question, words, yes) {
  const dialog = document.createElement("dialog");
  dialog.className = "agree";
  dialog.innerHTML =
    '<form method="dialog"><h2></h2><p></p><div><button value="no">Keep it</button>' +
    '<button value="yes" class="is-yes"></button></div></form>';
  dialog.querySelector("h2").textContent = question;
  dialog.querySelector("p").textContent = words;
  dialog.querySelector(".is-yes").textContent = yes;
  dialog.setAttribute("aria-label", question);
  element.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
