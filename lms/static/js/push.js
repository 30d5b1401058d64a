// Lets this browser show messages: asks when the button is pressed, never before, and hands what it gets to the form.
import { each } from "./tools.js";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export function start(root) {
  each(root, "form[data-push]", (form) => {
    const told = form.querySelector("[data-push-words]");
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
      told.textContent = "This browser cannot show messages while Cadre is closed.";
      return;
    }
    form.querySelector(".acts").hidden = false;
    told.textContent = "Your browser asks you once. You can take it back here or in the browser at any time.";
    form.addEventListener("submit", async (event) => {
      if (form.elements.endpoint.value) return;
      event.preventDefault();
      try {
        const worker = await navigator.serviceWorker.register("/push-worker.js");
        await navigator.serviceWorker.ready;
        const given = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) });
        form.elements.endpoint.value = given.endpoint;
        form.elements.public_key.value = words(given.getKey("p256dh"));
        form.elements.secret.value = words(given.getKey("auth"));
        form.submit();
      } catch {
        told.textContent = "Your browser did not allow it. Allow notifications for this site in its settings, then try again.";
      }
    });
  });
}
