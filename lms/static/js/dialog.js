// A <details data-dialog> opens as a real dialog; without scripts it unfolds in its place.
import { each, make } from "./tools.js";

export function start(root) {
  each(root, "details[data-dialog]", (details) => {
    const summary = details.querySelector("summary");
    const body = summary.nextElementSibling;
    const dialog = make("dialog", { "aria-label": details.dataset.dialog });
    dialog.addEventListener("close", () => { details.append(body); dialog.remove(); summary.focus(); });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-dialog-close]")) { event.preventDefault(); dialog.close(); }
    });
    summary.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.append(body);
      document.body.append(dialog);
      dialog.showModal();
    });
  });
}
