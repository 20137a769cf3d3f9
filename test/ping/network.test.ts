import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PingOptions } from "#lib/ping/index.js";
import { asNobody, Namespace, noNamespaces } from "../support/lab.js";
import { fixture, Lab } from "./lab.js";

interface Outcome {
  events: Record<string, unknown>[];
  error: { name: string; code: string; message: string } | null;
  privileged: boolean | null;
  transmitted: number;
  received: number;
  duplicates: number;
  errors: number;
  sendErrors: number;
}

/** Pings from inside a namespace. */
async function pingIn(
  space: Namespace,
  target: string,
  options: PingOptions,
  { as = [], block = 0 }: { as?: string[]; block?: number } = {},
): Promise<Outcome> {
  const asked = JSON.stringify({ target, options, block });
  const { status, stdout, stderr } = await space.execute(
    ...as,
    process.execPath,
    fixture("child.mjs"),
    asked,
  );
  if (status !== 0) throw new Error(`the child ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Outcome;
}

const ofType = ({ events }: Outcome, type: string) => events.filter((event) => event.type === type);

describe.skipIf(noNamespaces !== null)("ping through a network", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = new Lab();
  });
  afterAll(() => lab?.remove());

  // In the lab's near namespace the unprivileged socket is allowed; without rights it is the only one.
  it.each([
    ["10.9.2.1", []],
    ["10.9.2.1", asNobody],
    ["fd09:2::1", []],
    ["fd09:2::1", asNobody],
  ])("reaches %s, unprivileged, as %j", async (target, as) => {
    const outcome = await pingIn(lab.near, target, { count: 3, interval: 10 }, { as });
    expect(outcome).toMatchObject({ error: null, privileged: false, transmitted: 3, received: 3, errors: 0 });
    for (const { addr, ttl, bytes } of ofType(outcome, "reply")) {
      expect({ addr, ttl, bytes }).toEqual({ addr: target, ttl: 63, bytes: 64 });
    }
  });

  // The router and the far host admit nobody to unprivileged sockets, so root gets raw ones.
  it.each(["10.9.1.1", "fd09:1::1"])("reaches %s, raw", async (target) => {
    const outcome = await pingIn(lab.far, target, { count: 3, interval: 10 });
    expect(outcome).toMatchObject({ error: null, privileged: true, transmitted: 3, received: 3, errors: 0 });
    expect(new Set(ofType(outcome, "reply").map(({ ttl }) => ttl))).toEqual(new Set([63]));
  });

  it.each<[string, PingOptions, Record<string, unknown>]>([
    [
      "10.9.2.1",
      { ttl: 1 },
      { reason: "time-exceeded", addr: "10.9.1.2", icmpType: 11, message: "Time to live exceeded" },
    ],
    [
      "fd09:2::1",
      { ttl: 1 },
      { reason: "time-exceeded", addr: "fd09:1::2", icmpType: 3, message: "Time exceeded: Hop limit" },
    ],
    [
      "10.9.3.1",
      {},
      { reason: "unreachable", addr: "10.9.1.2", icmpType: 3, message: "Destination Host Unreachable" },
    ],
    ["fd09:3::1", {}, { reason: "unreachable", addr: "fd09:1::2", icmpType: 1, icmpCode: 1 }],
    ["10.9.1.77", {}, { reason: "unreachable", addr: "10.9.1.1", icmpType: 3, icmpCode: 1 }],
  ])("is told by the error queue that %s with %j does not get through", async (target, options, expected) => {
    const outcome = await pingIn(lab.near, target, { count: 2, interval: 20, ...options }, { as: asNobody });
    expect(outcome).toMatchObject({ error: null, privileged: false, transmitted: 2, received: 0, errors: 2 });
    const errors = ofType(outcome, "error");
    expect(errors.map(({ seq }) => seq)).toEqual([1, 2]);
    for (const error of errors) expect(error).toMatchObject(expected);
  });

  it.each<[string, PingOptions, Record<string, unknown>]>([
    ["10.9.1.1", { ttl: 1 }, { reason: "time-exceeded", addr: "10.9.2.2", icmpType: 11 }],
    ["fd09:1::1", { ttl: 1 }, { reason: "time-exceeded", addr: "fd09:2::2", icmpType: 3 }],
    ["10.9.3.1", {}, { reason: "unreachable", addr: "10.9.2.2", icmpType: 3, icmpCode: 1 }],
    ["fd09:3::1", {}, { reason: "unreachable", addr: "fd09:2::2", icmpType: 1, icmpCode: 1 }],
  ])(
    "is told by packets on a raw socket that %s with %j does not get through",
    async (target, options, expected) => {
      const outcome = await pingIn(lab.far, target, { count: 2, interval: 20, ...options });
      expect(outcome).toMatchObject({
        error: null,
        privileged: true,
        transmitted: 2,
        received: 0,
        errors: 2,
      });
      for (const error of ofType(outcome, "error")) expect(error).toMatchObject(expected);
    },
  );

  it.each([
    ["unprivileged", () => lab.near, "10.9.2.1"],
    ["raw", () => lab.far, "10.9.1.1"],
  ])("takes no report for a failed send, and loses none in a flood, %s", async (_, space, target) => {
    // The loop is blocked while reports come in, so many wait at once, and sends meet them before reads do.
    const options = { count: 60, interval: 0.2, ttl: 1, timeout: 5000 };
    const outcome = await pingIn(space(), target, options, { block: 5 });
    expect(outcome).toMatchObject({ error: null, transmitted: 60, errors: 60, sendErrors: 0 });
    expect(new Set(ofType(outcome, "error").map(({ seq }) => seq)).size).toBe(60);
  });

  it("gives a request up after its timeout", async () => {
    const outcome = await pingIn(lab.near, "10.9.4.1", { count: 2, interval: 20, timeout: 60 });
    expect(outcome).toMatchObject({ error: null, transmitted: 2, received: 0, errors: 0 });
    expect(ofType(outcome, "timeout").map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("tells what cannot even be sent, and goes on", async () => {
    const alone = new Namespace().admitPing();
    try {
      const outcome = await pingIn(alone, "10.9.9.9", { count: 2, interval: 10 });
      expect(outcome).toMatchObject({ error: null, transmitted: 2, sendErrors: 2, received: 0 });
      expect(ofType(outcome, "send-error").map(({ seq }) => seq)).toEqual([1, 2]);
    } finally {
      alone.remove();
    }
  });

  it.each([
    ["unprivileged", () => lab.near, "10.9.1.1", false],
    ["raw", () => lab.far, "10.9.2.1", true],
  ])("measures by the kernel's clock on a blocked loop, %s", async (_, space, target, privileged) => {
    const outcome = await pingIn(space(), target, { count: 6, interval: 10 }, { block: 50 });
    expect(outcome.privileged).toBe(privileged);
    const times = ofType(outcome, "reply").map(({ rtt }) => rtt as number);
    expect(times).toHaveLength(6);
    expect(times.slice(1).sort((a, b) => a - b)[2]).toBeLessThan(5);
  });

  it("binds to an interface, with or without rights", async () => {
    for (const as of [[], asNobody]) {
      const good = await pingIn(lab.near, "10.9.1.2", { count: 1, device: "n0" }, { as });
      expect(good).toMatchObject({ error: null, received: 1 });
    }
    // From the wrong side there is no way, and a name that no interface has is an error at once.
    const wrong = await pingIn(lab.near, "10.9.1.2", { count: 1, device: "lo", timeout: 100 });
    expect(wrong.received).toBe(0);
    const none = await pingIn(lab.near, "10.9.1.2", { count: 1, device: "nosuch0" });
    expect(none.error).toMatchObject({ name: "OpError", code: "ENODEV" });
  });

  it("says which option needs a right, and not that no socket is allowed", async () => {
    const options = { count: 1, mark: 1 };
    const { error } = await pingIn(lab.near, "10.9.1.2", options, { as: asNobody });
    expect(error).toMatchObject({ name: "OpError", code: "EPERM" });
    expect(await pingIn(lab.near, "10.9.1.2", options)).toMatchObject({ error: null, received: 1 });
  });

  it("names both ways out when no socket is allowed", async () => {
    const outcome = await pingIn(lab.far, "127.0.0.1", { count: 1 }, { as: asNobody });
    expect(outcome.error).toMatchObject({ name: "PermissionError", code: "EPERM" });
    const { message } = outcome.error!;
    expect(message).toContain('sysctl -w net.ipv4.ping_group_range="0 2147483647"');
    expect(message).toMatch(/cap_net_raw.*`setcap cap_net_raw\+ep \/\S*node\S*`/);
    expect(outcome).toMatchObject({ transmitted: 0, events: [] });
  });
});
