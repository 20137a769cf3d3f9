import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Namespace, noNamespaces } from "../support/lab.js";
import { fixture } from "./lab.js";

interface Outcome {
  types: string[];
  privileged: boolean;
  transmitted: number;
  received: number;
  duplicates: number;
  errors: number;
}

const FORGERIES = ["id", "seq", "cookie", "empty", "code", "checksum", "source", "short", "quote", "garbage"];

describe.skipIf(noNamespaces !== null)("ping among forgers", () => {
  const spaces: Record<string, Namespace> = {};

  beforeAll(() => {
    spaces.raw = new Namespace();
    spaces.unprivileged = new Namespace().admitPing();
    // Nobody answers but the forger.
    for (const space of Object.values(spaces)) space.sysctl("net.ipv4.icmp_echo_ignore_all=1");
  });
  afterAll(() => Object.values(spaces).forEach((space) => space.remove()));

  async function among(
    kind: string,
    forgeries: string[],
    answers: number,
    options: object,
    tool = "ping",
    delay = 0,
  ): Promise<Outcome> {
    const asked = JSON.stringify({ tool, options, forgeries, answers, delay });
    const { status, stdout, stderr } = await spaces[kind].execute(
      process.execPath,
      fixture("forger.mjs"),
      asked,
    );
    if (status !== 0) throw new Error(`the forger ended with ${status}: ${stderr}`);
    const outcome = JSON.parse(stdout) as Outcome;
    expect(outcome.privileged).toBe(kind === "raw");
    return outcome;
  }

  for (const kind of ["raw", "unprivileged"]) {
    describe(kind, () => {
      it.each(FORGERIES)("ignores what has the wrong %s", async (name) => {
        const outcome = await among(kind, [name], 0, { count: 2, interval: 10, timeout: 100 });
        expect(outcome).toMatchObject({ transmitted: 2, received: 0, duplicates: 0, errors: 0 });
        expect(outcome.types.filter((type) => type !== "sent")).toEqual(["timeout", "timeout"]);
      });

      it("finds the true answer among all of them", async () => {
        const outcome = await among(kind, FORGERIES, 1, { count: 3, interval: 20, timeout: 5000 });
        expect(outcome).toMatchObject({ transmitted: 3, received: 3, duplicates: 0, errors: 0 });
      });

      it("tells a second answer as a duplicate", async () => {
        const outcome = await among(kind, [], 2, { count: 3, interval: 300, timeout: 5000 });
        expect(outcome).toMatchObject({ transmitted: 3, received: 3, errors: 0 });
        // The run ends with the last answer, so its own duplicate may come too late.
        expect(outcome.duplicates).toBeGreaterThanOrEqual(2);
        expect(outcome.types.slice(0, 3)).toEqual(["sent", "reply", "duplicate"]);
      });

      it.each(FORGERIES)("sweeping, ignores what has the wrong %s", async (name) => {
        const options = { count: 2, period: 10, timeout: 100 };
        const outcome = await among(kind, [name], 0, options, "sweep");
        expect(outcome).toMatchObject({ transmitted: 2, received: 0, duplicates: 0, errors: 0 });
        expect(outcome.types).toEqual(["timeout", "timeout"]);
      });

      it("sweeping, finds the true answer among all of them, and tells the second one as a duplicate", async () => {
        const options = { count: 3, period: 50, timeout: 5000 };
        const outcome = await among(kind, FORGERIES, 2, options, "sweep");
        expect(outcome).toMatchObject({ transmitted: 3, received: 3, errors: 0 });
        expect(outcome.duplicates).toBeGreaterThanOrEqual(2);
      });

      it("sweeping, asks nobody again whose answer came late, but before another attempt", async () => {
        // The second request may go 2 seconds after the first.
        const options = { rate: 0.5, retries: 1, timeout: 50 };
        const outcome = await among(kind, [], 1, options, "sweep", 150);
        expect(outcome).toMatchObject({ types: ["reply"], transmitted: 1, received: 1 });
      });

      it("cannot tell by a cookie where there is no room for one", async () => {
        const outcome = await among(kind, ["cookie"], 0, { count: 1, size: 4, timeout: 500 });
        expect(outcome).toMatchObject({ received: 1 });
      });
    });
  }
});
