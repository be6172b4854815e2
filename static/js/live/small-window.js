/** The live page in a small window beside a call: it stays above other windows where the browser can do that. */

// The width of a phone.
const SIZE = { width: 400, height: 640 };

/** @param {{button: HTMLElement, url: string, title: string}} options */
export function openSmallWindow({ button, url, title }) {
  const popOut = () => window.open(url, "classpulse-compact", `popup,width=${SIZE.width},height=${SIZE.height}`);

  button.addEventListener("click", async () => {
    const { documentPictureInPicture: pictures } = window;
    if (!pictures) {
      popOut();
      return;
    }
    try {
      fill(await pictures.requestWindow(SIZE));
    } catch (error) {
      // The browser has it and refuses it, as in a window of another app.
      if (!(error instanceof DOMException)) throw error;
      popOut();
    }
  });

  /** @param {Window} small an empty window, under the policies of this page */
  function fill({ document: empty }) {
    for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) empty.head.append(sheet.cloneNode());
    const frame = empty.createElement("iframe");
    Object.assign(frame, { src: url, title, className: "small-window" });
    empty.title = title;
    empty.body.append(frame);
  }
}
