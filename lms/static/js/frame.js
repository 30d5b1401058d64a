// The frame: theme without a reload, menus that close, messages that can be put away, the error summary that is read first.
import { each, post } from "./tools.js";

export function start(root) {
  each(root, "form[data-theme-form]", (form) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const theme = event.submitter.value;
      document.documentElement.dataset.theme = theme;
      const values = new FormData(form);
      values.set("theme", theme);
      post(form.action, values).catch(() => undefined);
      [...form.querySelectorAll("button")].find((button) => button.offsetParent)?.focus();
    });
  });
  each(root, "[data-menu]", (menu) => {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  each(root, "[data-close]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => button.parentElement.remove());
  });
  each(root, "[data-focus]", (element) => element.focus());
}
