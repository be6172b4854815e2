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
  suggestion: { code: string; text: string; reason: string } | null;
  markers: Marker[];
  now: ClassNow;
  formulas: FormulaSince[];
  newest: number | null;
  activities: TeacherActivities;
}

/** One step of a strip: [percent, band], or the code of the reason why there is no score. */
type Cell = [number, Band] | string;

interface Snapshot extends LiveFacts {
  type: "snapshot";
  points: Record<string, Point>;
  cells: Record<string, Record<string, Cell>>;
  students: Record<string, Student>;
}

/** What changed since the message before, which has the number below. */
interface Change extends Partial<LiveFacts> {
  type: "change";
  number: number;
  server_time: number;
  points?: Record<string, Point>;
  cells?: Record<string, Record<string, Cell>>;
  students?: Record<string, Partial<Student>>;
  gone?: string[];
}

interface LiveState extends LiveFacts {
  /** The first snapshot has arrived. */
  ready: boolean;
  points: Map<number, Point>;
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
}

/** The elements with a data-part of the live page, and of the report, which has only the charts and the print button. */
type ChartParts = Record<"linePlot" | "mixPlot" | "lineTable" | "mixTable" | "lineEmpty" | "mixEmpty", HTMLElement>;

type LiveParts = ChartParts &
  Record<
    | "askedPlace"
    | "askPanel"
    | "band"
    | "clock"
    | "code"
    | "door"
    | "doorFailed"
    | "doorKey"
    | "doorRenew"
    | "doorState"
    | "ended"
    | "formulas"
    | "freshness"
    | "handsPlace"
    | "list"
    | "lost"
    | "markerDone"
    | "markerRemoved"
    | "markers"
    | "markersTitle"
    | "measured"
    | "menu"
    | "noMarkers"
    | "nobody"
    | "number"
    | "pause"
    | "said"
    | "saidNothing"
    | "seats"
    | "snooze"
    | "suggestion"
    | "suggestionReason"
    | "suggestionText"
    | "timerPlace"
    | "toolsPlace"
    | "why",
    HTMLElement
  > & {
    markerForm: HTMLFormElement;
    /** These only while the session is open. */
    askOpen?: HTMLElement;
    end?: HTMLElement;
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
