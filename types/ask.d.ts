/** Asking on the live page (static/js/ask/). */

type TeacherQuestion = NonNullable<TeacherActivities["question"]>;
type TeacherAsked = TeacherActivities["asked"][number];

/** What of the live page's state is drawn here. */
interface AskState {
  activities: TeacherActivities;
  students: Map<string, { name: string }>;
  server_time: number;
  closed_at: number | null;
}

/** A prepared question, with when it was last asked in this session. */
interface Offer {
  id: number;
  text: string;
  kind: QuestionKind;
  role: ShownQuestion["role"];
  anonymous: boolean;
  asked_at: number | null;
}

interface Offers {
  questions: Offer[];
  check_in_until: number | null;
  exit_ticket_from: number | null;
}

/** One POST of the teacher: whether it was done. */
type Act = (
  name: "ask" | "question" | "hands" | "asked" | "settings" | "timer" | "pick" | "groups",
  fields?: Record<string, string> | string[][],
  options?: { id?: string; failed?: HTMLElement },
) => Promise<boolean>;

interface AskContext {
  messages: Messages;
  act: Act;
  /** Where the tools say what did not work. */
  failed: HTMLElement;
  nameOf: (participant: string) => string;
  sortedNames: (participants: string[]) => string[];
  /** The long lists that are open, by the question and what they list. */
  unfolded: Set<string>;
  redraw: () => void;
  /** Moves the focus to a part or an element with this id: the button that had it is about to go. */
  focus: (name: string) => void;
}

type AskParts = Record<
  | "askFailed"
  | "askMore"
  | "askOffer"
  | "askPanel"
  | "askShown"
  | "askTitle"
  | "asked"
  | "askedCount"
  | "askedPlace"
  | "askedTitle"
  | "dialogFailed"
  | "formFailed"
  | "groupsShown"
  | "hands"
  | "handsCount"
  | "handsLower"
  | "handsPlace"
  | "handsTitle"
  | "pickNew"
  | "pickShown"
  | "prepared"
  | "preparedNone"
  | "timerPlace"
  | "toolsFailed"
  | "toolsPlace",
  HTMLElement
> &
  Record<"askForm" | "groupsForm" | "settingsForm" | "timerForm", HTMLFormElement> & {
    askNew: HTMLDetailsElement;
    askOpen?: HTMLElement;
  };
