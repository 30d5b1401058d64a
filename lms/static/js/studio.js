// The studio's month: a date is dragged to another day, or moved with Shift and an arrow key. Both fill in the form that
// shifts it by days and send it; everything else, and what follows from it, is the server's. The page that comes back has
// the focus on the date again, so that it can be moved further.
import { each } from "./tools.js";

const DAY = 86400000;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

const apart = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / DAY);
const later = (from, days) => new Date(Date.parse(from) + days * DAY).toISOString().slice(0, 10);

export function start(root) {
  each(root, "[data-studio]", (box) => {
    const form = document.querySelector(box.dataset.studio);
    if (!form) return;
    for (const hint of root.querySelectorAll("[data-studio-hint]")) hint.hidden = false;
    let dragged = null;
    let over = null;
    const shift = (item, days) => {
      if (!days) return;
      const to = later(day(item).dataset.day, days);
      if (!box.querySelector(`[data-day="${to}"]`)) {
        const address = new URL(form.action);
        address.searchParams.set("month", to.slice(0, 7));
        form.action = address;
      }
      form.elements.namedItem("item").value = item.dataset.item; // `elements.item` is a method
      form.elements.count.value = Math.abs(days);
      form.elements.way.value = days > 0 ? "1" : "-1";
      form.requestSubmit();
    };
    const light = (cell) => {
      if (over === cell) return;
      over?.classList.remove("over");
      cell?.classList.add("over");
      over = cell;
    };
    const day = (element) => element?.closest?.("[data-day]") ?? null;
    box.addEventListener("dragstart", (event) => {
      dragged = event.target.closest?.("[data-item]") ?? null;
      if (!dragged) return;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.item);
    });
    box.addEventListener("dragover", (event) => {
      const cell = dragged && day(event.target);
      if (!cell) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      light(cell);
    });
    box.addEventListener("dragend", () => { dragged = null; light(null); });
    box.addEventListener("drop", (event) => {
      const cell = dragged && day(event.target);
      if (!cell) return;
      event.preventDefault();
      shift(dragged, apart(day(dragged).dataset.day, cell.dataset.day));
    });
    box.addEventListener("keydown", (event) => {
      const item = event.target.closest?.("[data-item]");
      if (!item || !event.shiftKey || !(event.key in STEPS)) return;
      event.preventDefault();
      shift(item, STEPS[event.key]);
    });
  });
}
