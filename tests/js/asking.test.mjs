// What the teacher's page makes of questions, answers and chance.

import assert from "node:assert/strict";
import { test } from "node:test";

import { labelsOf, lettersOf, sizeOf } from "../../static/js/activities/labels.js";
import { answeredBy, sortedWords } from "../../static/js/ask/answers.js";
import { membersByGroup, pickText } from "../../static/js/ask/chance.js";
import { NO_OFFERS, offerNow } from "../../static/js/ask/offers.js";
import { sceneOf } from "../../static/js/projector/scene.js";

const MINUTE = 60_000;
const BEGAN = 1_772_445_600_000;

function offers(...questions) {
  const prepared = questions.map(([text, role = "", asked_at = null], id) => ({ id, text, role, asked_at }));
  return { questions: prepared, check_in_until: BEGAN + 10 * MINUTE, exit_ticket_from: BEGAN + 37 * MINUTE };
}

const offered = (all, minute) => offerNow(all, BEGAN + minute * MINUTE)?.text;

test("the first prepared question is offered first", () => {
  assert.equal(offered(offers(["one"], ["two"]), 5), "one");
});

test("after a question that was asked the next one is offered, also when an earlier one was skipped", () => {
  assert.equal(offered(offers(["one"], ["two", "", BEGAN], ["three"]), 20), "three");
});

test("after the last one those are offered that were skipped, and then nothing", () => {
  assert.equal(offered(offers(["one"], ["two", "", BEGAN]), 20), "one");
  assert.equal(offered(offers(["one", "", BEGAN], ["two", "", BEGAN + 1]), 20), undefined);
});

test("a check-in is offered in the first minutes and an exit ticket in the last ones", () => {
  const all = offers(["one"], ["How are you?", "check_in"], ["What is unclear?", "exit_ticket"]);
  assert.deepEqual([5, 20, 40].map((minute) => offered(all, minute)), ["How are you?", "one", "What is unclear?"]);
});

test("a check-in is offered before anybody has come, and once", () => {
  const all = { ...offers(["How are you?", "check_in"]), check_in_until: null, exit_ticket_from: null };
  assert.equal(offered(all, 0), "How are you?");
  assert.equal(offered(offers(["How are you?", "check_in", BEGAN]), 5), undefined);
});

test("a course without prepared questions offers none", () => {
  assert.equal(offerNow(NO_OFFERS, BEGAN), null);
});

test("words are those of the cloud, hidden ones, and those that too few said", () => {
  const words = [["fun", "Fun", 4], ["bad", "bad", 3], ["rare", "Rare", 1]];
  const found = sortedWords({ words, hidden_words: ["bad"], result: { count: 8, cloud: [["Fun", 4]] } });
  assert.deepEqual(found, { shown: [words[0]], hidden: [words[1]], rare: [words[2]] });
});

test("with names each answer has those who gave it, several of them too", () => {
  const answers = [
    { participant: "anna", chosen: [0, 1], value: null, text: "" },
    { participant: "ben", chosen: [1], value: null, text: "" },
  ];
  const lines = answeredBy({ kind: "choice", options: ["A", "B", "C"], answers });
  assert.deepEqual(lines.map(({ participants }) => participants), [["anna"], ["anna", "ben"], []]);
});

test("of a scale each value has those who chose it", () => {
  const answers = [{ participant: "anna", chosen: [], value: 5, text: "" }];
  const lines = answeredBy({ kind: "scale", options: ["low", "high"], answers });
  assert.deepEqual(lines.map(({ label, participants }) => [label, participants.length]).at(-1), ["5 · high", 1]);
});

test("the ends of a scale have their words", () => {
  assert.deepEqual(labelsOf({ kind: "scale", options: ["never", "always"] }), ["1 · never", "2", "3", "4", "5 · always"]);
});

test("words of the cloud are compared by area, and every one can be read", () => {
  assert.deepEqual([100, 25, 1].map((count) => sizeOf(count, 100)), [5, 3, 1]);
});

test("a student who passed is not named, and not even that somebody did", () => {
  const messages = (key, { name = "" } = {}) => `${key} ${name}`.trim();
  const text = (state, participant = null) => pickText({ id: 1, state, participant, asked_at: 0 }, () => "Anna", messages);
  assert.equal(text("passed"), "pick.nobody");
  assert.equal(text("asked"), "pick.asked");
  assert.equal(text("accepted", "anna"), "pick.accepted Anna");
});

test("groups are listed by number with their members", () => {
  const members = [[2, "a"], [1, "b"], [2, "c"]].map(([number, participant]) => ({ number, participant }));
  assert.deepEqual(membersByGroup(members), [[1, ["b"]], [2, ["a", "c"]]]);
});

test("the projector shows a question before the timer, and how to join with neither", () => {
  const scene = (parts) => sceneOf({ ended: false, question: null, timer: null, ...parts });
  assert.equal(scene({ question: {}, timer: {} }), "question");
  assert.equal(scene({ timer: {} }), "timer");
  assert.equal(scene({}), "door");
  assert.equal(scene({ ended: true, question: {} }), "ended");
});

test("answers have the letters of the script in which the question is written", () => {
  assert.equal(lettersOf({ text: "Which one?" }).join(" "), "A B C D E F");
  assert.equal(lettersOf({ text: "أي موجة؟" }).join(" "), "أ ب ج د هـ و");
});
