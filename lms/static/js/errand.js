// Long work: asks how far it is, says so, and shows the whole page anew when it is over.
import { each } from "./tools.js";

const PAUSE = 1000;
const LONGEST = 10000;

export function start(root) {
  each(root, "[data-errand]", (element) => {
    const bar = element.querySelector("progress");
    const words = element.querySelector(".scan");
    let pause = PAUSE;
    const ask = async () => {
      try {
        const answer = await fetch(element.dataset.errand, { credentials: "same-origin" });
        if (!answer.ok) throw new Error(answer.status);
        const said = await answer.json();
        if (said.over) { location.reload(); return; }
        if (words.textContent !== said.words) words.textContent = said.words;
        if (said.share === null) bar.removeAttribute("value"); else bar.value = said.share;
        pause = PAUSE;
      } catch { pause = Math.min(LONGEST, pause * 2); }
      if (element.isConnected) setTimeout(ask, pause);
    };
    setTimeout(ask, pause);
  });
}
