// The constants: one list, the system's own numbers, and what stands for a name that it lacks.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import * as syscall from "rawconn/syscall";
import { binding } from "#lib/internal/binding.js";
import { numberOf } from "#lib/syscall/number-of.js";
import { constantsModule, OUTPUT } from "../../scripts/constants.mjs";
import { thrown } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";

const { constants } = syscall;
const exported: Record<string, unknown> = { ...syscall };
const ours = /^(?:SA_FAMILY|CMSG|TIMEVAL|POLLER)_/;

describe("constants", () => {
  it("are written from the native list: after a change there, run node scripts/constants.mjs", () => {
    const text = readFileSync(new URL(`../../${OUTPUT}`, import.meta.url), "utf8");
    expect(text).toBe(constantsModule());
  });

  it("are exported each by its name, and once more in a table", () => {
    const names = Object.keys(binding.constants).filter((name) => !ours.test(name));
    expect(names.length).toBeGreaterThan(300);
    for (const name of names) expect([name, exported[name]]).toEqual([name, binding.constants[name]]);
    expect(Object.keys(constants).sort()).toEqual(names.sort());
    expect(constants).toMatchObject(Object.fromEntries(names.map((name) => [name, binding.constants[name]])));
  });

  it("cannot be changed for everybody", () => {
    expect(() => Object.assign(constants, { SO_MARK: 1 })).toThrow(TypeError);
  });

  it("are the same in both forms of the package", () => {
    const common = createRequire(import.meta.url)("rawconn/syscall") as typeof syscall;
    expect(common.constants).toEqual(constants);
    expect(common.SO_KEEPALIVE).toBe(syscall.SO_KEEPALIVE);
  });
});

describe("a constant that the system lacks", () => {
  it("is -1, or 0 when it is a flag", () => {
    const names = ["SO_NONSENSE", "AF_NONSENSE", "SOCK_NONSENSE", "MSG_NONSENSE", "SOF_NONSENSE"];
    expect(names.map(numberOf)).toEqual([-1, -1, -1, 0, 0]);
  });

  it.runIf(process.platform === "linux")("is absent from the table", () => {
    expect([syscall.LOCAL_PEERPID, syscall.MSG_EOF]).toEqual([-1, 0]);
    expect("LOCAL_PEERPID" in constants).toBe(false);
    expect(constants.LOCAL_PEERPID).toBeUndefined();
  });

  it("is no option, which is found out before the system is asked", () => {
    using calls = watch();
    const call = [
      () => syscall.setsockoptInt(0, syscall.SOL_SOCKET, numberOf("SO_NONSENSE"), 1),
      () => syscall.getsockoptInt(0, numberOf("SOL_NONSENSE"), 1),
    ];
    expect(thrown(call[0])).toMatchObject({ code: "ENOPROTOOPT", syscall: "setsockopt" });
    expect(thrown(call[1])).toMatchObject({ code: "ENOPROTOOPT", syscall: "getsockopt" });
    expect(calls.calls).toEqual([]);
  });
});

const headers = [
  "asm-generic/socket.h",
  "linux/in.h",
  "linux/in6.h",
  "linux/tcp.h",
  "linux/udp.h",
  "linux/errqueue.h",
]
  .concat("linux/if_packet.h", "linux/if_ether.h")
  .map((name) => `/usr/include/${name}`)
  .filter((path) => existsSync(path));
if (headers.length === 0) console.log("constants: no kernel headers here to compare them with");

describe.skipIf(headers.length === 0)("the kernel's headers", () => {
  it("say the same numbers", () => {
    const text = headers.map((path) => readFileSync(path, "latin1")).join("\n");
    const defined = [...text.matchAll(/^\s*#\s*define\s+(\w+)\s+(0x[0-9a-fA-F]+|\d+)\b/gm)];
    const known = defined.filter(([, name]) => name in constants);
    expect(known.length).toBeGreaterThan(200);
    const differing = known.filter(([, name, value]) => exported[name] !== Number(value));
    expect(differing.map(([, name, value]) => `${name} ${value}`)).toEqual([]);
  });
});
