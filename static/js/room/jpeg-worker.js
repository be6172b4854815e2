// Draws and compresses away from the page, which has a hidden tab's low priority and buttons to answer.

onmessage = async ({ data: { picture, width, height, quality } }) => {
  try {
    const jpeg = await compress(picture, { width, height, quality });
    postMessage({ jpeg }, [jpeg]);
  } catch (error) {
    postMessage({ error: String(error) });
  }
};

async function compress(picture, { width, height, quality }) {
  const canvas = new OffscreenCanvas(width, height);
  // willReadFrequently: drawn where it is read, not on the graphics card.
  canvas.getContext("2d", { alpha: false, willReadFrequently: true }).drawImage(picture, 0, 0, width, height);
  picture.close();
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  return blob.arrayBuffer();
}
