// A text that is shown to be taken elsewhere: one press copies it. Without this it can be selected as any text can.
import { each, make } from "./tools.js";

export function start(root) {
  each(root, "input[data-copy]", (field) => {
    if (!navigator.clipboard) return;
    const button = make("button", { type: "button", class: "btn" }, field.dataset.copy);
    const said = make("span", { class: "meta", role: "status" });
    button.addEventListener("click", async () => {
      field.select();
      try { await navigator.clipboard.writeText(field.value); said.textContent = "Copied."; } catch { said.textContent = "Copy it by hand: it is selected."; }
    });
    field.after(make("div", { class: "acts" }, button, said));
  });
}
