// Browsers slow down the timers of a hidden page; those of its workers they leave alone.

const timers = new Map();

onmessage = ({ data: { id, milliseconds } }) => {
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (milliseconds === null) return;
  timers.set(id, setTimeout(() => ring(id), milliseconds));
};

function ring(id) {
  timers.delete(id);
  postMessage(id);
}
