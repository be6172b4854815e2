/** What a student's page knows of activities: pure functions from what arrives to the next state. */

/** @type {OwnActivities} */
export const NOTHING_OWN = {
  type: "own",
  answer: null,
  hand: false,
  votes: [],
  asked: [],
  pick: null,
  group: null,
  said: { lost: false },
};

/** @type {RoomActivities} */
export const NOTHING_KNOWN = { shared: null, own: NOTHING_OWN, draft: null };

/**
 * Everything, read anew, and not older than what is known.
 *
 * @param {RoomActivities} state
 * @param {{shared: SharedActivities, own: OwnActivities}} loaded
 * @returns {RoomActivities}
 */
export function withLoaded(state, { shared, own }) {
  const draft = isSaved(state.draft, own.answer) ? null : state.draft;
  return withoutOldDraft({ shared, own, draft });
}

/**
 * Whether an answer arrived all the same, although nobody said so before the connection was lost.
 *
 * @param {AnswerDraft | null} draft
 * @param {OwnAnswer | null} answer
 */
function isSaved(draft, answer) {
  if (draft?.status !== "failed" || !answer) return false;
  const { chosen = [], value = null, text = "" } = draft;
  return String(chosen) === String(answer.chosen) && value === answer.value && text.trim() === answer.text;
}

/**
 * What all students are told. Two messages may overtake each other: the higher revision is the newer one.
 *
 * @param {RoomActivities} state
 * @param {SharedActivities} shared
 * @returns {RoomActivities}
 */
export function withShared(state, shared) {
  if (state.shared && shared.revision < state.shared.revision) return state;
  const own = { ...state.own };
  if (state.shared && state.shared.question?.id !== shared.question?.id) own.answer = null;
  if (shared.hands.up === 0) own.hand = false;
  if (!shared.grouped) own.group = null;
  own.asked = own.asked.map((asked) => ({ ...asked, status: statusNow(asked, shared) }));
  return withoutOldDraft({ ...state, shared, own });
}

/**
 * @param {RoomActivities} state
 * @param {Partial<OwnActivities>} changes
 * @returns {RoomActivities}
 */
export const withOwn = (state, changes) => ({ ...state, own: { ...state.own, ...changes } });

/**
 * What became of one of the student's own questions. The list of the class holds those that are open for votes.
 *
 * @param {AskedQuestion} asked
 * @param {SharedActivities} shared
 * @returns {AskedQuestion["status"]}
 */
function statusNow({ id, status }, shared) {
  if (shared.asked.questions.some((one) => one.id === id)) return "shown";
  return status === "shown" ? "archived" : status;
}

/**
 * The server has taken a question of this student. Only one with a name can be found again.
 *
 * @param {RoomActivities} state
 * @param {Pick<AskedQuestion, "id" | "text" | "status">} question
 * @returns {RoomActivities}
 */
export function withAsked(state, question) {
  if (state.shared?.asked.anonymous) return state;
  return withOwn(state, { asked: [...state.own.asked, { ...question, votes: 0 }] });
}

/**
 * What the student is about to say, of the question that is shown.
 *
 * @param {RoomActivities} state
 * @param {Partial<AnswerDraft>} changes
 * @returns {RoomActivities}
 */
export function withDraft(state, changes) {
  const question = state.shared?.question?.id;
  if (!question) return state;
  return { ...state, draft: { question, fields: [], status: "editing", reason: "", ...state.draft, ...changes } };
}

/**
 * The server has saved an answer. What was typed since then stays.
 *
 * @param {RoomActivities} state
 * @param {string} question
 * @param {OwnAnswer} answer
 * @param {AnswerDraft | null} sent
 * @returns {RoomActivities}
 */
export function withSavedAnswer(state, question, answer, sent) {
  if (state.shared?.question?.id !== question) return state;
  const wasChanged = state.draft !== null && state.draft !== sent;
  return { ...withOwn(state, { answer }), draft: wasChanged ? state.draft : null };
}

/**
 * A draft belongs to one open question, and outlives a lost connection.
 *
 * @param {RoomActivities} state
 * @returns {RoomActivities}
 */
function withoutOldDraft(state) {
  const question = state.shared?.question;
  return question?.open && question.id === state.draft?.question ? state : { ...state, draft: null };
}

/**
 * The places of the options to show as chosen: those that are being sent, else those that the server has saved.
 *
 * @param {RoomActivities} state
 */
export const chosenPlaces = ({ own, draft }) => draft?.chosen ?? own.answer?.chosen ?? [];

/** @param {RoomActivities} state */
export const chosenValue = ({ own, draft }) => draft?.value ?? own.answer?.value ?? null;

/** @param {RoomActivities} state */
export const writtenText = ({ own, draft }) => draft?.text ?? own.answer?.text ?? "";

/**
 * What a screen reader is told once about a change: the key of a message, with the text of the question.
 *
 * @param {RoomActivities} before
 * @param {RoomActivities} after
 * @returns {{key: "question.opened" | "question.ended", text: string} | null}
 */
export function newsOf(before, after) {
  const was = before.shared?.question;
  const is = after.shared?.question;
  if (is?.open && (was?.id !== is.id || !was.open)) return { key: "question.opened", text: is.text };
  if (was?.open && (was.id !== is?.id || !is.open)) return { key: "question.ended", text: was.text };
  return null;
}

/**
 * Whether the teacher has answered those who are lost since the state before.
 *
 * @param {RoomActivities} before
 * @param {RoomActivities} after
 */
export function wasLostSeen(before, after) {
  const seen = after.shared?.seen_lost;
  return before.shared !== null && Boolean(seen) && seen?.at !== before.shared.seen_lost?.at;
}
