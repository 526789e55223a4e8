// Warns five minutes before the sign-in ends, and lets the person stay without losing the page.
// Other scripts say "onestop:seen" when the server answered what a person did, not a clock.
"use strict";

const WARNING = 5 * 60 * 1000;

for (const bar of document.querySelectorAll("[data-session-ends]")) {
  const ends = Date.parse(bar.dataset.sessionEnds);
  const idle = Number(bar.dataset.sessionIdle) * 1000;
  let timer;
  const watch = () => {
    clearTimeout(timer);
    bar.hidden = true;
    const left = Math.min(idle, ends - Date.now()) - WARNING;
    timer = setTimeout(() => { bar.hidden = false; }, Math.max(0, left));
  };
  bar.querySelector("button").addEventListener("click", async () => {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const answer = await fetch(bar.dataset.sessionStay, {
      method: "POST",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    }).catch(() => null);
    if (answer?.ok) watch();
    // Reloading would empty the form; sent as it is, the server keeps it over the sign-in.
    else if (answer) bar.querySelector("p").textContent = bar.dataset.sessionOver;
  });
  document.addEventListener("onestop:seen", watch);
  watch();
}
