// Keys: an element with data-key="k", "/", "escape" or "mod+enter" answers to that key. "?" lists them, and turns single keys off.
import { device, make } from "./tools.js";

const OFF = "cadre:keys-off";

const typing = (target) => target.isContentEditable || target.matches?.('input:not([type="radio"], [type="checkbox"]), textarea, select');

function name(event) {
  const mod = event.metaKey || event.ctrlKey ? "mod+" : "";
  return mod + event.key.toLowerCase();
}

const visible = (element) => element.getClientRects().length > 0;

function words(element) {
  const copy = element.cloneNode(true);
  for (const hint of copy.querySelectorAll("kbd")) hint.remove();
  return (element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? copy.textContent).trim().replace(/\s+/g, " ");
}

function list() {
  const rows = [...document.querySelectorAll("[data-key]")].filter(visible).map((element) =>
    make("tr", {}, make("td", {}, make("kbd", {}, element.dataset.key)), make("td", {}, words(element))));
  const single = make("input", { type: "checkbox" });
  single.checked = !device.get(OFF);
  single.addEventListener("change", () => (single.checked ? device.drop(OFF) : device.set(OFF, "1")));
  const close = make("button", { class: "btn" }, "Close");
  const dialog = make("dialog", { "aria-label": "Keys" }, make("h2", {}, "Keys on this page"),
    make("table", { class: "table table-compact" }, ...rows),
    make("p", {}, make("label", { class: "choice-line" }, single, " Single keys are on")), make("p", { class: "acts" }, close));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function start(root) {
  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const key = name(event);
    const single = !key.startsWith("mod+") && key !== "escape";
    if (single && typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (key === "?" && document.querySelector("[data-key]")) { event.preventDefault(); list(); return; }
    if (single && device.get(OFF)) return;
    const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
    if (!target) return;
    if (key === "escape" && typing(event.target)) { event.target.blur(); return; }
    event.preventDefault();
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
  });
}
