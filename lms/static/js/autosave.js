// Forms that save themselves. The answer is JSON: {saved: "21:04", version: 4, out: {final: "72.0"}, html: {preview: "<p>…"}, fields: {name: value}}; a refusal has
// {reason}. A part of the page that needs it saved at once says "save-now" to the form.
// data-autosave-sent is the address of a form that was just sent for good: its copy on this device goes.
import { clean, soil } from "./guard.js";
import { device, each, make, post, texts } from "./tools.js";

const PAUSE = 1200;
const RETRY = 15000;

export function start(root) {
  each(root, "form[data-autosave-url]", (form) => {
    const url = form.dataset.autosaveUrl;
    const key = `cadre:draft:${url}`;
    const line = form.querySelector("[data-saved]");
    let timer = 0;
    let sending = false;
    let again = false;

    const say = (state, words) => {
      if (!line) return;
      line.dataset.state = state;
      line.querySelector("[data-saved-words]").textContent = words;
    };

    const failed = (words) => {
      const kept = device.set(key, texts(form));
      soil(form);
      say("failed", kept ? `${words} Your text is kept on this device.` : words);
      timer = setTimeout(save, RETRY);
    };

    async function save() {
      clearTimeout(timer);
      if (sending) { again = true; return; }
      sending = true;
      say("saving", "Saving …");
      try {
        const response = await post(url, words(form));
        const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
        if (response.ok && answer) saved(answer);
        else if (response.status === 409) { device.set(key, texts(form)); say("failed", answer?.reason ?? "Somebody else changed this. Reload to see both."); }
        else if (response.status === 422) say("unsaved", answer?.reason ?? "Not saved: look at the marked fields.");
        else failed(response.redirected || response.status === 401 ? "You were signed out." : "Not saved.");
      } catch {
        failed("No connection.");
      }
      sending = false;
      if (again) { again = false; save(); }
    }

    function saved(answer) {
      if (!again) { clean(form); device.drop(key); }
      if (answer.version !== undefined && form.elements.version) form.elements.version.value = answer.version;
      for (const [name, words] of Object.entries(answer.out ?? {})) {
        for (const place of document.querySelectorAll(`[data-out="${CSS.escape(name)}"]`)) place.textContent = words;
      }
      for (const [name, html] of Object.entries(answer.html ?? {})) {
        const piece = new DOMParser().parseFromString(html, "text/html").body;
        for (const place of document.querySelectorAll(`[data-html="${CSS.escape(name)}"]`)) place.replaceChildren(...document.importNode(piece, true).childNodes);
      }
      for (const [name, value] of Object.entries(answer.fields ?? {})) if (form.elements[name]) form.elements[name].value = value;
      form.dispatchEvent(new CustomEvent("cadre:saved", { bubbles: true, detail: answer }));
      say("saved", `Saved ${answer.saved ?? ""}`.trim());
    }

    form.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      clearTimeout(timer);
      soil(form);
      say("unsaved", "Not saved yet");
      timer = setTimeout(save, PAUSE);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      if (!("autosaveForget" in form.dataset)) device.set(key, texts(form));
      clean(form);
    });
    form.addEventListener("save-now", save);
    addEventListener("online", () => { if (line?.dataset.state === "failed") save(); });
    if (form.dataset.autosaveSent) device.drop(`cadre:draft:${form.dataset.autosaveSent}`);
    offer(form, key);
  });
}

/** What a form holds without its files: those are sent when somebody says so. */
function words(form) {
  const values = new FormData(form);
  for (const [name, value] of [...values]) if (value instanceof File) values.delete(name);
  return values;
}

/** A text that was kept here and never arrived is offered, not put back silently. */
function offer(form, key) {
  const kept = device.get(key);
  if (!kept || kept === texts(form)) { device.drop(key); return; }
  const use = make("button", { type: "button", class: "btn btn-small" }, "Put it back");
  const drop = make("button", { type: "button", class: "btn btn-text btn-small" }, "Discard it");
  const notice = make("div", { class: "callout warn callout-plain", role: "status" },
    make("p", {}, "A text that was never sent is kept on this device."), make("div", { class: "acts" }, use, drop));
  use.addEventListener("click", () => {
    for (const [name, value] of JSON.parse(kept)) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.matches('[type="radio"], [type="checkbox"]')) field.checked ||= field.value === value;
        else field.value = value;
      }
    }
    notice.remove();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  drop.addEventListener("click", () => { device.drop(key); notice.remove(); });
  form.prepend(notice);
}
