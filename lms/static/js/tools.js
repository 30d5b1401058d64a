// What several parts need.

/** The page's CSRF token: every form carries it. */
export const token = () => document.querySelector('input[name="csrf_token"]')?.value ?? "";

/** Posts a form's values; the answer is the response, or an exception when the network is gone. */
export const post = (url, body) =>
  fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" }, credentials: "same-origin" });

/** Makes an element: make("p", { class: "meta" }, "words", child). */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** What a person typed into a form, without hidden fields and files: for a copy on this device. */
export function texts(form) {
  const own = ([name, value]) => typeof value === "string" && form.elements[name]?.type !== "hidden";
  return JSON.stringify([...new FormData(form)].filter(own));
}

/** Storage that may be switched off: then nothing is kept, and nothing breaks. */
export const device = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); return true; } catch { return false; } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
};

/** Runs a function on each match that it has not seen yet. */
const seen = new WeakMap();
export function each(root, selector, action) {
  for (const element of root.querySelectorAll(selector)) {
    const done = seen.get(element) ?? new Set();
    if (done.has(selector)) continue;
    seen.set(element, done.add(selector));
    action(element);
  }
}
