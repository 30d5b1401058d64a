// Looks again for a part of the page every few seconds while somebody looks at it. What somebody is doing in it is left alone.
import { each } from "./tools.js";

const busy = (element) =>
  document.hidden
  || element.contains(document.activeElement)
  || element.querySelector("details[open]");

export function start(root, wake) {
  each(root, "[data-refresh]", (element) => {
    const seconds = Number(element.dataset.refreshSeconds) || 10;
    let shown = "";
    const plain = (html) => html.replace(/name="csrf_token" value="[^"]*"/g, "");
    const look = async () => {
      if (!element.isConnected) return;
      if (!busy(element)) {
        try {
          const answer = await fetch(element.dataset.refresh, { credentials: "same-origin" });
          const html = answer.ok && !answer.redirected ? await answer.text() : "";
          if (html && plain(html) !== shown && !busy(element)) {
            element.innerHTML = html;
            wake(element);
            shown = plain(html);
          }
        } catch { /* the network is away: the next look may find it */ }
      }
      setTimeout(look, seconds * 1000);
    };
    setTimeout(look, seconds * 1000);
  });
}
