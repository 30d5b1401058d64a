// A large file in pieces: it goes on where it stopped, after a broken connection, a reload, or tomorrow.
import { token } from "./tools.js";

const WAITS = [1, 2, 4, 8, 15, 30];
const KEPT = "What has arrived is kept for a week: choose the same file again and it goes on there.";

class Refused extends Error {}

/** Sends a form and answers with what came back, telling how much of it has gone. */
function send(url, values, tell = () => undefined) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded }) => tell(loaded));
    request.addEventListener("error", () => reject(new Error("no connection")));
    request.addEventListener("load", () => {
      const json = request.getResponseHeader("Content-Type")?.includes("json");
      if (!json && request.status < 500) reject(new Refused(`You were signed out. ${KEPT}`));
      else if (!json) reject(new Error("the server did not answer"));
      else resolve({ status: request.status, ...JSON.parse(request.responseText) });
    });
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Accept", "application/json");
    const body = new FormData();
    for (const [name, value] of Object.entries(values)) body.append(name, value);
    request.send(body);
  });
}

/** Tries again while the connection is gone, for about a minute. */
async function patiently(act, say) {
  for (const seconds of [...WAITS, 0]) {
    try {
      return await act();
    } catch (failure) {
      if (failure instanceof Refused) throw failure;
      if (!seconds) throw new Refused(`The connection broke. ${KEPT}`);
      say(`No connection. It is tried again in ${seconds} s.`);
      await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
    }
  }
  return undefined;
}

async function hash(piece) {
  const digest = await crypto.subtle.digest("SHA-256", await piece.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends a file, said to be what `about` tells; the answer is what the page has to know of the draft now. Throws with words fit to show. */
export async function sendInPieces(url, file, about, tell, say) {
  const begun = await patiently(() => send(url, { ...about, name: file.name, size: file.size }), say);
  if (begun.status !== 200) throw new Refused(begun.reason);
  let { offset } = begun;
  for (let tries = 0; tries < 20;) {
    const piece = file.slice(offset, offset + begun.piece);
    const sha256 = await hash(piece);
    const answer = await patiently(
      () => send(begun.to, { offset, sha256, piece: new File([piece], file.name) }, (gone) => tell(Math.min(offset + gone, file.size))), say);
    if (answer.done) return answer;
    if (answer.status === 200 || answer.status === 409) {
      tries = answer.offset > offset ? 0 : tries + 1;
      offset = answer.offset;
    } else throw new Refused(answer.reason);
    tell(offset);
  }
  throw new Refused(`It does not arrive whole. ${KEPT}`);
}
