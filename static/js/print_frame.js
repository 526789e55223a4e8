// Prints a document from a hidden frame as soon as it is there, once; reloading prints nothing.
// The frame is made here: one that stood in the page could be there before anybody listened.
"use strict";

for (const place of document.querySelectorAll("[data-print]")) {
  const frame = document.createElement("iframe");
  frame.className = "print-frame";
  frame.title = place.title;
  frame.src = place.dataset.print;
  frame.addEventListener("load", () => {
    try {
      frame.contentWindow.print();
    } catch {
      // A browser that shows PDF files in a program of its own: the link beside it still opens it.
    }
  });
  place.replaceWith(frame);
  const address = new URL(window.location.href);
  address.searchParams.delete("print");
  window.history.replaceState(null, "", address);
}
