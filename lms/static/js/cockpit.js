// A team's place in a simulation: who is there, one step at a time on a phone, live arithmetic, characters counted.
import { plan, figure, warnings, words } from "./market-plan.js";
import { each, make, post } from "./tools.js";

const BEAT = 20000;

export function start(root) {
  each(root, "[data-cockpit]", (cockpit) => {
    const form = cockpit.querySelector("form.cockpit-form");
    if (cockpit.dataset.seen) beat(cockpit, form);
    steps(cockpit);
    count(cockpit);
    const place = cockpit.querySelector("[data-plan]");
    if (place && form) arithmetic(form, place);
  });
}

const put = (out) => {
  for (const [name, text] of Object.entries(out)) for (const place of document.querySelectorAll(`[data-out="${CSS.escape(name)}"]`)) if (place.textContent !== text) place.textContent = text;
};

/** Says every 20 seconds that somebody looks, and hears who else does. */
function beat(cockpit, form) {
  const news = cockpit.querySelector("[data-news]");
  let stands = Number(cockpit.dataset.version);
  form?.addEventListener("cadre:saved", (event) => { stands = event.detail.version ?? stands; });
  const ask = async () => {
    if (!cockpit.isConnected) return;
    if (!document.hidden) {
      const values = new FormData();
      values.set("round", cockpit.dataset.round);
      values.set("version", String(stands));
      values.set("submission", cockpit.dataset.submission);
      try {
        const answer = await post(cockpit.dataset.seen, values);
        if (answer.ok && !answer.redirected) {
          const said = await answer.json();
          put(said.out);
          if (news) { news.hidden = !said.news; news.querySelector("[data-news-words]").textContent = said.news; }
        }
      } catch { /* the network is away: the next beat may find it */ }
    }
    setTimeout(ask, BEAT);
  };
  setTimeout(ask, 1000);
}

/** On a narrow screen one step stands alone; the address says which. */
function steps(cockpit) {
  const links = [...cockpit.querySelectorAll("[data-step-to]")];
  const walk = cockpit.querySelector(".steps-walk");
  if (links.length < 2 || !walk) return;
  const keys = links.map((link) => link.dataset.stepTo);
  const keyOf = (element) => element?.closest("[data-step]")?.dataset.step;
  let now = 0;
  const show = (at, move) => {
    now = Math.min(keys.length - 1, Math.max(0, at));
    for (const step of cockpit.querySelectorAll("[data-step]")) step.classList.toggle("on", step.dataset.step === keys[now]);
    links.forEach((link, index) => { if (index === now) link.setAttribute("aria-current", "step"); else link.removeAttribute("aria-current"); });
    cockpit.classList.toggle("last", now === keys.length - 1);
    walk.querySelector("[data-step-back]").disabled = now === 0;
    walk.querySelector("[data-step-next]").disabled = now === keys.length - 1;
    if (move) { cockpit.scrollIntoView(); links[now].scrollIntoView({ block: "nearest", inline: "center" }); }
  };
  cockpit.classList.add("stepping");
  walk.hidden = false;
  links.forEach((link, index) => link.addEventListener("click", (event) => {
    if (!matchMedia("(max-width: 63.99em)").matches) return;
    event.preventDefault();
    show(index, true);
  }));
  walk.querySelector("[data-step-back]").addEventListener("click", () => show(now - 1, true));
  walk.querySelector("[data-step-next]").addEventListener("click", () => show(now + 1, true));
  // a link of the error summary leads into its step
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.('.summary-errors a[href^="#"]');
    const key = target && keyOf(document.getElementById(target.getAttribute("href").slice(1)));
    if (key) show(keys.indexOf(key), false);
  }, true);
  const wrong = keyOf(cockpit.querySelector('[aria-invalid="true"], .field-bad'));
  const asked = keyOf(location.hash ? document.getElementById(location.hash.slice(1)) : null);
  show(Math.max(0, keys.indexOf(asked ?? wrong ?? keys[0])), Boolean(asked) && matchMedia("(max-width: 63.99em)").matches);
}

function count(cockpit) {
  const area = cockpit.querySelector("textarea[data-count]");
  const line = cockpit.querySelector("[data-counted]");
  if (!area || !line) return;
  const limit = Number(area.dataset.count).toLocaleString("en");
  area.addEventListener("input", () => { line.textContent = `${area.value.trim().length.toLocaleString("en")} of ${limit} characters`; });
}

/** Figures of the sheet, computed as the server computes them. */
function arithmetic(form, place) {
  const facts = JSON.parse(place.dataset.plan);
  const list = place.querySelector("[data-plan-warnings]");
  const sign = (tone) => place.querySelector(`[data-plan-sign="${tone}"]`).content.cloneNode(true);
  const typed = (name) => form.elements[name]?.value ?? null;
  const sums = (at) => {
    let sum = 0;
    for (const field of form.querySelectorAll(`[name^="${CSS.escape(at)}."]`)) sum += figure(field.value) ?? 0;
    return Number(sum.toFixed(6));
  };
  const label = (name) => {
    const words = form.elements[name]?.labels?.[0]?.firstChild?.textContent.trim() ?? name;
    const product = /^products\.(\w+)/.exec(name)?.[1];
    const head = product ? `Product ${product}` : name.startsWith("launch.") ? "Launch" : "";
    return head ? `${head}, ${words.toLowerCase()}` : words;
  };
  const show = () => {
    const bought = [...form.querySelectorAll('input[name^="study."]:checked')].map((box) => box.name.split(".")[1]);
    const p = plan(facts, typed, bought, Boolean(typed("launch.parent")));
    put(words(p));
    const told = warnings(facts, p, typed, sums, label);
    const said = told.map(([, text]) => text).join("\n");
    if (list && list.dataset.said !== said) {
      list.dataset.said = said;
      list.replaceChildren(...told.map(([tone, text]) => make("li", { class: `tone ${tone}` }, sign(tone), make("span", {}, text))));
    }
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}
