// Sending files with progress; dropping them on the box. The form still works as a form.
import { clean } from "./guard.js";
import { sendInPieces } from "./pieces.js";
import { each, make } from "./tools.js";

const size = (bytes) => (bytes < 1e6 ? `${Math.floor(bytes / 1e3)} KB` : `${(Math.floor(bytes / 1e5) / 10).toFixed(1)} MB`);

export function start(root, wake) {
  each(root, "form[data-upload]", (form) => {
    const box = form.querySelector("[data-upload-box]");
    const input = form.querySelector('input[type="file"]');
    const words = form.querySelector("[data-upload-words]");
    const most = Number(form.dataset.upload) || Infinity;

    const check = () => {
      words.className = "meta";
      const heavy = [...input.files].find((file) => file.size > most);
      input.setCustomValidity(heavy ? `${heavy.name} has ${size(heavy.size)}; at most ${size(most)} can be sent.` : "");
      words.textContent = heavy ? input.validationMessage : [...input.files].map((file) => `${file.name}, ${size(file.size)}`).join("; ");
    };
    input.addEventListener("change", check);
    for (const kind of ["dragover", "dragleave", "drop"]) {
      box?.addEventListener(kind, (event) => {
        event.preventDefault();
        box.classList.toggle("over", kind === "dragover");
        if (kind === "drop") { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); }
      });
    }

    const { pieces, piecesFrom, piecesWith } = form.dataset;
    const about = () => (piecesWith ? { [piecesWith]: form.elements[piecesWith].value } : {});
    const large = () => (pieces && globalThis.crypto?.subtle ? [...input.files].filter((file) => file.size > Number(piecesFrom)) : []);

    form.addEventListener("submit", async (event) => {
      if (event.submitter?.value?.startsWith("remove:")) input.value = "";
      if (!input.files.length) return;
      event.preventDefault();
      const request = new XMLHttpRequest();
      const meter = make("progress", { class: "meter", max: "100", "aria-label": "Sent" });
      let values = new FormData(form, event.submitter);
      const whichAct = event.submitter;
      const buttons = [...form.querySelectorAll("button")];
      const over = (text) => { meter.remove(); words.textContent = text; words.className = "error"; buttons.forEach((button) => { button.disabled = false; }); };
      buttons.forEach((button) => { button.disabled = true; });
      words.after(meter);
      const apart = large();
      try {
        for (const file of apart) {
          const told = (gone) => { meter.value = (100 * gone) / file.size; words.textContent = `${file.name}: ${size(gone)} of ${size(file.size)} sent`; };
          const answer = await sendInPieces(pieces, file, about(), told, (text) => { words.textContent = text; });
          const seen = form.elements.seen.value.split(",").filter((one) => one && one !== answer.file && !answer.gone?.includes(one));
          if (answer.file) form.elements.seen.value = [...seen, answer.file].join(",");
        }
      } catch (refused) { over(refused.message); return; }
      if (apart.length) {
        // While it was sent, the page may have saved itself, and somebody may have gone on writing: what stands there now is sent.
        values = new FormData(form);
        if (whichAct?.name) values.set(whichAct.name, whichAct.value);
        values.set("arrived", apart.map((file) => file.name).join(", "));
        values.delete(input.name);
        for (const file of input.files) if (!apart.includes(file)) values.append(input.name, file);
      }
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        meter.value = (100 * loaded) / total;
        words.textContent = loaded < total ? `${size(loaded)} of ${size(total)} sent` : "Received. Checking …";
      });
      request.addEventListener("error", () => over("The connection broke. Nothing was lost: send it again."));
      request.addEventListener("load", () => {
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const moved = request.responseURL && request.responseURL !== new URL(form.action, location).href;
        clean(form);
        if (moved && request.status < 400) { location.assign(request.responseURL); return; }
        const next = page.querySelector("main");
        if (!next) { over("That was not accepted. Send it again, or a smaller file."); return; }
        document.querySelector("main").replaceWith(next);
        wake(next);
      });
      request.open("POST", form.action);
      request.send(values);
    });
  });
}
