// Numbers and times in the page's language: they are written out here, never computed.

const language = () => document.documentElement.lang || "en";

export function percent(fraction) {
  return new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 0 }).format(fraction);
}

export function timeOfDay(milliseconds) {
  return new Intl.DateTimeFormat(language(), { timeStyle: "medium", hourCycle: "h23" }).format(milliseconds);
}

/** 75000 -> "1:15", 3675000 -> "1:01:15" */
export function elapsed(milliseconds) {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const tail = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
