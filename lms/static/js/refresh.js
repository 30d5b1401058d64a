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
    // the address of a whole page: only the part with the same name is taken from it
    const part = (html) => {
      const name = element.dataset.refreshPart;
      if (!name) return html;
      const there = new DOMParser().parseFromString(html, "text/html").getElementById(name);
      if (!there) location.reload(); // it is over: the page says so
      return there ? there.innerHTML : "";
    };
    const plain = (html) => html.replace(/name="csrf_token" value="[^"]*"/g, "");
    const look = async () => {
      if (!element.isConnected) return;
      if (!busy(element)) {
        try {
          const answer = await fetch(element.dataset.refresh, { credentials: "same-origin" });
          const html = answer.ok && !answer.redirected ? part(await answer.text()) : "";
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
