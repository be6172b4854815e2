// What the server has said so far. It is only put together here: every number comes from the server.

const STARTING_MS = 5000; // the first reading is a second or two behind the camera

export function emptyState() {
  return { ready: false, number: 0, points: new Map(), cells: new Map(), students: new Map() };
}

/** The state after a message, or null when a message in between is missing. */
export function heard(state, message) {
  if (message.type === "snapshot") return fromSnapshot(message);
  if (!state.ready || message.number !== state.number + 1) return null;
  const { points = {}, cells = {}, students = {}, gone = [], type, ...said } = message;
  const next = { ...state, ...said };
  for (const [at, point] of Object.entries(points)) next.points.set(Number(at), point);
  for (const [id, changed] of Object.entries(students)) {
    next.students.set(id, { ...next.students.get(id), ...changed });
  }
  for (const [id, changed] of Object.entries(cells)) addCells(next, id, changed);
  for (const id of gone) {
    next.students.delete(id);
    next.cells.delete(id);
  }
  return next;
}

function fromSnapshot({ type, points, cells, students, ...said }) {
  const state = { ...emptyState(), ...said, ready: true };
  for (const [at, point] of Object.entries(points)) state.points.set(Number(at), point);
  for (const [id, student] of Object.entries(students)) state.students.set(id, student);
  for (const [id, row] of Object.entries(cells)) addCells(state, id, row);
  return state;
}

function addCells(state, id, changed) {
  const row = state.cells.get(id) ?? new Map();
  for (const [step, code] of Object.entries(changed)) row.set(Number(step), code);
  state.cells.set(id, row);
}

/** Everybody by name, those who have left after those who are here: never by a score. */
export function byName(students) {
  const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true });
  return [...students].sort(([, a], [, b]) => Number(b.here) - Number(a.here) || compare(a.name, b.name));
}

/** The steps of one strip: {at, code: "measured" | reason | null, score: 0..100 | null, band}, oldest first. */
export function stripOf(state, id) {
  const steps = Math.floor(state.strip_seconds / state.step);
  const last = Math.floor((state.server_time - state.first_step) / 1000 / state.step);
  const row = state.cells.get(id) ?? new Map();
  return Array.from({ length: steps }, (_, index) => {
    const step = last - steps + 1 + index;
    return { at: state.first_step + step * state.step * 1000, ...meaning(row.get(step)) };
  });
}

/** A cell is [score, band], or the reason why there is none; nothing is known yet of a step without one. */
function meaning(cell = null) {
  if (!Array.isArray(cell)) return { code: cell, score: null };
  const [score, band] = cell;
  return { code: "measured", score, band };
}

export function isStarting({ status, since }, { server_time: now }) {
  return status === "no_frame" && now - since < STARTING_MS;
}

export function reasonOf(state, code) {
  return state.reasons[code] ?? code;
}
