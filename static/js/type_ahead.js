// A list under a text field while one types; the server folds marks and finds initials.
// Only an answer for the very text that stands in the field is chosen from; Enter waits for it.
"use strict";

const LONGEST_WAIT = 5_000;

for (const input of document.querySelectorAll("[data-combo]")) {
  const list = document.getElementById(`${input.id}-list`);
  let at = -1; // the row that is marked; none while the rows are those of an older text
  let asked = null; // the question that is on its way
  let takesFirst = false; // Enter came before the answer
  let nothing = ""; // why there is nothing to choose; said at Enter, once

  const unmark = () => {
    at = -1;
    for (const option of list.children) option.removeAttribute("aria-selected");
    input.removeAttribute("aria-activedescendant");
  };

  const close = () => {
    unmark();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };

  const forget = () => {
    unmark();
    asked?.abort();
    asked = null;
    takesFirst = false;
    nothing = "";
    input.setCustomValidity("");
  };

  const mark = (place) => {
    const options = [...list.children];
    at = (place + options.length) % options.length;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  };

  const choose = (option) => {
    input.value = option.dataset.value;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const show = (rows) => {
    list.replaceChildren(...rows.map((row, n) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${n}`;
      option.role = "option";
      option.dataset.value = row.value;
      const note = document.createElement("small");
      note.textContent = row.note;
      option.append(row.name, note);
      return option;
    }));
    if (!rows.length) return close();
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(0);
  };

  const takeFirst = () => {
    choose(list.firstChild);
    // The Enter that was held back goes on its way: to the next field, where there is one.
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  };

  const complain = () => {
    input.setCustomValidity(nothing);
    input.reportValidity();
    nothing = "";
  };

  const ask = async () => {
    forget();
    const question = new AbortController();
    asked = question;
    const late = setTimeout(() => question.abort(), LONGEST_WAIT);
    const url = `${input.dataset.combo}?q=${encodeURIComponent(input.value)}`;
    const answer = await fetch(url, { signal: question.signal }).catch(() => null);
    const isRows = answer?.ok && !answer.redirected;
    // The next letter may come while this answer is half here: then it never becomes whole.
    const rows = isRows ? await answer.json().catch(() => null) : null;
    clearTimeout(late);
    if (question !== asked) return;
    asked = null;
    if (answer) document.dispatchEvent(new Event("onestop:seen"));
    if (document.activeElement !== input) return;
    show(rows ?? []);
    if (!rows?.length) nothing = rows ? input.dataset.comboNone : input.dataset.comboFailed;
    if (!takesFirst) return;
    if (nothing) complain();
    else takeFirst();
  };

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  close();
  input.addEventListener("input", (event) => {
    if (event.isComposing) forget();
    else ask();
  });
  input.addEventListener("compositionend", ask);
  input.addEventListener("blur", () => { forget(); close(); });
  // What was typed while this script was on its way.
  if (document.activeElement === input && input.value !== input.defaultValue) ask();
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option && at >= 0) choose(option);
  });

  const enter = (event) => {
    if (asked) {
      takesFirst = true;
      event.preventDefault();
    } else if (at >= 0) {
      choose(list.children[at]);
    } else if (nothing) {
      complain();
      event.preventDefault();
    }
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      if (!event.ctrlKey) enter(event);
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && at >= 0) mark(at + step);
    else if (step) { if (!asked) ask(); }
    else if (event.key === "Escape" && !list.hidden) { forget(); close(); }
    else return;
    event.preventDefault();
  });
}
