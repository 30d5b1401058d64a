// A quiz: the server's clock counted down, answers marked as touched, text that can be made larger.
import { device, each, make } from "./tools.js";

const SIZES = ["", "large", "largest"];
const SIZE = "cadre:quiz-text";

export function start(root) {
  each(root, "form[data-quiz]", (form) => {
    const touched = (event) => {
      const was = event.target.closest("[data-question]")?.querySelector('input[name$="-was"]');
      if (was && !was.value.endsWith("!")) was.value += "!";
    };
    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
  });
  each(root, "[data-ends]", (clock) => {
    const left = clock.querySelector("[data-left]");
    if (!left) return;
    let ends = Date.parse(clock.dataset.ends);
    document.addEventListener("cadre:saved", (event) => { if (event.detail.ends) ends = Date.parse(event.detail.ends); });
    const ahead = Date.parse(clock.dataset.now) - Date.now();
    const spoken = make("p", { class: "vh", role: "status" });
    const said = new Set();
    clock.after(spoken);
    const show = () => {
      const seconds = Math.max(0, Math.ceil((ends - Date.now() - ahead) / 1000));
      left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      clock.classList.toggle("soon", seconds <= 120);
      for (const mark of [300, 60]) {
        if (seconds <= mark && seconds > mark - 5 && !said.has(mark)) {
          said.add(mark);
          spoken.textContent = mark === 60 ? "One minute left" : "Five minutes left";
        }
      }
      if (seconds > 0) { setTimeout(show, 500); return; }
      const form = document.querySelector("form[data-quiz]");
      form?.dispatchEvent(new Event("submit"));
      if (form) fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" }).finally(() => setTimeout(() => location.reload(), 6000));
      left.textContent = "Time is over";
    };
    show();
  });
  each(root, "[data-text-size]", (box) => {
    const set = (size) => { document.documentElement.dataset.text = SIZES[size]; device.set(SIZE, String(size)); };
    let size = Math.min(SIZES.length - 1, Math.max(0, Number(device.get(SIZE) ?? 0)));
    if (size) set(size);
    box.hidden = false;
    box.addEventListener("click", (event) => {
      const step = Number(event.target.closest("button")?.dataset.step ?? 0);
      size = Math.min(SIZES.length - 1, Math.max(0, size + step));
      set(size);
    });
  });
}
