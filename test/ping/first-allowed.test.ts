import { describe, expect, it } from "vitest";
import { type ErrnoName, SyscallError } from "#lib/errors/index.js";
import { listenPacket } from "#lib/icmp/index.js";
import { ping, type PingOptions, sweep, trace } from "#lib/ping/index.js";
import { firstAllowed } from "#lib/ping/first-allowed.js";
import { failingAlways, withFault } from "../faults/inject.js";
import { rejection } from "../support/outcome.js";

const refusing = (syscall: string, code: ErrnoName) => () => Promise.reject(new SyscallError(syscall, code));

describe("the first way that is allowed", () => {
  it.each<ErrnoName>(["EPERM", "EACCES", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EPROTOTYPE"])(
    "is the next one where socket(2) says %s",
    async (code) => {
      expect(await firstAllowed([refusing("socket", code), async () => "raw"])).toBe("raw");
    },
  );

  it.each<[string, ErrnoName]>([
    ["socket", "EMFILE"],
    ["setsockopt", "EPERM"],
    ["bind", "EACCES"],
  ])("is not looked for further where %s says %s", async (syscall, code) => {
    const ways = [refusing(syscall, code), async () => "raw"];
    expect(await rejection(firstAllowed(ways))).toMatchObject({ name: "SyscallError", syscall, code });
  });

  it("is not to be had by admitting a group where nothing but a raw socket would do", async () => {
    const [raw, either] = await Promise.all([
      rejection(firstAllowed([refusing("socket", "EPERM")])),
      rejection(firstAllowed([refusing("socket", "EACCES"), refusing("socket", "EPERM")])),
    ]);
    expect(String(raw)).toMatch(/no raw ICMP socket may be opened \(EPERM\): give Node .*cap_net_raw/);
    expect(String(raw)).not.toContain("ping_group_range");
    expect(String(either)).toMatch(/no ICMP socket .*ping_group_range.*, or give Node .*cap_net_raw/);
  });

  it.each<[string, ErrnoName, string]>([
    ["socket", "EPERM", "PermissionError"],
    ["socket", "EPROTONOSUPPORT", "SyscallError"],
    ["setsockopt", "EPERM", "SyscallError"],
  ])("is missing, when %s says %s to the last, by a %s", async (syscall, code, name) => {
    const ways = [refusing("socket", "EACCES"), refusing(syscall, code)];
    expect(await rejection(firstAllowed(ways))).toMatchObject({ name, code });
  });
});

const refused = await listenPacket("ip4:icmp", "127.0.0.1").then(
  (conn) => (conn.close(), null),
  (error: Error) => error.message,
);
if (refused !== null) console.log(`no raw sockets here, so no option of theirs is refused: ${refused}`);

describe.skipIf(refused !== null)(
  "an option that is refused by a name that sockets are refused by, too",
  () => {
    const options: PingOptions = { mark: 1 };
    it.each([
      ["a ping", () => ping("127.0.0.1", options).next()],
      ["a sweep", () => sweep("127.0.0.1", options).next()],
      ["a trace", () => trace("127.0.0.1", { method: "icmp", device: "lo" }).next()],
    ])("is what ends %s", async (_, next) => {
      await withFault({ setsockopt: failingAlways("EPERM") }, async () => {
        const error = await rejection(next());
        expect(error).toMatchObject({ name: "OpError", code: "EPERM", syscall: "setsockopt" });
      });
    });
  },
);
