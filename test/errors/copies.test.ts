// Two copies of the library in one process, as an ES module and as CommonJS: they understand each other's errors.

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import * as esm from "rawconn";
import { rejection, thrown } from "../support/outcome.js";

const cjs = createRequire(import.meta.url)("rawconn") as typeof esm;

it("the copies are two", () => {
  expect(cjs.OpError).not.toBe(esm.OpError);
  expect(cjs.ErrClosed).not.toBe(esm.ErrClosed);
  expect(
    Object.keys(cjs)
      .filter((name) => name !== "__esModule")
      .sort(),
  ).toEqual(Object.keys(esm).sort());
});

for (const [from, theirs, to, mine] of [
  ["CommonJS", cjs, "ESM", esm],
  ["ESM", esm, "CommonJS", cjs],
] as const) {
  it(`${to} knows a closed listener of ${from}`, async () => {
    const listener = await theirs.listen("tcp", "127.0.0.1:0");
    listener.close();
    for (const error of [await rejection(listener.accept()), thrown(() => listener.close())]) {
      expect(error).not.toBeInstanceOf(mine.OpError);
      expect([mine.isClosed(error), mine.isTimeout(error), mine.isTemporary(error)]).toEqual([
        true,
        false,
        false,
      ]);
    }
  });

  it(`${to} knows a timeout of ${from}`, async () => {
    using listener = await theirs.listen("tcp", "127.0.0.1:0");
    listener.setDeadline(1);
    const error = await rejection(listener.accept());
    expect([mine.isClosed(error), mine.isTimeout(error), mine.isTemporary(error)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it(`an OpError of ${to} looks through a cause of ${from}`, () => {
    const wrap = (cause: Error, op = "dial") => new mine.OpError({ op, net: "tcp", cause });
    const timeout = wrap(new theirs.SyscallError("connect", "ETIMEDOUT"));
    expect(timeout).toMatchObject({ code: "ETIMEDOUT", syscall: "connect" });
    expect([timeout.timeout(), timeout.temporary()]).toEqual([true, true]);
    expect(wrap(theirs.ErrDeadlineExceeded).timeout()).toBe(true);
    expect(wrap(new theirs.SyscallError("accept4", "EMFILE"), "accept").temporary()).toBe(true);
    expect(wrap(new theirs.SyscallError("connect", "ECONNREFUSED")).timeout()).toBe(false);
    expect(mine.isClosed(wrap(theirs.ErrClosed))).toBe(true);
  });
}

it("a value of the other copy is refused by a sentence that says so", async () => {
  const ip = cjs.parseIP("192.0.2.1")!;
  expect(() => esm.parseIP("192.0.2.1")!.equal(ip)).toThrow(
    /^Expected an IP or null for x but received an instance of IP of another copy of this library, /,
  );
  const address = new cjs.TCPAddr({ ip, port: 1 });
  expect(() => new esm.Dialer({ localAddr: address })).toThrow(/an instance of TCPAddr of another copy /);
  await expect(esm.dialTCP("tcp", null, address)).rejects.toThrow(/an instance of TCPAddr of another copy /);
});

it("what is merely wrong is not said to be of another copy", () => {
  const wrong: unknown[] = [new cjs.TCPAddr({ port: 1 }), new Uint8Array(4), [], "IP"];
  for (const value of wrong)
    expect(() => esm.parseIP("192.0.2.1")!.equal(value as esm.IP)).toThrow(/^(?!.*another copy)/);
});

// In a process of its own: two copies that wait have two epoll sets, and the check for descriptors grants a file one.
it("both copies serve connections at once", () => {
  const script = `
    import { createRequire } from "node:module";
    import * as esm from "rawconn";
    const cjs = createRequire(process.cwd() + "/test/")("rawconn");
    for (const [one, other] of [[esm, cjs], [cjs, esm]]) {
      const listener = await one.listen("tcp", "127.0.0.1:0");
      const [client, server] = await Promise.all([other.dial("tcp", String(listener.addr)), listener.accept()]);
      const reading = client.read(new Uint8Array(8));
      await server.write("hello");
      console.log(await reading);
      client.close();
      console.log(await server.read(new Uint8Array(8)));
      server.close();
      listener.close();
    }`;
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd,
    encoding: "utf8",
  });
  expect(output).toBe("5\nnull\n5\nnull\n");
});
