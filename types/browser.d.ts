/** What browsers and scripts of other origins add to `window`, where TypeScript's DOM library does not know it. */

interface Window {
  /** Chromium only: a window above all others. */
  documentPictureInPicture?: { requestWindow(size: { width: number; height: number }): Promise<Window> };
  /** Loaded by static/js/live/charts.js once the numbers are on the page. */
  Plotly?: {
    react(place: HTMLElement, traces: object[], layout: object, config: object): void;
  };
}

/** Chromium only: the frames of a track without a video element. */
declare class MediaStreamTrackProcessor {
  constructor(options: { track: MediaStreamTrack; maxBufferSize?: number });
  readonly readable: ReadableStream<VideoFrame>;
}

/** A sentence of the page's own template (static/js/lib/messages.js), with its {placeholders} filled in. */
type Messages = (key: string, values?: Record<string, string | number>) => string;

type Cancel = () => void;

/** setTimeout() that returns its own cancel. */
type After = (milliseconds: number, callback: () => void) => Cancel;

/** The answer to a POST that the server refused, as static/js/lib/post.js throws it. */
interface Refusal extends Error {
  wasRefused: true;
  /** The server's sentence for the person who asked, where it has one. */
  reason: string | undefined;
}
