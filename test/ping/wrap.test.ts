import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Namespace, noNamespaces } from "../support/lab.js";
import { fixture } from "./lab.js";

// It takes seconds, and some more where sanitizers watch.
const TIMEOUT = 120_000;

describe.skipIf(noNamespaces !== null)("ping, beyond 16 bits of requests", () => {
  let space: Namespace;
  beforeAll(() => {
    // Of its own, where nobody else's flood takes the room in our socket.
    space = new Namespace();
  });
  afterAll(() => space?.remove());

  it(
    "wraps the sequence number, and misses no answer",
    async () => {
      const { stdout, stderr } = await space.execute(process.execPath, fixture("wrap.mjs"));
      if (stdout === "") throw new Error(`the child said nothing: ${stderr}`);
      expect(JSON.parse(stdout)).toEqual({
        last: [65535, 0, 1, 2],
        privileged: true,
        transmitted: 65538,
        received: 65538,
        duplicates: 0,
        errors: 0,
      });
    },
    TIMEOUT,
  );
});
