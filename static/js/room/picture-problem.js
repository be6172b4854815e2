// What has been wrong with the picture for longer than a moment, and the student can mend.

const MENDABLE = new Set(["turned", "still", "too_dark", "too_bright"]);
const LASTS = 5; // readings in a row: about as many seconds

/** note() takes each reading's face state and returns the one to tell, or null. */
export function openPictureProblem() {
  let latest = null;
  let count = 0;

  return {
    note(face) {
      count = face === latest ? count + 1 : 1;
      latest = face;
      return MENDABLE.has(face) && count >= LASTS ? face : null;
    },
    clear() {
      latest = null;
    },
  };
}
