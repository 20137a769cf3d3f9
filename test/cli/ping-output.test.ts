import { afterEach, describe, expect, it, vi } from "vitest";
import { parse } from "#lib/cli/ping-arguments.js";
import { reply, status, summary, time, wallClock } from "#lib/cli/ping-output.js";
import { IPAddr } from "#lib/index.js";
import type { ReplyEvent, Statistics } from "#lib/ping/index.js";

const figures: Statistics = {
  transmitted: 3,
  received: 3,
  duplicates: 0,
  errors: 0,
  sendErrors: 0,
  loss: 0,
  min: 0.0316,
  avg: 0.04,
  max: 1234.5678,
  mdev: 0.0004,
  ewma: 0.05,
  jitter: 0.01,
  percentile: () => 0.04,
};
const nothing = { received: 0, loss: 1, min: null, avg: null, max: null, mdev: null, ewma: null };

describe("wallClock", () => {
  afterEach(() => vi.useRealTimers());

  it("goes along when somebody sets the clock", () => {
    expect(Math.abs(wallClock() - Date.now())).toBeLessThan(100);
    for (const by of [3_600_000, -3_600_000]) {
      vi.useFakeTimers({ now: Date.now() + by, toFake: ["Date"] });
      expect(Math.abs(wallClock() - Date.now())).toBeLessThan(100);
      vi.useRealTimers();
    }
    expect(Math.abs(wallClock() - Date.now())).toBeLessThan(100);
  });

  it("has more digits than milliseconds", () => {
    const times = Array.from({ length: 20 }, wallClock);
    expect(times.some((time) => !Number.isInteger(time))).toBe(true);
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
  });
});

describe("time", () => {
  it.each([
    [0, "0.000"],
    [0.0404, "0.040"],
    [0.9994, "0.999"],
    [1, "1.00"],
    [9.994, "9.99"],
    [9.996, "10.0"],
    [99.94, "99.9"],
    [99.96, "100"],
    [1234.5, "1235"],
    [2 ** 31 / 1000, "2147484"],
  ])("of %d ms is %s", (milliseconds, text) => {
    expect(time(milliseconds)).toBe(text);
  });
});

describe("summary", () => {
  it("of a good run", () => {
    expect(summary("host", figures, 2030.4)).toBe(
      "\n--- host ping statistics ---\n3 packets transmitted, 3 received, 0% packet loss, time 2030ms\n" +
        "rtt min/avg/max/mdev = 0.032/0.040/1234.568/0.000 ms",
    );
  });

  it("of a bad one", () => {
    const bad = { ...figures, received: 2, duplicates: 1, errors: 4, loss: 1 / 3 };
    expect(summary("host", bad, 0)).toContain(
      "3 packets transmitted, 2 received, +1 duplicates, +4 errors, 33.3333% packet loss, time 0ms",
    );
    expect(summary("host", { ...figures, ...nothing }, 0)).toMatch(/100% packet loss, time 0ms\n$/);
  });

  it("of one that never began", () => {
    expect(summary("host", { ...figures, ...nothing, transmitted: 0, loss: 0 }, 0)).toMatch(
      /\n0 packets transmitted, 0 received\n$/,
    );
  });
});

describe("status", () => {
  it("is one line, with the figures there are", () => {
    expect(status(figures)).toBe("3/3 packets, 0% loss, min/avg/ewma/max = 0.032/0.040/0.050/1234.568 ms");
    expect(status({ ...figures, ...nothing, loss: 2 / 3 })).toBe("0/3 packets, 66% loss");
  });
});

describe("reply", () => {
  const addr = new IPAddr({ ip: "127.0.0.1" });
  const event: ReplyEvent = { type: "reply", seq: 1, addr, bytes: 64, ttl: 64, rtt: 0.04 };
  const to = (host: string, numeric = false) => ({ host, addr, numeric });

  it("marks duplicates, and leaves out what is not known", () => {
    expect(reply(to("127.0.0.1"), { ...event, type: "duplicate" })).toBe(
      "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.040 ms (DUP!)",
    );
    expect(reply(to("127.0.0.1"), { ...event, ttl: null })).toBe(
      "64 bytes from 127.0.0.1: icmp_seq=1 time=0.040 ms",
    );
  });

  it("gives the name only to the address it stands for", () => {
    expect(reply(to("host"), event)).toContain("from host (127.0.0.1):");
    expect(reply(to("host", true), event)).toContain("from 127.0.0.1:");
    expect(reply(to("host"), { ...event, addr: new IPAddr({ ip: "10.0.0.1" }) })).toContain("from 10.0.0.1:");
  });
});

describe("parse", () => {
  it("has the defaults that people know", () => {
    expect(parse(["host"])).toMatchObject({
      hosts: ["host"],
      count: Infinity,
      interval: 1000,
      linger: 10_000,
      deadline: Infinity,
      size: 56,
      localAddr: "",
      device: "",
      options: { ttl: undefined, family: 0, recordRoute: false, broadcast: false },
      numeric: false,
      quiet: false,
      format: "text",
      svg: undefined,
    });
  });

  it("takes 0 for no limit", () => {
    expect(parse(["-W", "0", "-w", "0", "host"])).toMatchObject({ linger: Infinity, deadline: Infinity });
  });

  it.each([
    ["10.0.0.1", { localAddr: "10.0.0.1", device: "" }],
    ["fe80::1%eth0", { localAddr: "fe80::1%eth0", device: "" }],
    ["eth0", { localAddr: "", device: "eth0" }],
  ])("knows an address from an interface: %s", (text, expected) => {
    expect(parse(["-I", text, "host"])).toMatchObject(expected);
  });

  it("takes what is for one family, for bits and for patterns", () => {
    expect(parse(["-R", "host"])?.options).toMatchObject({ family: 4, recordRoute: true });
    expect(parse(["-Q", "0xB8", "-m", "7", "-e", "0", "-M", "do", "host"])?.options).toMatchObject({
      tos: 0xb8,
      mark: 7,
      id: 0,
      pathMTU: "do",
    });
    expect(parse(["-p", "f00", "host"])?.options.pattern).toEqual(Buffer.of(0x0f, 0x00));
    expect(parse(["-f", "host"])).toMatchObject({ flood: true, interval: 0 });
    expect(parse(["-f", "-i", "1", "host"])).toMatchObject({ flood: true, interval: 1000 });
  });

  it("takes long names, joined flags and joined values", () => {
    expect(parse(["--count=5", "-qnDO", "-s8", "-6", "host"])).toMatchObject({
      count: 5,
      quiet: true,
      numeric: true,
      timestamps: true,
      outstanding: true,
      size: 8,
      options: { family: 6 },
    });
  });
});
