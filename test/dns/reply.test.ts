// The reader of messages: what it takes, and that nothing makes it stumble.

import { describe, expect, it } from "vitest";
import { readName } from "#lib/dns/name-reader.js";
import { Query } from "#lib/dns/query.js";
import { readReply } from "#lib/dns/reply.js";
import * as dns from "./messages.js";
import { mutations } from "./mutations.js";

const { a, message, question } = dns;

describe("a message", () => {
  it("gives every kind of record that is asked for, and passes over others", () => {
    const answers = [
      a("192.0.2.1"),
      dns.aaaa(7),
      dns.named(dns.CNAME, "c.example.com."),
      dns.named(dns.NS, "ns.example.com."),
      dns.named(dns.PTR, "."),
      dns.mx(10, "mx.example.com."),
      dns.srv(1, 2, 3, "s.example.com."),
      dns.txt("one ", "two"),
      { owner: dns.POINTER, type: 46, data: Uint8Array.of(1, 2, 3) },
    ];
    const reply = readReply(message({ answers }))!;
    const owner = "example.com.";
    expect(
      reply.answers.map((answer) => ("ip" in answer ? { ...answer, ip: String(answer.ip) } : answer)),
    ).toEqual([
      { type: dns.A, owner, ip: "192.0.2.1" },
      { type: dns.AAAA, owner, ip: "2001:db8::7" },
      { type: dns.CNAME, owner, target: "c.example.com." },
      { type: dns.NS, owner, target: "ns.example.com." },
      { type: dns.PTR, owner, target: "." },
      { type: dns.MX, owner, pref: 10, target: "mx.example.com." },
      { type: dns.SRV, owner, priority: 1, weight: 2, port: 3, target: "s.example.com." },
      { type: dns.TXT, owner, text: "one two" },
    ]);
  });

  it("tells its flags, and a code of more than four bits", () => {
    const flags = dns.REPLY | dns.AUTHORITATIVE | 1;
    expect(readReply(message({ flags, additionals: [dns.opt(4)] }))).toMatchObject({
      rcode: 0x41,
      authoritative: true,
      recursionAvailable: true,
      hasAnswers: false,
      hasAdditional: true,
    });
    expect(readReply(message({ flags: 0x8000 }))).toMatchObject({
      recursionAvailable: false,
      authoritative: false,
    });
  });

  it("passes over records of other classes", () => {
    expect(readReply(message({ answers: [{ ...a("192.0.2.1"), class: 3 }] }))!.answers).toEqual([]);
  });
});

const wrong: Record<string, Uint8Array> = {
  "no header": new Uint8Array(11),
  "more records than fit": (() => {
    const bytes = message({ answers: [a("192.0.2.1")] });
    bytes.set([0xff, 0xff], 6);
    return bytes;
  })(),
  "more questions than fit": (() => {
    const bytes = message({});
    bytes.set([0xff, 0xff], 4);
    return bytes;
  })(),
  "data that lead outside": message({ answers: [a("192.0.2.1")] }).subarray(0, -1),
  "an address of three bytes": message({ answers: [{ ...a("192.0.2.1"), data: Uint8Array.of(1, 2, 3) }] }),
  "an IPv6 address of four": message({ answers: [{ ...a("192.0.2.1"), type: dns.AAAA }] }),
  "a name that points at itself": message({ answers: [a("192.0.2.1", Uint8Array.of(0xc0, 29))] }),
  "a name that points ahead": message({ answers: [a("192.0.2.1", Uint8Array.of(0xc0, 40))] }),
  "two names that point at each other": message({
    answers: [a("192.0.2.1", Uint8Array.of(1, 0x78, 0xc0, 29))],
  }),
  "a label of a kind that is none": message({ answers: [a("192.0.2.1", Uint8Array.of(0x40, 0, 0))] }),
  "a label with a dot inside": message({ answers: [a("192.0.2.1", Uint8Array.of(1, 0x2e, 0))] }),
  "a name of 256 bytes": message({ answers: [a("192.0.2.1", `${"x.".repeat(127)}y.`)] }),
  "a target that ends before its data": message({
    answers: [{ owner: dns.POINTER, type: dns.NS, data: Uint8Array.of(0, 0) }],
  }),
  "a target that goes on after its data": message({
    answers: [{ owner: dns.POINTER, type: dns.NS, data: Uint8Array.of(3, 0x78) }, a("192.0.2.1")],
  }),
  "a preference without a name": message({
    answers: [{ owner: dns.POINTER, type: dns.MX, data: dns.u16(1) }],
  }),
  "a text longer than its data": message({
    answers: [{ owner: dns.POINTER, type: dns.TXT, data: Uint8Array.of(5, 0x78) }],
  }),
  "an additional record that leads outside": message({ additionals: [dns.opt()] }).subarray(0, -1),
};

describe("a message that is wrong", () => {
  it.each(Object.entries(wrong))("for %s is none", (_, bytes) => {
    expect(readReply(bytes)).toBeNull();
  });
});

describe("a name", () => {
  it("may have 255 bytes, and 127 labels", () => {
    const name = "x.".repeat(127);
    expect(readName(dns.wireName(name), 0, 255)).toEqual({ name, end: 255 });
  });

  it("costs no more than its length, however its pointers are laid", () => {
    // A chain: each pointer leads to the one before it.
    const bytes = new Uint8Array(2 + 2 * 8000);
    for (let at = 2; at < bytes.length; at += 2) bytes.set(dns.u16(0xc000 | (at - 2)), at);
    expect(readName(bytes, 2 * 127, bytes.length)?.name).toBe(".");
    expect(readName(bytes, 2 * 128, bytes.length)).toBeNull();
  });
});

describe("a reply", () => {
  const query = Query.of("Example.com.", dns.A, { trustAD: false, edns0: true })!;
  const id = (query.message[0] << 8) | query.message[1];
  const right = message({ id, question: question("eXample.COM.", dns.A) });

  it("answers the question of its number, name, type and class", () => {
    expect(query.isAnsweredBy(right)).toBe(true);
  });

  const forged: Record<string, Uint8Array> = {
    "is too short": right.subarray(0, -1),
    "has another number": message({ id: id ^ 1, question: question("example.com.", dns.A) }),
    "has the number's bytes swapped": message({ id: id ^ 0x8000, question: question("example.com.", dns.A) }),
    "is a query": message({ id, flags: 0x0100, question: question("example.com.", dns.A) }),
    "asks nothing": message({ id, question: new Uint8Array() }),
    "asks for another name": message({ id, question: question("example.org.", dns.A) }),
    "asks for a longer name": message({ id, question: question("example.com.x.", dns.A) }),
    "asks for another type": message({ id, question: question("example.com.", dns.AAAA) }),
    "asks in another class": message({ id, question: question("example.com.", dns.A, 3) }),
    "asks twice": Buffer.from(right).fill(2, 5, 6),
  };

  it.each(Object.entries(forged))("does not when it %s", (_, bytes) => {
    expect(query.isAnsweredBy(bytes)).toBe(false);
  });

  it("cannot be guessed: numbers do not repeat, nor follow each other", () => {
    const numbers = Array.from({ length: 2000 }, () => {
      const { message: bytes } = Query.of("x.", dns.A, { trustAD: false, edns0: false })!;
      return (bytes[0] << 8) | bytes[1];
    });
    expect(new Set(numbers).size).toBeGreaterThan(1900);
    const steps = new Set(numbers.slice(1).map((number, i) => (number - numbers[i]) & 0xffff));
    expect(steps.size).toBeGreaterThan(1800);
  });

  it("has its own spelling of the name, unless it is that of the question", () => {
    const owners = (name: string) => {
      const reply = message({ id, question: question(name, dns.A), answers: [dns.a("192.0.2.1")] });
      expect(query.isAnsweredBy(reply)).toBe(true);
      return readReply(reply, reply.length, query.nameIn(reply))!.answers.map(({ owner }) => owner);
    };
    expect(owners("eXample.COM.")).toEqual(["eXample.COM."]);
    expect(owners("Example.com.")).toEqual(["Example.com."]);
    expect(query.nameIn(right)).toBeNull();
  });

  it.each([true, false])("is asked for in bytes that cover what was there: edns0 %s", (edns0) => {
    const asked = Query.of("Example.com.", dns.A, { trustAD: false, edns0 })!;
    const bytes = new Uint8Array(asked.length + 4).fill(0xff);
    asked.put(bytes, 2);
    expect(bytes.subarray(2, -2)).toEqual(asked.message);
    expect([...bytes.subarray(0, 2), ...bytes.subarray(-2)]).toEqual([255, 255, 255, 255]);
  });

  it("is asked for by names that fit only", () => {
    const options = { trustAD: false, edns0: false };
    for (const name of ["x", "", "a..b.", `${"x".repeat(64)}.`, "x.".repeat(128)])
      expect(Query.of(name, dns.A, options)).toBeNull();
  });
});

describe("a hundred thousand messages with bytes changed", () => {
  it("are read or not, without an exception and in time", () => {
    let read = 0;
    const started = performance.now();
    for (const bytes of mutations(100_000, 1)) if (readReply(bytes) !== null) read++;
    // Some survive and some do not, or this tries nothing.
    expect(read).toBeGreaterThan(1000);
    expect(read).toBeLessThan(99_000);
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});
