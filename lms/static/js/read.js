// A thread that somebody has had before them for a while, down to its last post, is read; so is a notice whose title
// is followed. Without this a button says so.
import { each, post } from "./tools.js";

const WHILE = 4000;

export function start(root) {
  each(root, "[data-read-href]", (list) => {
    const last = list.lastElementChild;
    if (!last) return;
    let timer = 0;
    const watch = new IntersectionObserver(([entry]) => {
      clearTimeout(timer);
      if (entry.isIntersecting && !document.hidden) timer = setTimeout(tell, WHILE);
    });
    async function tell() {
      watch.disconnect();
      const body = new FormData();
      body.set("read_to", list.dataset.readTo);
      try { await post(list.dataset.readHref, body); } catch { /* it stays new, and the button is there */ }
    }
    watch.observe(last);
  });
  each(root, "a[data-opens]", (link) => {
    link.addEventListener("click", (event) => {
      const form = document.querySelector(`form[action="${link.dataset.opens}"]`);
      if (!form || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      form.requestSubmit();
    });
  });
}
