// Numbers that are given in steps: − and + beside the field, large enough for a thumb. The field itself works without.
import { each, make } from "./tools.js";

export function start(root) {
  each(root, "input[data-units]", (field) => {
    const name = field.labels[0]?.textContent ?? "";
    const box = make("span", { class: "pick" });
    const less = make("button", { type: "button", "aria-label": `Less: ${name}` }, "−");
    const more = make("button", { type: "button", "aria-label": `More: ${name}` }, "+");
    const by = Number(field.dataset.units);
    const move = (step) => {
      const least = Number(field.min || 0);
      const most = Number(field.max || Infinity);
      const value = Math.min(most, Math.max(least, (Number(field.value) || 0) + step));
      field.value = String(Math.round(value * 1000) / 1000);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    less.addEventListener("click", () => move(-by));
    more.addEventListener("click", () => move(by));
    const still = field.matches(":disabled");
    less.disabled = still;
    more.disabled = still;
    field.replaceWith(box);
    box.append(less, field, more);
  });
}
