/** What chance has decided, as the teacher reads it. */

/**
 * Nobody reads here that somebody passed: another student has been asked since, or nobody is left.
 *
 * @param {NonNullable<TeacherActivities["pick"]>} pick
 * @param {(id: string) => string} nameOf
 * @param {Messages} messages
 */
export function pickText({ state, participant }, nameOf, messages) {
  if (state === "passed") return messages("pick.nobody");
  return messages(`pick.${state}`, participant ? { name: nameOf(participant) } : {});
}

/**
 * The numbers of the groups in their order, each with its members.
 *
 * @param {{number: number, participant: string}[]} members
 * @returns {[number, string[]][]}
 */
export function membersByGroup(members) {
  /** @type {Map<number, string[]>} */
  const groups = new Map();
  for (const { number, participant } of members) groups.set(number, [...(groups.get(number) ?? []), participant]);
  return [...groups].sort(([one], [other]) => one - other);
}
