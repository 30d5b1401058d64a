// Facts open beside the list without leaving it. The link's address is that of the page with the drawer, so it can be shared.
import { each } from "./tools.js";

export function start(root, wake) {
  each(root, "[data-drawer-frame]", (frame) => {
    const place = frame.querySelector("[data-drawer-place]");
    let from = null;

    const show = async (href) => {
      const response = await fetch(href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const found = page.querySelector("[data-drawer-place]");
      if (!response.ok || !found) { location.assign(href); return; }
      place.replaceChildren(...found.childNodes);
      frame.classList.toggle("board-open", place.childElementCount > 0);
      wake(place);
    };

    frame.addEventListener("click", async (event) => {
      const link = event.target.closest("a[data-drawer], a[data-drawer-close]");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      const closing = link.hasAttribute("data-drawer-close");
      for (const row of frame.querySelectorAll("tr.on")) row.classList.remove("on");
      try {
        if (closing) { place.replaceChildren(); frame.classList.remove("board-open"); } else await show(link.href);
      } catch { location.assign(link.href); return; }
      history.replaceState(null, "", link.href);
      if (closing) { from?.focus(); return; }
      from = link;
      link.closest("tr")?.classList.add("on");
      place.firstElementChild?.focus();
    });
  });
}
