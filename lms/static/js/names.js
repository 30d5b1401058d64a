// Naming people: after an @ a list of those who read this is offered. The text stays plain; without this one types @first.last.
import { each, make } from "./tools.js";

const PAUSE = 150;

export function start(root) {
  each(root, "textarea[data-names]", (area) => {
    const list = make("ul", { class: "names-list plain-list", role: "listbox", id: `${area.id}-names`, "aria-label": "People who read this" });
    const said = make("p", { class: "vh", role: "status" });
    const box = make("div", { class: "names-box" });
    list.hidden = true;
    area.replaceWith(box);
    box.append(area, list, said);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", list.id);
    let timer = 0;
    let asked = 0;
    let at = -1;

    const typed = () => area.value.slice(0, area.selectionStart).match(/(?:^|[^\p{L}\p{N}_@./+-])@([\p{L}\p{N}_.-]*)$/u)?.[1];

    const close = () => {
      asked += 1;
      list.hidden = true;
      at = -1;
      area.removeAttribute("aria-activedescendant");
    };

    const mark = (index) => {
      const options = [...list.children];
      at = (index + options.length) % options.length;
      options.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
      area.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    };

    const take = (option) => {
      const word = typed() ?? "";
      const begin = area.selectionStart - word.length;
      area.setRangeText(`${option.dataset.handle} `, begin, area.selectionStart, "end");
      close();
      area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    };

    const offer = (people) => {
      list.replaceChildren(...people.map((one, number) => {
        const option = make("li", { role: "option", id: `${list.id}-${number}`, "data-handle": one.handle, "aria-selected": "false" },
          make("span", {}, one.name), make("span", { class: "meta" }, one.role));
        option.addEventListener("mousedown", (event) => { event.preventDefault(); take(option); });
        return option;
      }));
      list.hidden = !people.length;
      said.textContent = people.length ? `${people.length === 1 ? "1 person" : `${people.length} people`}: arrow keys choose, Enter takes one.` : "";
      if (people.length) mark(0);
    };

    async function ask(word) {
      const turn = (asked += 1);
      const url = new URL(area.dataset.names, location.href);
      url.searchParams.set("q", word);
      try {
        const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
        const answer = response.ok ? await response.json() : { people: [] };
        if (turn === asked) offer(answer.people);
      } catch { close(); }
    }

    area.addEventListener("input", () => {
      clearTimeout(timer);
      const word = typed();
      if (word === undefined) { close(); return; }
      timer = setTimeout(() => ask(word), PAUSE);
    });
    area.addEventListener("keydown", (event) => {
      if (list.hidden || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown") mark(at + 1);
      else if (event.key === "ArrowUp") mark(at - 1);
      else if (event.key === "Enter" || event.key === "Tab") take(list.children[at]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    area.addEventListener("blur", close);
  });
}
