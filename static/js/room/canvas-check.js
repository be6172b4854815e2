/**
 * Checks that a canvas returns what was drawn on it. Browsers that fight fingerprinting return something else: white,
 * noise, or now and then a changed lowest bit, which no reading notices.
 */

import { decodePng } from "./png.js";

/** The size of a sent picture, because some protections leave small canvases alone. */
export const TEST_PICTURE = { width: 320, height: 240 };

const BLOCK = 40; // pixels
// Levels of 255, mean over all pixels. Noise of 24 levels to either side makes 12, and changed one of 29 readings.
const HARMLESS_DIFFERENCE = 12;

/**
 * The colour of the test picture at a pixel: [red, green, blue].
 *
 * @param {number} x
 * @param {number} y
 */
export function testColour(x, y) {
  const [column, row] = [Math.floor(x / BLOCK), Math.floor(y / BLOCK)];
  return [column * 36, row * 51, ((column + row) % 2) * 255];
}

/** @typedef {{x: number, y: number, size: number, colour: number[]}} Block */

/**
 * The test picture as rectangles, to be drawn by the worker.
 *
 * @returns {Block[]}
 */
export function testBlocks() {
  const blocks = [];
  for (let y = 0; y < TEST_PICTURE.height; y += BLOCK) {
    for (let x = 0; x < TEST_PICTURE.width; x += BLOCK) blocks.push({ x, y, size: BLOCK, colour: testColour(x, y) });
  }
  return blocks;
}

/**
 * True also where this browser cannot decode the PNG, because then nobody can tell.
 *
 * @param {ArrayBuffer} png the test picture, as the canvas returned it
 */
export async function isCanvasUnchanged(png) {
  const picture = await decodePng(png);
  return picture === "unsupported" || (picture !== null && differenceOf(picture) <= HARMLESS_DIFFERENCE);
}

/** @param {import("./png.js").Picture} picture */
function differenceOf({ width, height, channels, rows }) {
  if (width !== TEST_PICTURE.width || height !== TEST_PICTURE.height) return Infinity;
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      testColour(x, y).forEach((value, channel) => (sum += Math.abs(rows[y][x * channels + channel] - value)));
    }
  }
  return sum / (width * height * 3);
}
