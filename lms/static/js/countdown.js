// Keeps "in 3 h 20 min" true while the page is open: same words as the server's.
import { each } from "./tools.js";

const UNITS = [["d", 86400], ["h", 3600], ["min", 60]];

export function words(seconds) {
  if (Math.abs(seconds) < 60) return "now";
  const left = Math.abs(seconds);
  const index = UNITS.findIndex(([, size]) => left >= size);
  const [unit, size] = UNITS[index];
  const whole = `${Math.floor(left / size)}\u00a0${unit}`;
  if (seconds < 0) return `${whole} ago`;
  const [smaller, small] = UNITS[index + 1] ?? ["", 0];
  const rest = small ? Math.floor((left % size) / small) : 0;
  return `in ${whole}${rest ? ` ${rest}\u00a0${smaller}` : ""}`;
}

export function start(root) {
  each(root, "[data-countdown]", (element) => {
    const at = Date.parse(element.dataset.countdown);
    const page = Date.parse(element.dataset.now ?? "") || Date.now();
    const ahead = page - Date.now();
    const show = () => {
      const text = words((at - Date.now() - ahead) / 1000);
      if (element.textContent !== text) element.textContent = text;
      if (element.isConnected) setTimeout(show, 15000);
    };
    setTimeout(show, 15000);
  });
}
