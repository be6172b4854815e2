/** The prepared questions of the course: which one is next, and which has its time now. */

/** @type {Offers} */
export const NO_OFFERS = { questions: [], check_in_until: null, exit_ticket_from: null };

/**
 * What the server offers, or null where it does not answer.
 *
 * @param {string} url
 * @returns {Promise<Offers | null>}
 */
export async function readOffers(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" });
    return response.ok ? await response.json() : null;
  } catch (error) {
    // fetch() throws it where there is no network.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * The one question to offer now: a check-in in the first minutes, an exit ticket in the last ones, or else the one after
 * the question that was asked last.
 *
 * @param {Offers} offers
 * @param {number} now on the server's clock
 * @returns {Offer | null}
 */
export function offerNow({ questions, check_in_until: until, exit_ticket_from: from }, now) {
  const open = (/** @type {Offer["role"]} */ role) => questions.find((one) => one.role === role && !one.asked_at);
  const checkIn = until === null || now < until ? open("check_in") : null;
  const exitTicket = from !== null && now >= from ? open("exit_ticket") : null;
  return checkIn ?? exitTicket ?? nextOf(questions.filter(({ role }) => !role));
}

/** @param {Offer[]} questions */
function nextOf(questions) {
  const times = questions.map(({ asked_at: at }) => at ?? 0);
  const last = Math.max(0, ...times) ? times.indexOf(Math.max(...times)) : -1;
  const inTurn = [...questions.slice(last + 1), ...questions.slice(0, last + 1)];
  return inTurn.find(({ asked_at: at }) => !at) ?? null;
}
