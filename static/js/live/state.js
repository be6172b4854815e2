/** The live page's state, put together from the server's messages. Every number comes from the server. */

import { compareNames } from "../lib/format.js";

// The first reading comes a second or two after the camera is on.
const STARTING_MS = 5000;

/** Before the first snapshot nothing is drawn. */
export const EMPTY_STATE = /** @type {LiveState} */ ({
  ready: false,
  number: 0,
  roll: 0,
  points: new Map(),
  history: new Map(),
  cells: new Map(),
  students: new Map(),
});

/**
 * The state after a message, or null when a message in between is missing.
 *
 * @param {LiveState} state
 * @param {Snapshot | Change} message
 * @returns {LiveState | null}
 */
export function applyMessage(state, message) {
  if (message.type === "snapshot") return fromSnapshot(message);
  if (!state.ready || message.number !== state.number + 1) return null;
  const { type: _, points = {}, history = {}, cells = {}, students = {}, gone = [], ...facts } = message;
  const next = { ...state, ...facts, roll: state.roll + (changesRoll(students, gone) ? 1 : 0) };
  for (const [at, point] of Object.entries(points)) next.points.set(Number(at), point);
  for (const [at, counts] of Object.entries(history)) next.history.set(Number(at), counts);
  for (const [id, changed] of Object.entries(students)) {
    // A student who is new comes with everything.
    next.students.set(id, /** @type {Student} */ ({ ...next.students.get(id), ...changed }));
  }
  for (const [id, changed] of Object.entries(cells)) addCells(next, id, changed);
  for (const id of gone) {
    next.students.delete(id);
    next.cells.delete(id);
  }
  return next;
}

/**
 * Whether somebody came or went, or has another name.
 *
 * @param {Record<string, Partial<Student>>} students
 * @param {string[]} gone
 */
function changesRoll(students, gone) {
  return gone.length > 0 || Object.values(students).some((changed) => "name" in changed || "here" in changed);
}

/**
 * @param {Snapshot} snapshot
 * @returns {LiveState}
 */
function fromSnapshot({ type: _, points, history, cells, students, ...facts }) {
  const state = {
    ...facts,
    ready: true,
    roll: 0,
    points: new Map(Object.entries(points).map(([at, point]) => [Number(at), point])),
    history: new Map(Object.entries(history).map(([at, counts]) => [Number(at), counts])),
    students: new Map(Object.entries(students)),
    cells: new Map(),
  };
  for (const [id, row] of Object.entries(cells)) addCells(state, id, row);
  return state;
}

/**
 * @param {LiveState} state
 * @param {string} id
 * @param {Record<string, Cell>} changed by step
 */
function addCells(state, id, changed) {
  const row = state.cells.get(id) ?? new Map();
  for (const [step, cell] of Object.entries(changed)) row.set(Number(step), cell);
  // What a strip does not show any more is forgotten, so that a page that is open for long does not grow.
  const oldest = Math.floor((state.server_time - state.first_step) / 1000 - state.strip_seconds) / state.step - 1;
  for (const step of row.keys()) if (step < oldest) row.delete(step);
  state.cells.set(id, row);
}

/**
 * The order of the class that was sorted last: nobody comes or goes between most messages.
 *
 * @type {{students?: Map<string, Student>, roll?: number, ids: string[]}}
 */
let sorted = { ids: [] };

/**
 * All students by name, those who have left after those who are here: never by a score.
 *
 * @param {Pick<LiveState, "students" | "roll">} state
 * @returns {[string, Student][]}
 */
export function byName({ students, roll }) {
  if (sorted.students !== students || sorted.roll !== roll) sorted = { students, roll, ids: sortedIds(students) };
  return sorted.ids.map((id) => [id, /** @type {Student} */ (students.get(id))]);
}

/** @param {Map<string, Student>} students */
function sortedIds(students) {
  const inOrder = [...students].sort(([, a], [, b]) => Number(b.here) - Number(a.here) || compareNames(a.name, b.name));
  return inOrder.map(([id]) => id);
}

/**
 * The steps of one student's strip, oldest first.
 *
 * @param {LiveState} state
 * @param {string} id
 * @returns {StripStep[]}
 */
export function stripOf(state, id) {
  const steps = Math.floor(state.strip_seconds / state.step);
  const last = Math.floor((state.server_time - state.first_step) / 1000 / state.step);
  const row = state.cells.get(id) ?? new Map();
  return Array.from({ length: steps }, (_, index) => {
    const step = last - steps + 1 + index;
    return { at: state.first_step + step * state.step * 1000, ...meaning(row.get(step)) };
  });
}

/**
 * A step without a cell is outside the class, or nothing is known of it yet.
 *
 * @param {Cell | undefined} cell
 * @returns {Omit<StripStep, "at">}
 */
function meaning(cell) {
  if (!Array.isArray(cell)) return { code: cell ?? null, score: null };
  const [score, band] = cell;
  return { code: "measured", score, band };
}

/**
 * Whether the camera has just been turned on, so that no reading is to be expected yet.
 *
 * @param {Student} student
 * @param {LiveState} state
 */
export function isStarting({ status, since }, { server_time: now }) {
  return status === "no_frame" && now - since < STARTING_MS;
}

/**
 * The text of a status code.
 *
 * @param {LiveState} state
 * @param {string} code
 */
export function reasonOf(state, code) {
  return state.reasons[code] ?? code;
}
