// Leaving a page with unsaved texts asks first.
import { each } from "./tools.js";

const dirty = new Set();

/** Says that a form's values are safe: sent or saved. */
export const clean = (form) => dirty.delete(form);

/** Says that a form holds something that is saved nowhere yet. */
export const soil = (form) => dirty.add(form);

addEventListener("beforeunload", (event) => {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (dirty.size) event.preventDefault();
});

export function start(root) {
  each(root, "form[data-guard]", (form) => {
    form.addEventListener("input", () => soil(form));
    form.addEventListener("reset", () => clean(form));
    form.addEventListener("submit", () => clean(form));
  });
}
