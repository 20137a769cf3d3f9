// A deadline is set in a timer, and then there is nothing to do for a while: does the turn of the loop end first?

import { pair } from "./echo.mjs";

const { near, far } = await pair();
setTimeout(() => {
  const since = performance.now();
  near.setReadDeadline(Date.now() + 100_000);
  // Unref'd, so that this one does not itself keep the loop from waiting.
  setImmediate(() => console.log(JSON.stringify({ waited: performance.now() - since > 200 }))).unref();
  setTimeout(() => {
    near.close();
    far.close();
  }, 400);
}, 20);
