// Lists: narrow while typing, count what is selected, select a stretch with shift.
import { each, make } from "./tools.js";

// Letters that are no letter plus accent, and what people type for them.
const PLAIN = { ł: "l", ø: "o", đ: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe", þ: "th", ð: "d" };

const fold = (text) =>
  text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[łøđıßæœþð]/g, (letter) => PLAIN[letter]);

export function start(root) {
  each(root, "[data-filter]", (input) => {
    const list = document.querySelector(input.dataset.filter);
    if (!list) return;
    const count = make("p", { class: "vh", role: "status" });
    list.after(count);
    input.addEventListener("input", () => {
      const wanted = fold(input.value.trim());
      let shown = 0;
      for (const row of list.querySelectorAll("[data-words]")) {
        row.hidden = !fold(row.dataset.words).includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = `${shown} shown`;
    });
  });
  each(root, "[data-selected]", (place) => {
    const form = place.closest("form");
    let last = null;
    const boxes = () => [...form.querySelectorAll('tbody input[type="checkbox"]')];
    const show = () => { place.textContent = boxes().filter((box) => box.checked).length; };
    form.addEventListener("click", (event) => {
      if (!event.target.matches('tbody input[type="checkbox"]')) return;
      const all = boxes().filter((box) => box.getClientRects().length);
      if (event.shiftKey && last) {
        const [a, b] = [all.indexOf(last), all.indexOf(event.target)].sort((x, y) => x - y);
        for (const box of all.slice(Math.max(0, a), b + 1)) box.checked = event.target.checked;
      }
      last = event.target;
      show();
    });
    form.addEventListener("reset", () => setTimeout(show));
    show();
  });
}
