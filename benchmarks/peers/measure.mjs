// measure.py for peers that run in Node: node run_PEER.mjs TASK_JSON ANSWER_JSON PEER_FOLDER

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const [taskFile, answerFile, folder] = process.argv.slice(2);
export const modules = path.join(path.resolve(folder), "node_modules");
export const load = createRequire(path.join(modules, "peer.js"));

// tfjs in Node fetches its WASM binary and its models; both lie in the peer's own folder.
globalThis.fetch = async (address) => {
  const file = String(address).startsWith("file:") ? fileURLToPath(address) : String(address);
  return new Response(fs.readFileSync(file));
};

/**
 * classify(faces, side): a label for each Uint8Array of side x side.
 * read(rgb, width, height): the label of its face, "unsure" for a face without a label, or null without a face.
 */
export async function answer({ classify, read }) {
  const task = JSON.parse(fs.readFileSync(taskFile));
  const inTask = (name) => fs.readFileSync(path.join(path.dirname(taskFile), name));
  const pixels = new Uint8Array(inTask(task.faces));
  const area = task.side * task.side;
  const faces = Array.from({ length: pixels.length / area }, (_, n) => pixels.subarray(n * area, (n + 1) * area));
  const batches = [];
  for (let start = 0; start < faces.length; start += task.batch) batches.push(faces.slice(start, start + task.batch));
  const frames = task.frames.map((name) => [inTask(name)]);

  const onFaces = (batch) => classify(batch, task.side);
  const onFrame = async ([jpeg]) => {
    const { data, info } = await decode(jpeg);
    return read(data, info.width, info.height);
  };
  const answers = [];
  for (const batch of batches) answers.push(...(await onFaces(batch)));
  const frameAnswers = [];
  for (const frame of frames) frameAnswers.push(await onFrame(frame));
  const found = {
    answers,
    frame_answers: frameAnswers,
    faces_per_s: await rate(onFaces, batches, task),
    frames_per_s: await rate(onFrame, frames, task),
  };
  fs.writeFileSync(answerFile, JSON.stringify(found));
}

// sharp is libjpeg-turbo with SIMD: the fastest decoder that Node can have
async function decode(jpeg) {
  return load("sharp")(jpeg).raw().toBuffer({ resolveWithObject: true });
}

async function rate(work, supply, task) {
  const rounds = [];
  let next = 0;
  for (let round = 0; round < task.rounds; round += 1) {
    const started = cpuSeconds();
    let done = 0;
    while (cpuSeconds() - started < task.seconds) {
      const batch = supply[next % supply.length];
      next += 1;
      await work(batch);
      done += batch.length;
    }
    rounds.push(done / (cpuSeconds() - started));
  }
  return rounds.sort((a, b) => a - b)[Math.floor(rounds.length / 2)];
}

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
