// Keeps the progress of a job up to date: asks for the page once a second and shows its new state.
"use strict";

const EVERY_SECOND = 1_000;

async function look() {
  const headers = { "X-Onestop-Timed": "1" }; // nobody's presence: the sign-in goes idle as if unasked
  const answer = await fetch(location.href, { cache: "no-store", headers }).catch(() => null);
  if (answer?.redirected) return location.reload(); // signed out: the sign-in leads back here
  const html = answer?.ok ? await answer.text().catch(() => "") : "";
  const shown = document.getElementById("job");
  const found = new DOMParser().parseFromString(html, "text/html").getElementById("job");
  if (found && found.innerHTML !== shown.innerHTML) shown.replaceWith(found);
  if (!found || found.hasAttribute("data-open")) setTimeout(look, EVERY_SECOND);
}

setTimeout(look, EVERY_SECOND);
