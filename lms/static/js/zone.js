// The device is in another zone than the profile: offer it once, change nothing by itself.
import { device, each, make, token } from "./tools.js";

const canonical = (zone) => new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;

export function start(root) {
  each(root, "[data-zone-href]", (main) => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const key = `cadre:zone:${here}`;
    try { if (!here || device.get(key) || canonical(here) === canonical(main.dataset.zone)) return; } catch { return; }
    const hidden = (name, value) => make("input", { type: "hidden", name, value });
    const keep = make("button", { type: "button", class: "btn btn-text btn-small" }, "Keep it");
    const form = make("form", { method: "post", action: main.dataset.zoneHref, class: "acts" },
      hidden("csrf_token", token()), hidden("zone", here), hidden("next", location.pathname + location.search),
      make("button", { class: "btn btn-small" }, `Show times in ${here.replaceAll("_", " ")}`), keep);
    const notice = make("div", { class: "callout info callout-plain", role: "status" },
      make("p", {}, `This device is in ${here.replaceAll("_", " ")}; times are shown in ${main.dataset.zone.replaceAll("_", " ")}. No deadline moves when you change it.`),
      form);
    keep.addEventListener("click", () => { device.set(key, "kept"); notice.remove(); });
    main.querySelector(".page")?.prepend(make("div", { class: "notices" }, notice));
  });
}
