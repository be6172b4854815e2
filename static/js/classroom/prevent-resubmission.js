// A page that a receipt code opened. Reloading it, or coming back to it, asks for the code again: the browser would
// send the code once more otherwise, for whoever sits here by then. No module: it runs before anybody can reload.

history.replaceState(null, "", location.href);
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
