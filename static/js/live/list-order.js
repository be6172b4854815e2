/** The order of the list and what it can be sorted by: never by a score. */

/**
 * Hands with since when they are up, and of the open question who has not answered: null where nobody knows.
 *
 * @typedef {{hands: Map<string, number>, waiting: Set<string> | null, isAnonymous: boolean}} AnswerFacts
 */

/** @typedef {[string, Student]} Row */

/**
 * @param {TeacherActivities} activities
 * @returns {AnswerFacts}
 */
export function answersOf({ hands, question }) {
  const isOpen = Boolean(question?.open);
  const isAnonymous = isOpen && Boolean(question?.anonymous);
  return {
    hands: new Map(hands.map(({ participant, since }) => [participant, since])),
    waiting: isOpen && !isAnonymous ? new Set(question?.waiting) : null,
    isAnonymous,
  };
}

/**
 * @param {string} id
 * @param {AnswerFacts} facts
 * @param {Messages} messages
 */
export function answerText(id, { waiting, isAnonymous }, messages) {
  if (isAnonymous) return messages("status.anonymous");
  if (!waiting) return "";
  return messages(waiting.has(id) ? "status.waiting" : "status.answered");
}

/**
 * What a row is sorted by, smallest first; rows with the same stay by name.
 *
 * @type {Record<string, (row: Row, facts: AnswerFacts) => number>}
 */
const KEYS = {
  name: () => 0,
  here: ([, { here }]) => (here ? 0 : 1),
  hand: ([id], { hands }) => hands.get(id) ?? Infinity,
  answer: ([id, { here }], { waiting }) => (here && waiting?.has(id) ? 0 : here ? 1 : 2),
};

/**
 * @param {{head: HTMLElement, search: HTMLInputElement, onChange: () => void}} options
 */
export function openListOrder({ head, search, onChange }) {
  const buttons = /** @type {HTMLElement[]} */ ([...head.querySelectorAll("[data-sort]")]);
  let sorted = "here";
  let isReversed = false;
  search.addEventListener("input", onChange);
  for (const button of buttons) button.addEventListener("click", () => sortBy(button.dataset.sort ?? "name"));
  drawHead();

  /** @param {string} key */
  function sortBy(key) {
    isReversed = key === sorted && !isReversed;
    sorted = key;
    drawHead();
    onChange();
  }

  function drawHead() {
    for (const button of buttons) {
      const direction = isReversed ? "descending" : "ascending";
      const heading = button.closest("th");
      if (button.dataset.sort === sorted) heading?.setAttribute("aria-sort", direction);
      else heading?.removeAttribute("aria-sort");
    }
  }

  return {
    get isSearching() {
      return search.value.trim() !== "";
    },
    /**
     * @param {Row[]} byName
     * @param {AnswerFacts} facts
     */
    apply(byName, facts) {
      const wanted = search.value.trim().toLocaleLowerCase();
      const found = byName.filter(([, { name }]) => name.toLocaleLowerCase().includes(wanted));
      const key = KEYS[sorted];
      const compare = (/** @type {Row} */ one, /** @type {Row} */ other) => {
        const [a, b] = [key(one, facts), key(other, facts)];
        return a === b ? 0 : a < b ? -1 : 1;
      };
      const rows = found.toSorted(compare);
      return isReversed ? rows.toReversed() : rows;
    },
  };
}
