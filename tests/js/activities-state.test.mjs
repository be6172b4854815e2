import assert from "node:assert/strict";
import { test } from "node:test";

import {
  NOTHING_KNOWN,
  chosenPlaces,
  newsOf,
  wasLostSeen,
  withAsked,
  withDraft,
  withLoaded,
  withOwn,
  withSavedAnswer,
  withShared,
  writtenText,
} from "../../static/js/room/activities-state.js";

const question = (id, changes = {}) => ({ id, kind: "choice", text: `${id}?`, options: ["Yes", "No"], open: true, ...changes });
const shared = (revision, changes = {}) => ({
  type: "activities",
  revision,
  server_time: 0,
  question: null,
  timer: null,
  hands: { allowed: true, up: 1 },
  asked: { allowed: true, questions: [] },
  seen_lost: null,
  grouped: false,
  ...changes,
});
const answer = (place) => ({ chosen: [place], value: null, text: "" });
const own = (changes) => ({ ...NOTHING_KNOWN.own, ...changes });
const asked = withShared(NOTHING_KNOWN, shared(1, { question: question("Clear") }));

test("an older message that comes later changes nothing", () => {
  assert.equal(withShared(asked, shared(0)), asked);
});

test("an answer is shown while it is on its way, and is the student's own once it is saved", () => {
  const sending = withDraft(asked, { fields: [["option", "1"]], chosen: [1], status: "sending" });
  assert.deepEqual(chosenPlaces(sending), [1]);
  assert.equal(sending.own.answer, null);
  const saved = withSavedAnswer(sending, "Clear", answer(1), sending.draft);
  assert.deepEqual([saved.own.answer, saved.draft], [answer(1), null]);
});

test("what was typed while an answer was on its way stays", () => {
  const sending = withDraft(asked, { text: "first", status: "sending" });
  const typed = withDraft(sending, { text: "first and more", status: "editing" });
  const saved = withSavedAnswer(typed, "Clear", { chosen: [], value: null, text: "first" }, sending.draft);
  assert.equal(writtenText(saved), "first and more");
});

test("an answer that did not arrive stays at hand after a lost connection", () => {
  const failed = withDraft(asked, { fields: [["option", "0"]], chosen: [0], status: "failed", reason: "lost" });
  const back = withLoaded(failed, { shared: shared(1, { question: question("Clear") }), own: own({}) });
  assert.deepEqual([back.draft.status, back.draft.fields], ["failed", [["option", "0"]]]);
});

test("an answer that had arrived is not called lost once the page knows better", () => {
  const failed = withDraft(asked, { fields: [["option", "0"]], chosen: [0], status: "failed", reason: "lost" });
  const back = withLoaded(failed, { shared: shared(1, { question: question("Clear") }), own: own({ answer: answer(0) }) });
  assert.deepEqual([back.draft, back.own.answer], [null, answer(0)]);
});

test("a question that closes or is replaced takes the unsent answer with it", () => {
  const draft = withDraft(asked, { chosen: [0] });
  assert.equal(withShared(draft, shared(2, { question: question("Clear", { open: false }) })).draft, null);
  assert.equal(withShared(draft, shared(2, { question: question("Done") })).draft, null);
});

test("the next question begins without an answer, and closing keeps it", () => {
  const answered = withOwn(asked, { answer: answer(0) });
  assert.deepEqual(withShared(answered, shared(2, { question: question("Clear", { open: false }) })).own.answer, answer(0));
  assert.equal(withShared(answered, shared(2, { question: question("Done") })).own.answer, null);
});

test("an answer that was given in another tab is there after loading", () => {
  const loaded = withLoaded(NOTHING_KNOWN, { shared: shared(1, { question: question("Clear") }), own: own({ answer: answer(1) }) });
  assert.deepEqual(chosenPlaces(loaded), [1]);
});

test("hands that are all down and groups that are over are the student's own, too", () => {
  const before = withOwn(asked, { hand: true, group: 3 });
  const { hand, group } = withShared(before, shared(2, { hands: { allowed: true, up: 0 } })).own;
  assert.deepEqual([hand, group], [false, null]);
});

test("a screen reader is told once that a question opens and once that it closes", () => {
  assert.deepEqual(newsOf(NOTHING_KNOWN, asked), { key: "question.opened", text: "Clear?" });
  assert.equal(newsOf(asked, withShared(asked, shared(2, { question: question("Clear") }))), null);
  const closed = withShared(asked, shared(2, { question: question("Clear", { open: false }) }));
  assert.equal(newsOf(asked, closed).key, "question.ended");
  assert.equal(newsOf(closed, withShared(closed, shared(3))), null);
});

test("the teacher's word to those who are lost is noticed when it is said, and not when the page loads", () => {
  const seen = (at) => shared(2, { seen_lost: { at, count: 3 } });
  assert.equal(wasLostSeen(NOTHING_KNOWN, withShared(NOTHING_KNOWN, seen(7))), false);
  assert.equal(wasLostSeen(asked, withShared(asked, seen(7))), true);
  const told = withShared(asked, seen(7));
  assert.equal(wasLostSeen(told, withShared(told, seen(7))), false);
});

test("a student follows their own question: it waits, the class sees it, it is closed", () => {
  const named = (revision, ...ids) =>
    shared(revision, { asked: { allowed: true, anonymous: false, questions: ids.map((id) => ({ id, text: "Why?", status: "shown", votes: 0 })) } });
  const statusOf = (state) => state.own.asked[0].status;
  const waiting = withAsked(withShared(NOTHING_KNOWN, named(1)), { id: "q", text: "Why?", status: "waiting" });
  assert.equal(statusOf(withShared(waiting, named(2, "other"))), "waiting");
  const seen = withShared(waiting, named(3, "other", "q"));
  assert.equal(statusOf(seen), "shown");
  assert.equal(statusOf(withShared(seen, named(4, "other"))), "archived");
});

test("a question without a name is nobody's, on the student's own page too", () => {
  const anonymous = withShared(NOTHING_KNOWN, shared(1, { asked: { allowed: true, anonymous: true, questions: [] } }));
  assert.deepEqual(withAsked(anonymous, { id: "q", text: "Why?", status: "shown" }).own.asked, []);
});
