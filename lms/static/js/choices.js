// Rubrics and rosters by keyboard: 1–9 choose in the present row and go on, n and p (or j and k) move between rows,
// c opens the comment of the row. Points of a row belong to its level: another level empties those that no longer fit.
import { each } from "./tools.js";

export function start(root) {
  each(root, "[data-choices]", (box) => {
    const groups = () => [...box.querySelectorAll("[data-choice]")].filter((group) => group.getClientRects().length);
    const radios = (group) => [...group.querySelectorAll('input[type="radio"]:enabled')];
    let at = -1;
    const here = () => {
      const focused = groups().findIndex((group) => group.contains(document.activeElement));
      return focused >= 0 ? focused : at;
    };
    const go = (index) => {
      const all = groups();
      at = Math.max(0, Math.min(all.length - 1, index));
      const options = radios(all[at]);
      (options.find((radio) => radio.checked) ?? options[0])?.focus();
      all[at].scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || !box.isConnected) return;
      if (event.target.matches('textarea, select, input:not([type="radio"], [type="checkbox"])')) return;
      const digit = Number(event.key);
      if (digit >= 1) {
        const all = groups();
        const open = all.findIndex((group) => !radios(group).some((radio) => radio.checked));
        const index = here() >= 0 ? here() : Math.max(0, open);
        const radio = radios(all[index])[digit - 1];
        if (!radio) return;
        event.preventDefault();
        radio.click();
        if (index + 1 < all.length) go(index + 1);
        else at = index;
      } else if ("njpk".includes(event.key)) {
        event.preventDefault();
        go(here() + ("nj".includes(event.key) ? 1 : -1));
      } else if (event.key === "c") {
        const note = groups()[Math.max(0, here())]?.querySelector("details");
        if (!note) return;
        event.preventDefault();
        note.open = true;
        note.querySelector("textarea")?.focus();
      }
    });
    box.addEventListener("change", ({ target }) => {
      const points = target.closest("[data-choice]")?.querySelector("[data-points]");
      if (!points || !target.dataset.low) return;
      const { low, high, middle } = target.dataset;
      if (points.value && (Number(points.value) < Number(low) || Number(points.value) > Number(high))) points.value = "";
      document.getElementById(points.getAttribute("aria-describedby")).textContent = `${low} to ${high}; empty is ${middle}`;
    });
  });
}
