// Scans one after the other without reloading: each is sent as soon as the one before is answered,
// and the box is free for the next at once. What could not be sent stays in line until it is.
// Without this script every scan is a page of its own.
"use strict";

const AGAIN_AFTER = 4_000;
const LONGEST_WAIT = 20_000;
const PART = { "X-Onestop-Part": "pile" };
const TIMED = { "X-Onestop-Timed": "1" }; // a clock sends: nobody is present because of it
const PASSING = new Set([408, 429]); // refused for now, not for good
const line = []; // what was scanned and not answered yet, oldest first
let sending = false;
let trouble = ""; // why the oldest stays in line: "offline", "failed", "ended" or "other"
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
  else if (gives) give();
  gives = false;
}

// The page goes away with the pile: what was refused on the way is seen first, then F8 once more.
// The focus stays in the box: a scan into anything else would be lost.
function give() {
  const refusals = document.getElementById("refusals");
  if (refusals.hidden) {
    document.querySelector(".pile-give")?.requestSubmit();
    return;
  }
  document.getElementById("not-given").hidden = false;
  refusals.scrollIntoView({ block: "nearest" });
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
  // Signed out, or signed in again elsewhere: then this page's token is an old one.
  const ended = answer.redirected || answer.status === 401;
  if (again && (ended || [400, 403].includes(answer.status))) {
    return await renewToken() || send(scan, false);
  }
  if (ended) return "ended";
  if (answer.status < 400 || answer.status >= 500 || PASSING.has(answer.status)) return "failed";
  refuse(scan, parts, answer.status);
  return "";
}

// Takes the token of the present sign-in; returns "", or why nothing may be sent under it.
async function renewToken() {
  const signal = AbortSignal.timeout(LONGEST_WAIT);
  const answer = await fetch(location.href, { headers: TIMED, signal }).catch(() => null);
  const html = await answer?.text().catch(() => null);
  if (html == null) return "offline";
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = (name) => page.querySelector(`meta[name="${name}"]`)?.content;
  const token = said("csrf-token");
  if (!token) return "ended";
  if (said("viewer") !== document.querySelector('meta[name="viewer"]').content) return "other";
  document.querySelector('meta[name="csrf-token"]').content = token;
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
  return "";
}

// A page that says no, without the parts of this one, would say it again: it is told, not retried.
// Only a code is repeated: anything else that was scanned may hold a secret or a whole card.
function refuse(scan, page, status) {
  const code = scan.text.match(/[\w.]+-\d{6}-\d+/)?.[0];
  const texts = [...page.querySelectorAll("h1, .lead")].map((one) => one.textContent.trim());
  const notice = document.getElementById("unanswered").content.cloneNode(true);
  const words = [code, ...(texts.length ? texts : [status])].filter(Boolean).join(": ");
  notice.querySelector("p").textContent = words;
  const refusals = document.getElementById("refusals");
  refusals.querySelector("div").prepend(notice);
  refusals.hidden = false;
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
  refusals.hidden = !refusals.querySelector("div > .notice");
  document.getElementById("said").replaceChildren(...said.childNodes);
}

document.querySelector("#refusals > button")?.addEventListener("click", () => {
  const refusals = document.getElementById("refusals");
  refusals.querySelector("div").replaceChildren();
  document.getElementById("not-given").hidden = true;
  refusals.hidden = true;
  document.getElementById("scan")?.focus();
});
