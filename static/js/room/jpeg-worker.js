// Draws and compresses away from the page, which has a hidden tab's low priority and buttons to answer.

onmessage = async ({ data: { picture, known, ...wish } }) => {
  try {
    const bytes = await (known ? drawKnown(known, wish) : compress(picture, wish));
    postMessage({ bytes }, [bytes]);
  } catch (error) {
    postMessage({ error: String(error) });
  }
};

async function compress(picture, { width, height, quality }) {
  const canvas = new OffscreenCanvas(width, height);
  penOn(canvas).drawImage(picture, 0, 0, width, height);
  picture.close();
  return bytesOf(canvas, { type: "image/jpeg", quality });
}

/** Colours that the page knows, on the same kind of canvas and without loss: does it hand out what is drawn? */
async function drawKnown(blocks, { width, height }) {
  const canvas = new OffscreenCanvas(width, height);
  const pen = penOn(canvas);
  for (const { x, y, size, colour } of blocks) {
    pen.fillStyle = `rgb(${colour.join(" ")})`;
    pen.fillRect(x, y, size, size);
  }
  return bytesOf(canvas, { type: "image/png" });
}

function penOn(canvas) {
  // willReadFrequently: drawn where it is read, not on the graphics card.
  return canvas.getContext("2d", { alpha: false, willReadFrequently: true });
}

async function bytesOf(canvas, format) {
  const blob = await canvas.convertToBlob(format);
  if (blob.type !== format.type) throw new Error(`This browser writes ${blob.type} instead of ${format.type}.`);
  return blob.arrayBuffer();
}
