/** Problems with the picture that the student can solve, once they have lasted longer than a moment. */

const SOLVABLE = new Set(["turned", "still", "too_dark", "too_bright"]);
// About as many seconds: a reading comes each second.
const READINGS_IN_A_ROW = 5;

export function openPictureProblem() {
  /** @type {FaceState | null} */
  let latest = null;
  let count = 0;

  return {
    /**
     * Takes the face state of each reading, and returns the problem to show, or null.
     *
     * @param {FaceState} face
     */
    note(face) {
      count = face === latest ? count + 1 : 1;
      latest = face;
      return SOLVABLE.has(face) && count >= READINGS_IN_A_ROW ? face : null;
    },
    clear() {
      latest = null;
    },
  };
}
