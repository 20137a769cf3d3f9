import { describe } from "vitest";
import { pipe } from "rawconn";
import { conformance, type Ends } from "./suite.js";

/** A pair with either end first: they are made alike, and must be alike. */
async function ends(first: 0 | 1): Promise<Ends> {
  const made = pipe();
  const [a, b] = [made[first], made[1 - first]];
  const stop = () => {
    a.close();
    b.close();
  };
  return { a, b, stop };
}

/** Go's io.ErrClosedPipe: a pipe has no descriptor that could be closed. */
const closed = (error: Error) => (error as { code?: string }).code === "ERR_CLOSED_PIPE";

describe("a PipeConn, its first end", () => conformance(() => ends(0), { closed }));
describe("a PipeConn, its second end", () => conformance(() => ends(1), { closed }));
