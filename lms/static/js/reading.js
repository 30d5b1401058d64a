// A reading keeps its place: how far down, how long, and that its end was reached. Without scripts a button says so.
import { each, token } from "./tools.js";

const BEAT = 15000;

export function start(root) {
  each(root, "[data-reading]", (article) => {
    const url = article.dataset.reading;
    let seconds = 0;
    let sentAt = -1;
    let last = Date.now();
    let stopped = Boolean(!document.querySelector("[data-reading-mark]"));

    const position = () => {
      const box = article.getBoundingClientRect();
      return Math.max(0, Math.min(100, Math.round((100 * (innerHeight - box.top)) / box.height)));
    };
    const count = (visible) => {
      const now = Date.now();
      if (visible) seconds += Math.min(30, (now - last) / 1000);
      last = now;
    };
    const send = async (keepalive = false) => {
      count(keepalive || document.visibilityState === "visible");
      const at = position();
      if (stopped || (at === sentAt && seconds < 30)) return;
      const body = new URLSearchParams({ position: at, seconds: Math.round(seconds) });
      seconds = 0;
      sentAt = at;
      try {
        const response = await fetch(url, { method: "POST", body, keepalive, credentials: "same-origin", headers: { "X-CSRFToken": token(), Accept: "application/json" } });
        if (response.ok && (await response.json()).done) finished();
      } catch { /* it is sent with the next one */ }
    };
    const finished = () => {
      stopped = true;
      document.querySelector("[data-reading-mark]").hidden = true;
      document.querySelector("[data-reading-done]").hidden = false;
    };
    setInterval(() => send(), BEAT);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(true); else last = Date.now(); });
    addEventListener("scroll", () => { if (position() >= 95 && sentAt < 95) send(); }, { passive: true });
  });
  each(root, "[data-resume]", (line) => {
    const article = document.querySelector("[data-reading]");
    line.hidden = false;
    line.querySelector("button").addEventListener("click", () => {
      const box = article.getBoundingClientRect();
      scrollTo({ top: scrollY + box.top + (box.height * Number(line.dataset.resume)) / 100 - innerHeight * 0.8 });
      line.hidden = true;
    });
  });
}
