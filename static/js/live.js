// Keeps due date, fee, papers and what is known of the person up to date while one types.
// Only the procedure, ticks and numbers travel in the address; names and numbers are posted.
"use strict";

const form = document.getElementById("reception");
const { procedure } = form.elements;
const EVERY_MINUTE = 60_000;
const TIMED = { "X-Onestop-Timed": "1" }; // a clock asks: nobody is present because of it
let asked;
let askedPeople;
let owesAll = false; // a new procedure was chosen, its papers are not shown yet
let shownFor = procedure.defaultValue; // the server's; one may have typed since

function put(html, ids) {
  const parts = new DOMParser().parseFromString(html, "text/html");
  for (const id of ids) {
    const part = parts.getElementById(id);
    const shown = document.getElementById(id);
    if (!part) continue;
    const hadFocus = shown.contains(document.activeElement);
    shown.replaceWith(part);
    if (hadFocus) part.querySelector("input, select")?.focus();
  }
}

function nothingPersonal() {
  const kept = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (/^(procedure|competent_agency|agency|desk|fee_paid|paper|paper-.*|answer-.*)$/.test(name)) {
      kept.append(name, value);
    }
  }
  return kept;
}

async function refresh(all, headers = {}) {
  // A later change takes the place of this question, and with it what it was to bring.
  owesAll ||= all;
  asked?.abort();
  asked = new AbortController();
  const url = `${form.dataset.live}?${nothingPersonal()}`;
  const answer = await fetch(url, { signal: asked.signal, headers }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  if (headers !== TIMED) document.dispatchEvent(new Event("onestop:seen"));
  const html = await answer.text().catch(() => "");
  if (!html) return;
  const whole = owesAll;
  owesAll = false;
  put(html, whole ? ["chosen-procedure", "chosen-papers", "chosen-fee", "pane"] : ["pane"]);
  const spot = document.querySelector("[data-when-spot]");
  if (!whole) return;
  const chips = form.querySelector(".chips");
  if (chips) chips.hidden = Boolean(document.querySelector("#chosen-papers table"));
  spot.hidden = !document.querySelector("#chosen-procedure[data-spot]");
}

async function askPeople() {
  askedPeople?.abort();
  askedPeople = new AbortController();
  const { signal } = askedPeople;
  const body = new FormData(form);
  const answer = await fetch(form.dataset.people, { method: "POST", body, signal });
  if (!answer.ok) return;
  document.dispatchEvent(new Event("onestop:seen"));
  put(await answer.text(), ["hints"]);
}

function changed(name) {
  const other = procedure.value !== shownFor;
  if (other) shownFor = procedure.value;
  if (!name || /^(procedure|competent|paper|answer|agency)/.test(name)) {
    refresh(other || name === "competent_agency" || name === "agency");
  }
  if (other || /^applicant-(id_number|phone|born|sex)$/.test(name)) askPeople().catch(() => {});
}

form.addEventListener("change", (event) => changed(event.target.name));
form.addEventListener("input", (event) => {
  if (event.target.name?.startsWith("answer-")) refresh(false);
});
// Chosen while this script was on its way, or put back by the browser that went back a page.
if (procedure.value !== shownFor && document.activeElement !== procedure) changed("procedure");
setInterval(() => { if (!document.hidden && shownFor) refresh(false, TIMED); }, EVERY_MINUTE);
