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

// the last hour of something that closes: 41:07
function fine(seconds) {
  if (seconds <= 0 || seconds >= 3600) return "";
  const left = Math.floor(seconds);
  return `in ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

export function start(root) {
  each(root, "[data-countdown]", (element) => {
    const at = Date.parse(element.dataset.countdown);
    const page = Date.parse(element.dataset.now ?? "") || Date.now();
    const ahead = page - Date.now();
    const pause = "fine" in element.dataset ? 1000 : 15000;
    const show = () => {
      const left = (at - Date.now() - ahead) / 1000;
      const text = (pause === 1000 && fine(left)) || words(left);
      if (element.textContent !== text) element.textContent = text;
      if (element.isConnected) setTimeout(show, pause);
    };
    setTimeout(show, pause);
  });
}
