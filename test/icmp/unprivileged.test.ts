import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture, Lab } from "../ping/lab.js";
import { asNobody, type Namespace, noNamespaces } from "../support/lab.js";

interface Said {
  status: number | null;
  said: Record<string, unknown>;
}

describe.skipIf(noNamespaces !== null)("without rights", () => {
  let lab: Lab;
  let admitted: Namespace;
  let shut: Namespace;
  beforeAll(() => {
    lab = new Lab();
    [admitted, shut] = [lab.near, lab.far];
  });
  afterAll(() => lab?.remove());

  async function inside(space: Namespace, task: string, ...args: string[]): Promise<Said> {
    const program = fixture("../icmp/unprivileged.mjs");
    const { status, stdout, stderr } = await space.execute(
      ...asNobody,
      process.execPath,
      program,
      task,
      ...args,
    );
    if (stdout === "") throw new Error(`${task} said nothing: ${stderr}`);
    return { status, said: JSON.parse(stdout) as Record<string, unknown> };
  }

  it.each([
    ["udp4", "127.0.0.1"],
    ["udp6", "::1"],
  ])("an ICMP socket of %s is answered by %s", async (network, address) => {
    const { said } = await inside(admitted, "echo", network, address);
    expect(said).toMatchObject({
      privileged: false,
      isUDPAddr: true,
      ip: address,
      ttl: 64,
      seq: 7,
      hasTimestamp: true,
    });
    // The kernel chose the identifier, which is the port of the local address, and put it into the request.
    expect(said.id).toBe(said.port);
    expect(said.id).not.toBe(0);
  });

  it("an ICMP socket has no filter to set", async () => {
    const { said } = await inside(admitted, "filter");
    expect(said).toMatchObject({ name: "OpError", op: "set", code: "ENOPROTOOPT" });
  });

  it("the error queue tells the whole story", async () => {
    const { said } = await inside(admitted, "errors", "10.9.2.1");
    // One read fails, as ip(7) says; then the queue is empty and the socket as good as before.
    expect(said).toMatchObject({ failed: "EHOSTUNREACH", left: 0, next: 10 });
    expect(said.errors).toEqual([
      { origin: 2, type: 11, code: 0, to: "10.9.2.1", from: "10.9.1.2", request: 8, seq: 9 },
    ]);
  });

  it("the error queue is read in portions", async () => {
    const { said } = await inside(admitted, "many", "10.9.2.1");
    expect(said.counts).toEqual([32, 8, 0]);
  });

  it("an error without an entry in the queue fails nothing after the queue was read", async () => {
    const { said } = await inside(admitted, "overflow", "10.9.2.1");
    expect(said).toEqual({ length: 0, seq: 0 });
  });

  it.each([
    ["icmp", "ip4:icmp", "127.0.0.1", "listen ip4:icmp 127.0.0.1: socket: operation not permitted"],
    ["icmp", "ip6:ipv6-icmp", "::1", "listen ip6:ipv6-icmp ::1: socket: operation not permitted"],
    ["net", "ip4:icmp", "127.0.0.1", "listen ip4:icmp 127.0.0.1: socket: operation not permitted"],
    ["dial", "ip4:icmp", "127.0.0.1", "dial ip4:icmp 127.0.0.1: socket: operation not permitted"],
  ])("%s of %s %s is refused, with a hint", async (how, network, address, message) => {
    const { said } = await inside(shut, "refused", how, network, address);
    expect(said).toMatchObject({ name: "OpError", code: "EPERM", syscall: "socket", message });
    expect(said.enumerable).toBe(true);
    const node = execFileSync("readlink", ["-f", process.execPath], { encoding: "utf8" }).trim();
    expect(said.hint).toContain("cap_net_raw");
    expect(said.hint).toContain(`setcap cap_net_raw+ep ${node}`);
  });

  it("an ICMP socket is refused where no group is admitted, with another hint", async () => {
    const { said } = await inside(shut, "refused", "icmp", "udp4", "127.0.0.1");
    expect(said).toMatchObject({
      code: "EACCES",
      message: "listen udp4 127.0.0.1:0: socket: permission denied",
    });
    expect(said.hint).toContain('sysctl -w net.ipv4.ping_group_range="0 2147483647"');
  });

  it("an error that is no matter of rights has no hint", async () => {
    const { said } = await inside(admitted, "refused", "icmp", "udp4", "10.1.2.3");
    expect(said).toMatchObject({ code: "EADDRNOTAVAIL", enumerable: false });
    expect(said.hint).toBeUndefined();
  });
});
