/** Activities without a camera: what the server sends (activities/state.py). Times are milliseconds since 1970. */

type QuestionKind = "choice" | "scale" | "word" | "text";

/** What the class may see of the answers. */
interface PublicResult {
  /** How many answers it sums up. */
  count: number;
  /** Of a choice and a scale: how many chose each option or value. */
  counts?: number[];
  /** Of one word: words and how often they were said, the commonest first. */
  cloud?: [string, number][];
  /** An anonymous question with too few answers, or one that shows nothing before it closes, or before ten answers. */
  hidden?: "few" | "open" | "soon";
}

interface ShownQuestion {
  id: string;
  kind: QuestionKind;
  text: string;
  /** Of a scale: the words of its two ends. */
  options: string[];
  several: boolean;
  anonymous: boolean;
  role: "" | "check_in" | "exit_ticket";
  open: boolean;
  closes_at: number | null;
  result: PublicResult | null;
  right: number[] | null;
}

interface ClassTimer {
  label: string;
  seconds: number;
  ends_at: number;
}

/** A question from a student. */
interface AskedQuestion {
  id: string;
  text: string;
  status: "waiting" | "shown" | "answered" | "archived";
  votes: number;
}

/** The same for every student of a session. */
interface SharedActivities {
  type: "activities";
  revision: number;
  server_time: number;
  question: ShownQuestion | null;
  timer: ClassTimer | null;
  hands: { allowed: boolean; up: number };
  asked: { allowed: boolean; anonymous: boolean; moderated: boolean; questions: AskedQuestion[] };
  /** The teacher's last "Got it", and how many were lost then. */
  seen_lost: { at: number; count: number } | null;
  grouped: boolean;
}

type OwnAnswer = { chosen: number[]; value: number | null; text: string };

/** Of one student only. */
interface OwnActivities {
  type: "own";
  answer: OwnAnswer | null;
  hand: boolean;
  votes: string[];
  asked: AskedQuestion[];
  pick: "asked" | null;
  group: number | null;
  /** What the buttons have said lately and have not taken back. */
  said: { lost: boolean; pace?: -1 | 0 | 1; difficulty?: -1 | 0 | 1 };
}

/** What the second screen is about. */
type Scene = "door" | "question" | "timer" | "ended";

interface ProjectorState {
  type: "projector";
  server_time: number;
  revision: number;
  present: number;
  door: { code: string; locked: boolean };
  question: (ShownQuestion & { answered: number; asked: number }) | null;
  timer: ClassTimer | null;
  top_question: AskedQuestion | null;
  ended: boolean;
}

/** What the live page shows of activities. */
interface TeacherActivities {
  revision: number;
  question:
    | (ShownQuestion & {
        live: boolean;
        right_is_shown: boolean;
        opened_at: number;
        answered: number;
        asked: number;
        /** Participants who have not answered, of a question with names. */
        waiting: string[];
        hidden_words: string[];
        texts: string[];
        /** Folded, as most wrote it, how many. */
        words: [string, string, number][];
        answers: (OwnAnswer & { participant: string })[];
      })
    | null;
  timer: ClassTimer | null;
  hands: { participant: string; since: number }[];
  asked: (AskedQuestion & { participant: string | null })[];
  pick: { id: number; state: "asked" | "accepted" | "passed" | "missed"; participant: string | null; asked_at: number } | null;
  groups: { size: number; members: { number: number; participant: string }[] } | null;
  seen_lost: { at: number; count: number } | null;
  settings: { hands: boolean; questions: "off" | "anonymous" | "named"; moderated: boolean };
}
