// A Markdown text: tools that write its marks, and a preview that follows the text through the page's own saving.
import { each } from "./tools.js";

const AROUND = { bold: ["**", "bold words"], italic: ["*", "words in italics"] };
const BEFORE = { heading: "## ", list: "- ", quote: "> " };
const KEYS = { b: "bold", i: "italic", k: "link" };

/** Puts words in the place of what is selected, so that the browser's own undo takes them back. */
function write(area, words, from, to) {
  area.focus();
  area.setSelectionRange(from, to);
  if (!document.execCommand?.("insertText", false, words)) {
    area.setRangeText(words, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function mark(area, kind) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to);
  if (kind in AROUND) {
    const [sign, sample] = AROUND[kind];
    const words = chosen || sample;
    write(area, `${sign}${words}${sign}`, from, to);
    area.setSelectionRange(from + sign.length, from + sign.length + words.length);
  } else if (kind === "link") {
    const words = chosen || "words of the link";
    write(area, `[${words}](https://)`, from, to);
    const at = from + words.length + 3;
    area.setSelectionRange(at, at + "https://".length);
  } else {
    const begin = value.lastIndexOf("\n", from - 1) + 1;
    const lines = value.slice(begin, to).split("\n").map((line) => (line.startsWith(BEFORE[kind]) ? line : BEFORE[kind] + line));
    write(area, lines.join("\n"), begin, to);
  }
}

export function start(root) {
  each(root, "[data-editor]", (editor) => {
    const area = editor.querySelector("textarea");
    const tools = editor.querySelector("[data-editor-tools]");
    const pane = editor.querySelector("[data-editor-pane]");
    const toggle = editor.querySelector("[data-editor-preview]");
    const buttons = [...tools.querySelectorAll("button")];

    tools.hidden = false;
    buttons.forEach((button, at) => {
      button.tabIndex = at ? -1 : 0;
      button.addEventListener("click", () => mark(area, button.dataset.mark));
    });
    tools.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = buttons.indexOf(document.activeElement);
      const next = buttons[(at + step + buttons.length) % buttons.length];
      buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
      next.focus();
    });
    area.addEventListener("keydown", (event) => {
      const kind = KEYS[event.key.toLowerCase()];
      if (!kind || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      mark(area, kind);
    });

    const form = area.form;
    const wanted = Object.assign(document.createElement("input"), { type: "hidden", name: "preview", value: "1" });
    const show = (open) => {
      pane.hidden = !open;
      toggle.setAttribute("aria-expanded", String(open));
      if (open) form.append(wanted); else wanted.remove();
    };
    show(!pane.hidden);
    toggle.addEventListener("click", (event) => {
      event.preventDefault();
      show(pane.hidden);
      if (!pane.hidden) form.dispatchEvent(new Event("save-now"));
    });
  });
}
