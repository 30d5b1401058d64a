// A grid of marks by keyboard: arrows move, Home and End go to the ends of a row, Enter opens. A cell becomes a link where
// the reader is, so that thousands of cells need none. Without this the learner's name leads to all of their marks.
import { each, make } from "./tools.js";

export function start(root) {
  each(root, "table[data-grid]", (table) => {
    const keys = [...table.tHead.rows[0].cells].map((head) => head.dataset.k);

    const link = (cell) => {
      if (!cell || cell.tagName !== "TD" || !keys[cell.cellIndex]) return null;
      const known = cell.querySelector("a");
      const there = known ?? make("a", { class: "cell", href: `${table.dataset.grid}${cell.parentElement.dataset.p}/${keys[cell.cellIndex]}` }, ...cell.childNodes);
      if (!known) cell.append(there);
      there.dataset.drawer = "";
      return there;
    };

    const move = (cell, down, across) => {
      const row = table.tBodies[0].rows[cell.parentElement.sectionRowIndex + down];
      link(row?.cells[cell.cellIndex + across])?.focus();
    };

    table.addEventListener("pointerover", (event) => link(event.target.closest("td")));
    table.addEventListener("focusin", (event) => link(event.target.closest("td")));
    table.addEventListener("click", (event) => {
      const cell = event.target.closest("td");
      if (cell && !event.target.closest("a")) link(cell)?.click();
    });
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest("td, th");
      if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
      const first = keys.findIndex(Boolean);
      const last = keys.length - 1 - [...keys].reverse().findIndex(Boolean);
      const steps = {
        ArrowDown: [1, 0], ArrowUp: [-1, 0],
        ArrowRight: [0, cell.cellIndex < first ? first - cell.cellIndex : 1], ArrowLeft: [0, -1],
        Home: [0, first - cell.cellIndex], End: [0, last - cell.cellIndex],
      };
      const step = steps[event.key];
      if (!step || cell.parentElement.parentElement !== table.tBodies[0]) return;
      event.preventDefault();
      move(cell, ...step);
    });
  });
}
