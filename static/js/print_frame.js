// Prints the document in the hidden frame as soon as it is there, once; reloading prints nothing.
"use strict";

for (const frame of document.querySelectorAll("iframe[data-print]")) {
  frame.addEventListener("load", () => {
    try {
      frame.contentWindow.print();
    } catch {
      // A browser that shows PDF files in a program of its own: the link beside it still opens it.
    }
  });
  const address = new URL(window.location.href);
  address.searchParams.delete("print");
  window.history.replaceState(null, "", address);
}
