// Scans one after the other without reloading: each is sent as soon as the one before is answered,
// and the box is free for the next at once. What could not be sent stays in line until it is.
// Without this script every scan is a page of its own.
"use strict";

const AGAIN_AFTER = 4_000;
const LONGEST_WAIT = 20_000;
const PART = { "X-Onestop-Part": "pile" };
const TIMED = { "X-Onestop-Timed": "1" }; // a clock sends: nobody is present because of it
const line = []; // what was scanned and not answered yet, oldest first
let sending = false;
let trouble = ""; // why the oldest stays in line: "offline", "failed" or "ended"
let later; // when the line is tried again
let gives = false; // F8 was pressed while scans were on their way
let chosen = ""; // where the pile is to go, once somebody said so

for (const form of document.querySelectorAll("form[data-scan]")) {
  const box = form.elements.scan;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    box.focus();
    line.push({ form, text });
    if (trouble) say();
    sendAll();
  });
}

document.addEventListener("change", (event) => {
  if (event.target.id === "to") chosen = event.target.value;
});

// A pile is given with everything that was scanned: what is on its way to the server comes first.
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".pile-give") || line.length === 0) return;
  event.preventDefault();
  gives = true;
  sendAll();
});

window.addEventListener("online", sendAll);
window.addEventListener("beforeunload", (event) => { if (line.length) event.preventDefault(); });

async function sendAll() {
  if (sending || !line.length) return;
  sending = true;
  clearTimeout(later);
  do {
    trouble = await send(line[0]);
    if (!trouble) line.shift();
  } while (line.length && !trouble);
  sending = false;
  say();
  if (trouble) later = setTimeout(sendAll, AGAIN_AFTER);
  else if (gives) document.querySelector(".pile-give")?.requestSubmit();
  gives = false;
}

// Sends one scan; returns "", or why it stays in line.
async function send(scan, again = true) {
  const body = new FormData(scan.form);
  body.set("scan", scan.text);
  const headers = scan.tried ? { ...PART, ...TIMED } : PART;
  scan.tried = true;
  const signal = AbortSignal.timeout(LONGEST_WAIT);
  const asked = { method: "POST", body, headers, signal };
  const answer = await fetch(scan.form.action, asked).catch(() => null);
  const html = await answer?.text().catch(() => null);
  if (html == null) return "offline";
  const parts = new DOMParser().parseFromString(html, "text/html");
  const said = parts.getElementById("said");
  if (said) {
    show(said, parts.getElementById("pile"));
    return "";
  }
  if (!answer.redirected && ![400, 401, 403].includes(answer.status)) return "failed";
  // Signed out, or signed in again elsewhere: then this page's token is an old one.
  return again && await renewToken() ? send(scan, false) : "ended";
}

async function renewToken() {
  const answer = await fetch(location.href, { headers: TIMED }).catch(() => null);
  const html = await answer?.text().catch(() => "");
  const page = new DOMParser().parseFromString(html ?? "", "text/html");
  const token = page.querySelector('meta[name="csrf-token"]')?.content;
  if (!token) return false;
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
  return true;
}

function show(said, pile) {
  document.dispatchEvent(new Event("onestop:seen"));
  tell(said);
  document.getElementById("pile").replaceWith(pile);
  const to = document.getElementById("to");
  if (chosen && to?.querySelector(`option[value="${chosen}"]`)) to.value = chosen;
}

function say() {
  const unsent = document.getElementById("unsent");
  const words = unsent.querySelector("p");
  const text = trouble ? unsent.dataset[trouble].replace("{n}", line.length) : "";
  if (words.textContent !== text) words.textContent = text;
  unsent.hidden = !trouble;
  unsent.querySelector("a").hidden = trouble !== "ended";
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
