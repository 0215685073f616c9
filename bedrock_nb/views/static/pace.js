const REST_TO_COST = 3; // the page spends a quarter of its time on a panel at most: a giant table is laid out anew each time

/**
 * Joins requests to redraw: at most one a frame, and fewer where a redraw is costly. The last one always happens. What is
 * urgent, as a reader waits for it, is drawn at once: the next frame may be long in coming while the page works on what
 * came with it.
 * @param {() => void} redraw does the work and waits for its layout, so that its cost can be seen
 */
export function paced(redraw) {
  let restUntil = 0;
  let timer = 0;
  let frame = 0;
  const cancel = () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    timer = frame = 0;
  };
  const run = () => {
    cancel();
    const start = performance.now();
    redraw();
    const end = performance.now();
    restUntil = end + REST_TO_COST * (end - start);
  };
  return {
    request(isUrgent = false) {
      if (isUrgent) return run();
      if (timer || frame) return;
      const nextFrame = () => { timer = 0; frame = requestAnimationFrame(run); };
      const rest = restUntil - performance.now();
      if (rest > 0) timer = setTimeout(nextFrame, rest);
      else nextFrame();
    },
    cancel,
  };
}
