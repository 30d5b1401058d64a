// The one entry. Every page works without it; each part wakes only where the page asks for it.
import { start as frame } from "./frame.js";
import { start as guard } from "./guard.js";
import { start as keys } from "./keys.js";

const PARTS = [
  ["form[data-autosave-url]", () => import("./autosave.js")],
  ["[data-choices]", () => import("./choices.js")],
  ["[data-cockpit]", () => import("./cockpit.js")],
  ["[data-copy]", () => import("./copy.js")],
  ["[data-countdown]", () => import("./countdown.js")],
  ["details[data-dialog]", () => import("./dialog.js")],
  ["[data-drawer-frame]", () => import("./drawer.js")],
  ["[data-editor]", () => import("./editor.js")],
  ["[data-errand]", () => import("./errand.js")],
  ["table[data-grid]", () => import("./grid.js")],
  ["[data-filter], [data-selected]", () => import("./rows.js")],
  ["[data-quiz], [data-ends], [data-text-size]", () => import("./quiz.js")],
  ["textarea[data-names]", () => import("./names.js")],
  ["[data-read-href], a[data-opens]", () => import("./read.js")],
  ["[data-reading]", () => import("./reading.js")],
  ["form[data-push]", () => import("./push.js")],
  ["[data-refresh]", () => import("./refresh.js")],
  ["[data-studio]", () => import("./studio.js")],
  ["form[data-upload]", () => import("./upload.js")],
  ["input[data-units]", () => import("./units.js")],
  ["[data-zone-href]", () => import("./zone.js")],
];

/** Wakes the parts that a piece of the page asks for; called again for what arrives later. */
export function wake(root) {
  frame(root);
  guard(root);
  for (const [selector, load] of PARTS) {
    if (root.querySelector(selector)) load().then((part) => part.start(root, wake));
  }
}

keys(document);
wake(document);
