// Keys and small helps of the reception form: Enter goes to the next field, never sends; a tick
// shows the submitter; one button ticks what is required; Shift and a function key; focus; a form
// with something in it is left by F2 only when pressed twice.
"use strict";

const FIELDS = "input:not([type=hidden]), select, textarea";
const MEANT_FOR = 8_000; // how long a first F2 counts
const desk = document.getElementById("reception");

function visible(element) {
  return element.getClientRects().length > 0 && !element.disabled;
}

// What is still to be typed after the procedure; a scanned card has filled the most of it.
const WANTED = ["applicant-id_number", "applicant-name", "applicant-phone"];

function afterProcedure() {
  const empty = WANTED.map((id) => document.getElementById(id)).find((field) => !field.value.trim());
  // The papers of a procedure chosen just now come in a moment: live.js passes the focus on.
  return empty || desk.querySelector("[name=paper]") || document.getElementById("papers");
}

function nextField(from) {
  if (from.id === "procedure" && from.value.trim()) return afterProcedure();
  let all = [...desk.querySelectorAll(FIELDS)].filter(visible);
  // From tick to tick: kind and count are right for most papers, and Tab reaches them.
  if (from.name === "paper") all = all.filter((field) => !/^paper-/.test(field.name));
  const next = all[all.indexOf(from) + 1];
  return next || document.querySelector('[data-key="F8"]');
}

desk.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.ctrlKey || event.isComposing || event.defaultPrevented) return;
  // The scan box sends itself: a scanner ends with Enter. Without a text it is a field like others.
  if (!field.matches(FIELDS) || (field.id === "scan" && field.value.trim())) return;
  event.preventDefault();
  const next = nextField(field);
  next.focus();
  if (next.select) next.select();
});

document.addEventListener("keydown", (event) => {
  if (!event.shiftKey || event.ctrlKey || event.repeat || event.isComposing) return;
  const button = document.querySelector(`[data-shift-key="${CSS.escape(event.key)}"]`);
  if (button && !button.hidden) {
    event.preventDefault();
    button.click();
  }
});

for (const tick of desk.querySelectorAll("[data-shows-off]")) {
  const shown = document.getElementById(tick.dataset.showsOff);
  const follow = () => { shown.hidden = tick.checked; };
  tick.addEventListener("change", follow);
  follow();
}

desk.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tick-required]");
  if (!button) return;
  event.preventDefault();
  for (const box of desk.querySelectorAll("[data-required]")) box.checked = true;
  desk.dispatchEvent(new Event("change"));
  document.getElementById("delivery").focus();
});

const fresh = document.querySelector("[data-drops]");
let filled = desk.hasAttribute("data-filled");
let warned = false;

for (const kind of ["input", "change"]) {
  desk.addEventListener(kind, (event) => { filled ||= event.target.id !== "scan"; });
}

fresh.addEventListener("click", (event) => {
  if (!filled || warned) return;
  event.preventDefault();
  warned = true;
  const words = document.getElementById("drops");
  words.textContent = fresh.dataset.drops;
  setTimeout(() => {
    warned = false;
    words.textContent = "";
  }, MEANT_FOR);
});

// Where the browser did not follow the server's wish; a field somebody went to meanwhile stays.
if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
