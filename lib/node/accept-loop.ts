// Go: net/http/server.go (Serve)
import { setTimeout as delay } from "node:timers/promises";
import { isClosed } from "../errors/index.js";
import { BackOff } from "../netutil/back-off.js";
import type { StreamConn, StreamListener } from "./stream-conn.js";

/**
 * Hands every connection to `take` until the listener is closed, and then resolves. Failures that pass (`EMFILE`, say) are
 * waited out; any other rejects. While a promise of `take` is pending, nothing is accepted.
 */
export async function acceptLoop<C extends StreamConn>(
  listener: StreamListener<C>,
  take: (conn: C) => void | Promise<void>,
): Promise<void> {
  const backOff = new BackOff();
  for (;;) {
    let conn: C;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (isClosed(error)) return;
      await delay(backOff.after(error));
      continue;
    }
    backOff.reset();
    await take(conn);
  }
}
