// Colours for what is drawn by script: the page's own tokens, in light and in dark.

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = new Map();
  return (token) => {
    if (!read.has(token)) read.set(token, style.getPropertyValue(`--${token}`).trim());
    return read.get(token);
  };
}

export function onThemeChange(callback, signal) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback, { signal });
}

/** "#0b6e68" and 0.2 -> "rgba(11, 110, 104, 0.2)" */
export function translucent(hex, alpha) {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}
