// @vladmandic/face-api, its WASM build: detectSingleFace().withFaceExpressions() with the tiny detector that it
// recommends for webcams; predictExpressions() on ready crops.

import path from "node:path";
import { answer, load, modules } from "./measure.mjs";

const tf = load("@tensorflow/tfjs");
const wasm = load("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(path.join(modules, "@tensorflow/tfjs-backend-wasm/dist/"));
wasm.setThreadsCount(1);
await tf.setBackend("wasm");
await tf.ready();
const faceapi = load("@vladmandic/face-api/dist/face-api.node-wasm.js");
const models = path.join(modules, "@vladmandic/face-api/model");
await faceapi.nets.tinyFaceDetector.loadFromDisk(models);
await faceapi.nets.faceExpressionNet.loadFromDisk(models);
const options = new faceapi.TinyFaceDetectorOptions();
const LABELS = {
  angry: "angry",
  disgusted: "disgust",
  fearful: "fear",
  happy: "happy",
  sad: "sad",
  surprised: "surprise",
  neutral: "neutral",
};

function top(expressions) {
  return LABELS[Object.entries(expressions).sort((a, b) => b[1] - a[1])[0][0]];
}

async function classify(faces, side) {
  const labels = [];
  for (const face of faces) {
    const crop = tf.tidy(() => tf.tile(tf.tensor3d(face, [side, side, 1], "int32"), [1, 1, 3]));
    labels.push(top(await faceapi.nets.faceExpressionNet.predictExpressions(crop)));
    tf.dispose(crop);
  }
  return labels;
}

async function read(rgb, width, height) {
  const picture = tf.tensor3d(rgb, [height, width, 3], "int32");
  const found = await faceapi.detectSingleFace(picture, options).withFaceExpressions();
  tf.dispose(picture);
  return found ? top(found.expressions) : null;
}

await answer({ classify, read });
