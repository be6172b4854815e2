/** The attention map of the last picture, over the student's mirror image while they want to see it. Kept nowhere. */

import { PURPOSE } from "./protocol.js";

// --accent on a face can hardly be seen; this orange is apart from skin and hair.
const COLOUR = [255, 120, 0];
const STRONGEST = 200;
const HIGHEST = 99;

/**
 * The pixels of a grid: the more a cell counted, the less transparent it is. Squared, because every cell of the crop
 * counts a little, and the crop is no finding.
 *
 * @param {number[][]} grid 0 to 99
 */
export function pixelsOf(grid) {
  return Uint8ClampedArray.from(grid.flat().flatMap((cell) => [...COLOUR, STRONGEST * (cell / HIGHEST) ** 2]));
}

/**
 * The map from a square of side 1 to the grid in a picture, as setTransform takes it.
 *
 * @param {[number, number][]} corners top left, top right and bottom left, in shares of the picture's sides
 * @param {{width: number, height: number}} size of the picture
 * @returns {[number, number, number, number, number, number]}
 */
export function placeOf([[left, top], [right, rightTop], [bottomLeft, bottom]], { width, height }) {
  return [
    (right - left) * width,
    (rightTop - top) * height,
    (bottomLeft - left) * width,
    (bottom - top) * height,
    left * width,
    top * height,
  ];
}

/** @param {CameraParts} parts */
export function openAttentionMap({ attentionMap: canvas, attentionMapHelp, attentionMapToggle, classMirror }) {
  let isWanted = false;

  function clear() {
    canvas.hidden = true;
  }

  attentionMapToggle.addEventListener("click", () => {
    isWanted = !isWanted;
    attentionMapToggle.setAttribute("aria-pressed", String(isWanted));
    attentionMapHelp.hidden = !isWanted;
    clear();
  });

  /** @param {AttentionMap} map */
  function draw({ grid, corners }) {
    const { videoWidth: width, videoHeight: height } = classMirror;
    Object.assign(canvas, { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const small = new OffscreenCanvas(grid[0].length, grid.length);
    small.getContext("2d")?.putImageData(new ImageData(pixelsOf(grid), small.width), 0, 0);
    context.setTransform(...placeOf(corners, { width, height }));
    context.drawImage(small, 0, 0, 1, 1);
    canvas.hidden = false;
  }

  return {
    /** How the page asks: by the purpose of each frame. */
    purpose: () => (isWanted ? PURPOSE.attentionMap : PURPOSE.class),
    clear,
    /** @param {Reading} reading */
    take({ attention_map: map }) {
      if (isWanted && map && classMirror.videoWidth) draw(map);
      else clear();
    },
  };
}
