// Scans one after the other without reloading: each is sent as soon as the one before is answered,
// and the box is free for the next at once. Without this script every scan is a page of its own.
"use strict";

let queue = Promise.resolve();
let waiting = 0;
let chosen = ""; // where the pile is to go, once somebody said so

for (const form of document.querySelectorAll("form[data-scan]")) {
  const box = form.elements.scan;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sent = new FormData(form);
    if (!box.value.trim()) return;
    box.value = "";
    box.focus();
    waiting += 1;
    queue = queue.then(() => send(form, sent)).finally(() => { waiting -= 1; });
  });
}

document.addEventListener("change", (event) => {
  if (event.target.id === "to") chosen = event.target.value;
});

// A pile is given with everything that was scanned: what is on its way to the server comes first.
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".pile-give") || waiting === 0) return;
  event.preventDefault();
  queue.then(() => document.querySelector(".pile-give")?.requestSubmit());
});

async function send(form, sent) {
  const headers = { "X-Onestop-Part": "pile" };
  const answer = await fetch(form.action, { method: "POST", body: sent, headers }).catch(() => null);
  const isPage = answer?.headers.get("Content-Type")?.startsWith("text/html");
  const html = isPage && !answer.redirected ? await answer.text().catch(() => "") : "";
  const parts = new DOMParser().parseFromString(html, "text/html");
  const said = parts.getElementById("said");
  if (!said) {
    // Signed out, or no network: the page says it when the scan is sent the plain way.
    form.elements.scan.value = sent.get("scan");
    form.submit();
    return;
  }
  tell(said);
  document.getElementById("pile").replaceWith(parts.getElementById("pile"));
  const to = document.getElementById("to");
  if (chosen && to?.querySelector(`option[value="${chosen}"]`)) to.value = chosen;
}

// The next scan comes within a second: what was refused, or odd, stays in sight until it is put away.
function tell(said) {
  const refusals = document.getElementById("refusals");
  const told = said.querySelectorAll(".notice--error, .notice--warning");
  refusals.querySelector("div").prepend(...told);
  refusals.hidden = !refusals.querySelector(".notice");
  document.getElementById("said").replaceChildren(...said.childNodes);
}

document.querySelector("#refusals > button")?.addEventListener("click", () => {
  const refusals = document.getElementById("refusals");
  refusals.querySelector("div").replaceChildren();
  refusals.hidden = true;
  document.getElementById("scan")?.focus();
});
