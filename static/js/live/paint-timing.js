// For whoever measures: a mark in the browser's own performance timeline when what was drawn has been painted.

/** Returns painted(newest): the capture time of the newest reading that is drawn, in milliseconds since 1970. */
export function openPaintTiming(name) {
  let told = null;
  return function painted(newest) {
    if (!newest || newest === told) return;
    told = newest;
    // The second frame begins when the first one is on the screen.
    requestAnimationFrame(() => requestAnimationFrame(() => mark(name, newest)));
  };
}

function mark(name, newest) {
  performance.clearMarks(name); // a class of hours keeps one: who wants all of them observes
  performance.mark(name, { detail: { newest } });
}
