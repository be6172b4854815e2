/** The teacher's live page and the report's charts: what the server sends (dashboards/live/wire.py), and the parts. */

type Colour = (token: string) => string;

/** One step of the class's line. A value that is missing or null was not measured, or is not shown. */
interface Point {
  mean?: number | null;
  /** The 95% band. */
  low?: number | null;
  high?: number | null;
  /** Shares of the eight expressions, in the order of EXPRESSIONS. */
  mix?: number[] | null;
  measured?: number;
  counted?: number;
  coverage?: number | null;
  /** Too few students are counted to show a number. */
  hidden?: boolean;
  /** Blurred to protect individual students. */
  blurred?: boolean;
}

type PointAt = Point & { at: number };

interface ClassNow extends Point {
  band: Band | null;
  measured: number;
  counted: number;
}

/** The class number of the last minute, against the class's own usual. */
interface Trend {
  mean: number;
  low: number | null;
  high: number | null;
  usual: number | null;
  direction: "up" | "down" | "steady" | null;
  since: number | null;
}

/** A question on the time axis. */
interface AskedOnAxis {
  id: string;
  at: number;
  closed: number | null;
  text: string;
  answered: number;
  asked: number;
}

/** What the timeline shows beside the class average. */
interface Timeline {
  /** Oldest first; the counts are in the order of PLACE (static/js/live/timeline-figure.js). */
  history: { at: number; counts: number[] }[];
  questions: AskedOnAxis[];
  hasAverage: boolean;
  isCompact: boolean;
}

interface Marker {
  id: number;
  at: number;
  label: string;
}

/** Since when a version of the engagement formula made the numbers. */
interface FormulaSince {
  version: string;
  at: number;
}

interface Door {
  code: string;
  locked: boolean;
}

/** A roster entry: a student as the teacher may see them. */
interface Student {
  name: string;
  level: Consent | null;
  here: boolean;
  since: number;
  joined: number;
  /** "measured", "camera_on", or the code of a reason why not. */
  status: string;
  coverage?: number | null;
  expression?: string | null;
  score?: number | null;
  baseline?: number | null;
  /** The last minute against the baseline; null while there is too little data. */
  change?: StudentChange | null;
}

interface StudentChange {
  direction: "up" | "down" | "steady";
  since: number | null;
}

/** What both messages say of the whole class. */
interface LiveFacts {
  server_time: number;
  number: number;
  step: number;
  strip_seconds: number;
  /** The text of each status code. */
  reasons: Record<string, string>;
  opened_at: number;
  /** When the first student joined; null before that. */
  started_at: number | null;
  closed_at: number | null;
  first_step: number;
  sees_readings: boolean;
  door: Door;
  present: number;
  said: Record<string, number>;
  cameras_paused: boolean;
  suggestion: { code: string; text: string; move: string; reason: string; disagrees: string } | null;
  trend: Trend | null;
  questions: AskedOnAxis[];
  activities: TeacherActivities;
  markers: Marker[];
  now: ClassNow;
  formulas: FormulaSince[];
  newest: number | null;
}

/** One step of a strip: [percent, band], or the code of the reason why there is no score. */
type Cell = [number, Band] | string;

interface Snapshot extends LiveFacts {
  type: "snapshot";
  points: Record<string, Point>;
  history: Record<string, number[]>;
  cells: Record<string, Record<string, Cell>>;
  students: Record<string, Student>;
}

/** What changed since the message before, which has the number below. */
interface Change extends Partial<LiveFacts> {
  type: "change";
  number: number;
  server_time: number;
  points?: Record<string, Point>;
  history?: Record<string, number[]>;
  cells?: Record<string, Record<string, Cell>>;
  students?: Record<string, Partial<Student>>;
  gone?: string[];
}

interface LiveState extends LiveFacts {
  /** Another number whenever somebody came or went, or has another name. */
  roll: number;
  /** The first snapshot has arrived. */
  ready: boolean;
  points: Map<number, Point>;
  history: Map<number, number[]>;
  cells: Map<string, Map<number, Cell>>;
  students: Map<string, Student>;
}

/** One step of a student's strip. */
interface StripStep {
  at: number;
  /** "measured", the code of a reason, or null for time outside the class. */
  code: string | null;
  /** Percent. */
  score: number | null;
  band?: Band;
}

/** What the class charts are drawn from. */
interface ChartNumbers {
  /** Oldest first. */
  points: PointAt[];
  /** Seconds. */
  step: number;
  markers: Marker[];
  formulas: FormulaSince[];
  from: number;
  now: number;
  newest?: number | null;
  /** Not in the report. */
  timeline?: Timeline;
}

/** The elements with a data-part of the live page, and of the report, which has only the charts and the print button. */
type ChartParts = Record<"linePlot" | "lineTable" | "lineEmpty", HTMLElement> &
  // Not where no expression is shown.
  Partial<Record<"mixPlot" | "mixTable" | "mixEmpty", HTMLElement>>;

/** Only where the teacher sees a class average. */
type AverageParts = Record<"band" | "measured" | "number" | "trend" | "why", HTMLElement>;

type LiveParts = ChartParts &
  Partial<AverageParts> &
  Record<
    | "clock"
    | "code"
    | "compactOpen"
    | "door"
    | "doorFailed"
    | "doorKey"
    | "doorRenew"
    | "doorState"
    | "ended"
    | "formulas"
    | "freshness"
    | "gotIt"
    | "gotItDone"
    | "keysOpen"
    | "left"
    | "leftPlace"
    | "list"
    | "listHead"
    | "listNothing"
    | "lost"
    | "lostCount"
    | "lostRow"
    | "markerClose"
    | "markerDone"
    | "markerRemoved"
    | "markers"
    | "markersTitle"
    | "markerTitle"
    | "menu"
    | "nobody"
    | "pause"
    | "present"
    | "questions"
    | "said"
    | "saidNothing"
    | "students"
    | "snooze"
    | "sound"
    | "soundText"
    | "suggestion"
    | "suggestionDisagrees"
    | "suggestionMove"
    | "suggestionReason"
    | "suggestionText"
    | "useless",
    HTMLElement
  > & {
    listSearch: HTMLInputElement;
    markerForm: HTMLFormElement;
    /** These only while the session is open. */
    end?: HTMLElement;
    /** On a phone. */
    endInMenu?: HTMLElement;
    mark?: HTMLElement;
    /** In a small window. */
    compactMark?: HTMLElement;
    /** In a class with cameras. */
    cameras?: HTMLElement;
    camerasPaused?: HTMLElement;
    camerasText?: HTMLElement;
  };

type KeysParts = Record<"keysList", HTMLElement> & {
  keysOn: HTMLInputElement;
};

type DrawerParts = Record<
  "drawerFacts" | "drawerLine" | "drawerName" | "drawerPlot" | "drawerPrivate" | "drawerTable",
  HTMLElement
> & {
  /** These three only while the session is open. */
  drawerRemove?: HTMLDetailsElement;
  remove?: HTMLElement;
  removeFailed?: HTMLElement;
};
