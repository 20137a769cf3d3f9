// Go: net/http/server.go (Serve, its back-off)
import { setTimeout as delay } from "node:timers/promises";
import { isClosed, isTemporary, isTimeout } from "../errors/index.js";
import type { StreamConn, StreamListener } from "./stream-conn.js";

// Milliseconds between two attempts when there are no descriptors left: doubled every time, up to a second.
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 1000;

/**
 * Hands every connection to `take` until the listener is closed, and then resolves. Failures that pass (`EMFILE`, say) are
 * waited out; any other rejects. While a promise of `take` is pending, nothing is accepted.
 */
export async function acceptLoop<C extends StreamConn>(
  listener: StreamListener<C>,
  take: (conn: C) => void | Promise<void>,
): Promise<void> {
  let pause = FIRST_PAUSE;
  for (;;) {
    let conn: C;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (isClosed(error)) return;
      if (!isTemporary(error) || isTimeout(error)) throw error;
      await delay(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      continue;
    }
    pause = FIRST_PAUSE;
    await take(conn);
  }
}
