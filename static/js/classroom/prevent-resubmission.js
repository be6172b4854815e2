/**
 * A page that a receipt code opened: reloading it, or coming back to it, asks for the code again. Otherwise the browser
 * would send the code once more for whoever uses it by then. Not a module, so that it runs before anybody can reload.
 */

history.replaceState(null, "", location.href);
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
