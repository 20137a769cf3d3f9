// What anyone may send: no message does harm, and none is taken for more than it says.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VM } from "#lib/bpf/index.js";
import { type Message, MessageError, parseErrorMessage, parseMessage } from "#lib/icmp/index.js";
import { answersTo } from "#lib/ping/filter.js";
import { fixture } from "../ping/lab.js";
import { Namespace, noNamespaces } from "../support/lab.js";
import { malformed } from "./malformed.js";
import { ipv4, join } from "./packets.js";

/** A message in the words of the table. */
function told({ body }: Message): string {
  const { data, extensions = [] } = body as { data?: Uint8Array; extensions?: object[] };
  return [body!.constructor.name, data?.length, ...extensions.map(({ constructor }) => constructor.name)]
    .filter((word) => word !== undefined)
    .join(" ");
}

describe("a malformed message", () => {
  it("is one of many", () => {
    expect(malformed.length).toBeGreaterThanOrEqual(80);
    expect(new Set(malformed.map(([name]) => name)).size).toBe(malformed.length);
  });

  it.each(malformed)("comes to no more than it has: %s", (_, proto, wire, outcome) => {
    const before = wire.slice();
    const isError = /^[a-z]/.test(outcome);
    if (isError) expect(() => parseMessage(proto, wire)).toThrow(MessageError);
    else expect(told(parseMessage(proto, wire))).toBe(outcome);
    if (isError) expect(() => parseMessage(proto, wire)).toThrow(outcome);
    expect(wire).toEqual(before);
  });

  it.each(malformed.filter(([, , , outcome]) => /^[A-Z]/.test(outcome)))(
    "that was read can be written, and is the same from then on, or says that it cannot: %s",
    (name, proto, wire) => {
      const message = parseMessage(proto, wire);
      if (["something to ask for in no way", "a request for two"].includes(name))
        expect(() => message.marshal()).toThrow("invalid extension");
      else expect(parseMessage(proto, message.marshal()).marshal()).toEqual(message.marshal());
    },
  );

  it("is no report on a request of ours", () => {
    // None of them quotes one.
    const reports = malformed.filter(([, proto, wire]) => {
      try {
        return parseErrorMessage(proto, wire).quoted.echo !== null;
      } catch (error) {
        if (error instanceof MessageError) return false;
        throw error;
      }
    });
    expect(reports.map(([name]) => name)).toEqual([]);
  });

  it("wakes nobody who pings", () => {
    const waking = malformed.filter(([, proto, wire]) => {
      const vm = new VM(answersTo(proto, 0x1234));
      return vm.run(proto === 1 ? ipv4(wire) : wire) > 0;
    });
    expect(waking.map(([name]) => name)).toEqual([]);
  });
});

interface Outcome {
  sent: number;
  read: number;
  refused: number;
  received: number;
  duplicates: number;
  errors: number;
  timeouts: number;
}

describe.skipIf(noNamespaces !== null)("through a raw socket", () => {
  let space: Namespace;
  beforeAll(() => {
    space = new Namespace();
    // Nobody answers but the test.
    space.sysctl("net.ipv4.icmp_echo_ignore_all=1", "net.ipv6.icmp.echo_ignore_all=1");
  });
  afterAll(() => space?.remove());

  it.each<[1 | 58, string]>([
    [1, "127.0.0.1"],
    [58, "::1"],
  ])("malformed messages of protocol %i change nothing for who pings %s", async (proto, address) => {
    const messages = malformed.filter(([, of]) => of === proto).map(([, , wire]) => join(wire));
    const asked = JSON.stringify({
      address,
      messages: messages.map((wire) => Buffer.from(wire).toString("hex")),
    });
    const { stdout, stderr } = await space.execute(
      process.execPath,
      fixture("../icmp/malformed-child.mjs"),
      asked,
    );
    if (stdout === "") throw new Error(`the child said nothing: ${stderr}`);
    const outcome = JSON.parse(stdout) as Outcome;
    expect(outcome).toMatchObject({ received: 3, duplicates: 0, errors: 0, timeouts: 0 });
    // All that went out was read by another socket, and each was a message or refused as none.
    expect(outcome.sent).toBeGreaterThan(3 * messages.filter(({ length }) => length >= 8).length);
    expect(outcome.read + outcome.refused).toBe(outcome.sent);
    // What is too short to be a message comes through in IPv6 only.
    expect(outcome.refused > 0).toBe(proto === 58);
  });
});
