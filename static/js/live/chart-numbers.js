/** What the class charts are drawn from, out of the live page's state. */

/**
 * @param {LiveState} state
 * @param {boolean} isCompact
 * @returns {ChartNumbers}
 */
export function chartNumbers({ points, history, step, formulas, newest, questions, markers, ...state }, isCompact) {
  const from = state.started_at ?? state.opened_at;
  const isShown = (/** @type {{at: number}} */ { at }) => at + step * 1000 > from;
  const timeline = {
    history: inOrder(history).map(([at, counts]) => ({ at, counts })).filter(isShown),
    questions,
    hasAverage: state.sees_readings,
    isCompact,
  };
  return {
    points: inOrder(points).map(([at, point]) => ({ ...point, at })).filter(isShown),
    step,
    markers,
    formulas,
    from,
    now: state.closed_at ?? state.server_time,
    newest,
    timeline,
  };
}

/**
 * @template Value
 * @param {Map<number, Value>} byTime
 */
const inOrder = (byTime) => [...byTime].sort(([a], [b]) => a - b);
