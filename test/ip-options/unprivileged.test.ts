// What the wrappers do for a user without any rights.

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asNobody, Namespace, noNamespaces } from "../support/lab.js";

const program = fileURLToPath(new URL("unprivileged.mjs", import.meta.url));

describe.skipIf(noNamespaces !== null)("without rights", () => {
  let space: Namespace;
  beforeAll(() => {
    space = new Namespace().admitPing();
  });
  afterAll(() => space?.remove());

  async function said(task: string): Promise<unknown> {
    const { stdout, stderr } = await space.execute(...asNobody, process.execPath, program, task);
    if (stdout === "") throw new Error(`${task} said nothing: ${stderr}`);
    return JSON.parse(stdout);
  }

  const common = { control: "ok", join: "ok", exclude: "ok", leave: "ok", interface: "ok", bpf: "ok" };

  it("UDP has everything", async () => {
    expect(await said("udp4")).toEqual({ ...common, ttl: "ok", tos: "ok" });
    expect(await said("udp6")).toEqual({ ...common, hopLimit: "ok", trafficClass: "ok" });
  });

  it("an ICMP socket has control data, and no filter", async () => {
    expect(await said("ping")).toEqual({
      n: 8,
      cm: "ttl=64 src=127.0.0.1 dst=127.0.0.1 ifindex=1",
      filter: expect.stringMatching(/^(ENOPROTOOPT|EOPNOTSUPP)$/),
    });
  });

  it("a raw socket is refused, with a hint", async () => {
    expect(await said("raw")).toEqual({ code: "EPERM", hint: expect.stringContaining("cap_net_raw") });
  });
});
