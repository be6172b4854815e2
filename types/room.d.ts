/** The student's page: its state, its parts, and the messages of docs/protocol.md. */

type Mode = "analytics" | "mirror" | "participation";
type Consent = "class_only" | "own_line";
type Band = "high" | "middle" | "low";
type FaceState =
  "seen" | "none" | "several" | "unsure" | "too_dark" | "too_bright" | "still" | "turned" | "looking_down";

/** Why there is no camera; each has its title and help in templates/room/_messages.html. */
type CameraProblem =
  | "refused"
  | "dismissed"
  | "blocked"
  | "busy"
  | "none"
  | "unplugged"
  | "insecure"
  | "in_app"
  | "unsupported"
  | "encoder"
  | "canvas";
type CameraState = "off" | "opening" | "on" | CameraProblem;

/** Why the server closed the socket for good, or how the student left. */
type Ending =
  "ended" | "left" | "erased" | "removed" | "replaced" | "origin" | "no_seat" | "no_session" | "other_seat";

type GapReason = CameraProblem | "paused" | "teacher_paused" | "offline" | "hidden" | "muted" | "stalled" | "server_busy" | "unread";

interface RoomState {
  mode: Mode;
  consent: Consent | null;
  stage: "checking" | "class" | "ended";
  ending: Ending | null;
  paused: boolean;
  /** The teacher has paused all cameras. */
  teacherPaused: boolean;
  camera: CameraState;
  /** The camera gives new pictures. */
  moving: boolean;
  /** The operating system says that the camera gives no pictures. */
  muted: boolean;
  hidden: boolean;
  /** The browser is about to suspend this page. */
  frozen: boolean;
  /** Open from each welcome message until the connection is lost. */
  connection: "connecting" | "open" | "lost";
  /** The server has not answered for ten seconds: the class may be over. */
  isServerSilent: boolean;
  /** Pictures are sent, and none of them is read. */
  isUnread: boolean;
  serverBusy: boolean;
  /** Why nothing is measured now, and since when in server time. */
  gap: { reason: GapReason; since: number } | null;
}

type RoomEvent =
  | { type: "socket"; state: "connecting" | "open" | "lost" | "closed"; code?: number }
  | { type: "welcome"; mode: Mode; consent: Consent | null; paused?: boolean }
  | { type: "cameras"; paused: boolean }
  | { type: "consent"; consent: Consent | null }
  | { type: "camera"; camera: CameraState }
  | { type: "muted"; muted: boolean }
  | { type: "moving"; moving: boolean }
  | { type: "visibility"; hidden: boolean; frozen?: boolean }
  | { type: "ready" | "pause" | "resume" | "retry" | "silence" | "plugged" | "admitted" }
  | { type: "unread"; isUnread: boolean }
  | { type: "refused"; code: string }
  | { type: "finished"; ending: Ending };

/** What the server put into the page (classroom/views/student.py). */
interface RoomConfig {
  socketUrl: string;
  mode: Mode;
  consent: Consent | null;
  /** The camera state that the server knew last. */
  state: string | null;
  identityConfirmed: boolean;
  /** How long "I'm lost", "too fast" and the like count as now. */
  pulseLastsMs: number;
  urls: Record<
    | "consent"
    | "withdraw"
    | "leave"
    | "erase"
    | "engagement"
    | "activities"
    | "answer"
    | "hand"
    | "ask"
    | "vote"
    | "pick",
    string
  >;
}

/** An answer that the server has not saved yet. */
interface AnswerDraft {
  /** The id of the question. */
  question: string;
  /** What is sent, in pairs of name and value. */
  fields: string[][];
  chosen?: number[];
  value?: number;
  text?: string;
  status: "editing" | "sending" | "failed";
  /** Why it was not saved. */
  reason: string;
}

interface RoomActivities {
  shared: SharedActivities | null;
  own: OwnActivities;
  draft: AnswerDraft | null;
}

interface AnswerActions {
  edit(changes: Partial<AnswerDraft>): void;
  send(wish: Partial<AnswerDraft> & Pick<AnswerDraft, "fields">): void;
}

interface Welcome {
  type: "welcome";
  mode: Mode;
  consent: Consent | null;
  sequence: number;
  server_time: number;
  /** The teacher has paused all cameras. */
  paused: boolean;
}

interface Reading {
  type: "reading";
  sequence: number;
  taken_at: number;
  face: FaceState;
  facing: "centre" | "aside" | "away" | "eyes_closed" | null;
  expression: string | null;
  probabilities: Record<string, number> | null;
  score: number | null;
  band: Band | null;
  /** If this page asked. */
  attention_map?: AttentionMap;
}

/** Where the network looked. */
interface AttentionMap {
  /** Rows of cells, 0 to 99. */
  grid: number[][];
  /** The grid's top left, top right and bottom left, in shares of the picture's sides. */
  corners: [number, number][];
}

interface CameraCheck {
  type: "check";
  face: FaceState;
  brightness: number;
}

/** The student's message that an answer is about. */
interface About {
  type: string;
  state?: string;
  kind?: string;
  value?: number;
  sequence?: number;
}

type RoomMessage =
  | Welcome
  | Reading
  | CameraCheck
  | { type: "admitted"; server_time?: number }
  | { type: "noted"; about: About }
  | { type: "refused"; code: string; about?: About }
  | { type: "consent"; consent: Consent | null }
  | { type: "cameras"; paused: boolean }
  | SharedActivities
  | { type: "pick"; state: "asked" | "accepted" | "passed" | "missed" }
  | { type: "group"; number: number }
  | { type: "hand"; up: boolean };

/** One picture of the camera; whoever takes it closes it. */
interface TakenPicture {
  picture: VideoFrame | ImageBitmap;
  /** Milliseconds of the monotonic clock (static/js/lib/monotonic.js). */
  takenAt: number;
}

/** Sends frames. Only the newest counts, so none waits in a queue. */
interface FrameSender {
  isReady(): boolean;
  send(frame: { purpose: number; takenAt: number; jpeg: ArrayBuffer }): boolean;
}

/** The elements of templates/room/ that have a data-part, on every student's page. */
type RoomParts = Record<
  | "askCount"
  | "askHelp"
  | "askStatus"
  | "askedList"
  | "asking"
  | "classTitle"
  | "connection"
  | "endedHere"
  | "endedJoin"
  | "endedReceipt"
  | "endedText"
  | "endedTitle"
  | "erase"
  | "hand"
  | "identityCheck"
  | "idle"
  | "leave"
  | "lost"
  | "name"
  | "news"
  | "pick"
  | "pulseStatus"
  | "question"
  | "sharing"
  | "teacherSees"
  | "timer"
  | "timerLabel"
  | "told",
  HTMLElement
> & {
  askForm: HTMLFormElement;
  askText: HTMLInputElement;
};

/** Those of a session with cameras (templates/room/_check.html, _camera.html). */
type CameraParts = Record<
  | "announcer"
  | "attentionMapHelp"
  | "attentionMapToggle"
  | "cameraCard"
  | "cameraDetail"
  | "cameraFinding"
  | "cameraOff"
  | "cameraOn"
  | "cameraState"
  | "cameraTimer"
  | "checkActions"
  | "checkBody"
  | "checkChangedMind"
  | "checkLink"
  | "checkProblem"
  | "checkProblemHelp"
  | "checkProblemTitle"
  | "checkRetry"
  | "checkWithout"
  | "faceFinding"
  | "gap"
  | "gapHelp"
  | "gapLink"
  | "hide"
  | "light"
  | "lightFinding"
  | "own"
  | "ownBand"
  | "ownExpression"
  | "ownFace"
  | "ownMix"
  | "ownScore"
  | "ownSeenBy"
  | "pause"
  | "pictureProblem"
  | "retry"
  | "show"
  | "tabHelp"
  | "wrong"
  | "wrongStatus",
  HTMLElement
> & {
  checkMirror: HTMLVideoElement;
  classMirror: HTMLVideoElement;
  attentionMap: HTMLCanvasElement;
  ready: HTMLButtonElement;
  ownScoreBar: HTMLProgressElement;
  ownMixRows: HTMLTableSectionElement;
  engagementLink: HTMLAnchorElement;
};
