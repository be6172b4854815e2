// What a tab keeps for itself. Some browsers deny it, and a page must do without.

export function attempt(step) {
  try {
    step();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // denied, or full
  }
}
