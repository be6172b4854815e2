import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const axisModule = new URL("../../static/js/live/time-axis.js", import.meta.url);

const axisIn = (zone, from, hours, width) => axesIn(zone, [{ from, to: from + hours * 3600_000, width }])[0];

/** Axes as a browser in that zone makes them: a process has one zone for all its life. */
function axesIn(zone, spans) {
  const ask = `
    globalThis.document = { documentElement: { lang: "en", dataset: { locale: "en-GB" } } };
    const { timeAxis } = await import(${JSON.stringify(axisModule.href)});
    console.log(JSON.stringify(${JSON.stringify(spans)}.map(timeAxis)));`;
  const options = { env: { ...process.env, TZ: zone }, cwd: fileURLToPath(new URL(".", import.meta.url)) };
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", ask], options));
}

test("an hour that the clock shows twice has its ticks twice, an hour apart, each with its zone", () => {
  const { tickvals, ticktext } = axisIn("America/New_York", Date.UTC(2026, 10, 1, 4), 3, 600);
  const half = 30 * 60_000;
  assert.deepEqual(tickvals.slice(1).map((at, index) => at - tickvals[index]), Array(6).fill(half));
  assert.deepEqual(ticktext, [
    "00:00<br>GMT-4", "00:30<br>GMT-4", "01:00<br>GMT-4", "01:30<br>GMT-4", "01:00<br>GMT-5", "01:30<br>GMT-5", "02:00<br>GMT-5",
  ]);
});

test("in spring no hour is drawn that was not there", () => {
  const { tickvals, ticktext } = axisIn("Europe/Berlin", Date.UTC(2026, 2, 29, 0), 2, 400);
  assert.deepEqual(tickvals.slice(1).map((at, index) => at - tickvals[index]), Array(4).fill(30 * 60_000));
  assert.deepEqual(ticktext.map((text) => text.slice(0, 5)), ["01:00", "01:30", "03:00", "03:30", "04:00"]);
});

test("a change by half an hour keeps the distances true", () => {
  const { tickvals, ticktext } = axisIn("Australia/Lord_Howe", Date.UTC(2026, 3, 4, 14), 2, 700);
  assert.ok(ticktext.includes("01:30<br>GMT+11") && ticktext.includes("01:30<br>GMT+10:30"), ticktext.join());
  assert.equal(tickvals[ticktext.indexOf("01:30<br>GMT+10:30")] - tickvals[ticktext.indexOf("01:30<br>GMT+11")], 1_800_000);
});

test("in a zone of quarter hours the ticks are round, and the first one names the zone", () => {
  const { ticktext } = axisIn("Asia/Kathmandu", Date.UTC(2026, 5, 1, 6), 1, 500);
  assert.deepEqual(ticktext, ["11:50<br>GMT+5:45", "12:00", "12:10", "12:20", "12:30", "12:40"]);
});

test("as many ticks as have room, for minutes and for days", () => {
  const from = Date.UTC(2026, 5, 1, 6, 3);
  const spans = [1 / 60, 1, 5, 24, 24 * 40].flatMap((hours) =>
    [250, 1200].map((width) => ({ from, to: from + hours * 3600_000, width })));
  axesIn("Europe/Berlin", spans).forEach(({ tickvals }, index) => {
    const { to, width } = spans[index];
    assert.ok(tickvals.length >= 1 && tickvals.length <= width / 76 + 1, `${(to - from) / 3600_000} h in ${width}: ${tickvals.length}`);
  });
});
