// A list under a text field while one types; the server folds marks and finds initials.
"use strict";

for (const input of document.querySelectorAll("[data-combo]")) {
  const list = document.getElementById(`${input.id}-list`);
  let at = -1;
  let asked;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
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
    list.hidden = rows.length === 0;
    input.setAttribute("aria-expanded", String(rows.length > 0));
    if (rows.length) mark(0);
  };

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const url = `${input.dataset.combo}?q=${encodeURIComponent(input.value)}`;
    const answer = await fetch(url, { signal: asked.signal }).catch(() => null);
    // The next letter may come while this answer is half here: then it never becomes whole.
    const rows = answer?.ok ? await answer.json().catch(() => null) : null;
    if (rows && document.activeElement === input) show(rows);
  };

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  close();
  input.addEventListener("input", (event) => { if (!event.isComposing) ask(); });
  input.addEventListener("compositionend", ask);
  input.addEventListener("blur", close);
  // What was typed while this script was on its way.
  if (document.activeElement === input && input.value !== input.defaultValue) ask();
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) ask();
    else if (step) mark(at + step);
    else if (event.key === "Enter" && !event.ctrlKey && !list.hidden) choose(list.children[at]);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    if (event.key !== "Enter") event.preventDefault();
  });
}
