// The kernel refuses to tell of its interfaces, or answers with nonsense.

import { describe, expect, it } from "vitest";
import { interfaceAddrs, interfaceByName, interfaces } from "rawconn";
import { type Binding, binding } from "#lib/internal/binding.js";
import { errnoMessage, errno, type ErrnoName } from "#lib/errors/index.js";
import { numbers } from "#lib/internal/socket/netlink/constants.js";
import { pack } from "../internal/socket/netlink.js";
import { thrown } from "../support/outcome.js";
import { watch } from "../support/syscalls.js";
import { failing, failingAlways, type Fault, withFault } from "./inject.js";

const onLinux = process.platform === "linux";
if (!onLinux) console.log("interfaces: only Linux has netlink, so its failures are not played here");

const told = (code: ErrnoName) => ({
  name: "OpError",
  op: "route",
  net: "ip+net",
  source: null,
  addr: null,
  code,
  errno: -errno(code),
  syscall: "netlinkrib",
  message: `route ip+net: netlinkrib: ${errnoMessage(errno(code))}`,
});

type Recv = Binding["recv"];

/** Answers as they are, then changed: `change` gets the datagram, and how many came before. */
function changing(change: (datagram: Uint8Array, before: number) => void): Fault<Recv> {
  let before = 0;
  return (real) => (fd, p) => {
    const n = real(fd, p);
    if (n > 0) change(p.subarray(0, n), before++);
    return n;
  };
}

/** Answers with this instead. */
const answering =
  (...datagrams: Uint8Array[]): Fault<Recv> =>
  () =>
  (_, p) => {
    const datagram = datagrams.shift();
    if (datagram === undefined) return -errno("EAGAIN");
    p.set(datagram);
    return datagram.length;
  };

/** Sets a word of each datagram's first message: flags 6, seq 8. */
const setting = (at: 6 | 8, size: 2 | 4, value: number) =>
  changing((datagram) => datagram.set(pack([size, value]), at));

describe.skipIf(!onLinux)("a kernel that does not tell", () => {
  it.each([
    ["socket", "EPERM"],
    ["socket", "EMFILE"],
    ["connect", "EPERM"],
    ["send", "EACCES"],
    ["recv", "EPERM"],
    ["recv", "ENOBUFS"],
    // Nothing there yet: it answers at once or never.
    ["recv", "EAGAIN"],
  ] as const)("%s fails with %s: an OpError, and nothing stays open", async (call, code) => {
    using calls = watch();
    await withFault({ [call]: failing(code) }, () => {
      expect(thrown(() => interfaces())).toMatchObject(told(code));
    });
    expect(calls.count("close")).toBe(call === "socket" ? 0 : 1);
  });

  it("fails every call that asks", async () => {
    const [first] = interfaces();
    await withFault({ socket: failingAlways("EPERM") }, () => {
      for (const call of [interfaceAddrs, () => first.addrs(), () => interfaceByName("lo")])
        expect(thrown(call)).toMatchObject(told("EPERM"));
    });
  });

  it.each([
    ["EPERM", "EPERM"],
    [0, "EINVAL"],
  ] as const)("an error in its answer, %s, is told as %s", async (error, code) => {
    const number = error === 0 ? 0 : -errno(error);
    await withFault({ recv: answerOfOwn(numbers.NLMSG_ERROR, pack([4, number])) }, () => {
      expect(thrown(() => interfaces())).toMatchObject(told(code));
    });
  });

  it("an error in its last message is not taken for an end", async () => {
    await withFault({ recv: answerOfOwn(numbers.NLMSG_DONE, pack([4, -errno("ENOMEM")])) }, () => {
      expect(thrown(() => interfaces())).toMatchObject(told("ENOMEM"));
    });
  });
});

/** One message, with the number that the answer would have had. */
function answerOfOwn(type: number, body: Uint8Array): Fault<Recv> {
  return (real) => (fd, p) => {
    real(fd, p);
    p.set(pack([4, 16 + body.length], [2, type]), 0);
    p.set(body, 16);
    return 16 + body.length;
  };
}

describe.skipIf(!onLinux)("an answer that makes no sense", () => {
  it.each<[string, Fault<Recv>]>([
    ["of another number", setting(8, 4, 2)],
    ["with a length of zero", changing((datagram) => datagram.fill(0, 0, 4))],
    ["cut short", (real) => (fd, p) => Math.max(real(fd, p) - 4, 0)],
    ["empty", answering(new Uint8Array())],
  ])("%s is refused", async (_, recv) => {
    await withFault({ recv }, () => {
      expect(thrown(() => interfaces())).toMatchObject(told("EINVAL"));
    });
  });

  it("that fills the room for it is refused, since it may have been longer", async () => {
    await withFault({ recv: () => (_, p) => p.length }, () => {
      expect(thrown(() => interfaces())).toMatchObject(told("EMSGSIZE"));
    });
  });

  it("of messages nobody asked for is passed over", async () => {
    const real = interfaces();
    const noop = 1;
    // The first message of the first datagram is lost, and nothing else.
    const recv = changing((datagram, before) => before === 0 && datagram.set(pack([2, noop]), 4));
    await withFault({ recv }, () => {
      expect(interfaces()).toEqual(real.slice(1));
    });
  });
});

describe.skipIf(!onLinux)("a table that changes while it is read", () => {
  const DUMP_INTR = numbers.NLM_F_DUMP_INTR | 2;

  it("is read again from the start, on a socket of its own", async () => {
    const real = interfaces();
    using calls = watch();
    let sockets = 0;
    const recv: Fault<Recv> = (next) => (fd, p) => {
      const n = next(fd, p);
      sockets = calls.count("socket");
      if (sockets <= 3) p.set(pack([2, DUMP_INTR]), 6);
      return n;
    };
    await withFault({ recv }, () => {
      expect(interfaces()).toEqual(real);
    });
    expect([sockets, calls.count("close")]).toEqual([4, 4]);
  });

  it("is noticed in the last message, too", async () => {
    using calls = watch();
    let done = 0;
    const recv = changing((datagram) => {
      const type = new Uint16Array(datagram.slice(4, 6).buffer)[0];
      if (type === numbers.NLMSG_DONE && done++ === 0) datagram.set(pack([2, DUMP_INTR]), 6);
    });
    await withFault({ recv }, () => void interfaces());
    expect(calls.count("socket")).toBe(2);
  });

  it("is given up when it never stands still", async () => {
    using calls = watch();
    await withFault({ recv: setting(6, 2, DUMP_INTR) }, () => {
      expect(thrown(() => interfaces())).toMatchObject(told("EINTR"));
    });
    expect(calls.count("socket")).toBe(16);
    expect(calls.count("close")).toBe(16);
  });
});

describe.skipIf(!onLinux)("somebody else's message", () => {
  it("does not reach the socket: the kernel keeps it out", () => {
    const real = interfaces();
    const refusals: number[] = [];
    const { send } = binding;
    // Between the binding of the port and the request: the first moment at which anybody could know the port.
    binding.send = (fd, p, offset) => {
      refusals.push(forge(fd));
      return send(fd, p, offset);
    };
    try {
      expect(interfaces()).toEqual(real);
    } finally {
      binding.send = send;
    }
    // The latter is said to users who may not even try.
    expect([-errno("ECONNREFUSED"), -errno("EPERM")]).toContain(refusals[0]);
    expect(refusals).toHaveLength(1);
  });

  /** Sends to the port of `victim` what would be an interface of its table. Returns the result of sendmsg(2). */
  function forge(victim: number): number {
    const { AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, RTM_NEWLINK } = numbers;
    const address = new Uint8Array(12);
    binding.getsockname(victim, address);
    const port = new Uint32Array(address.buffer, 4, 1)[0];
    const body = pack([4, 0], [4, 666], [4, 1], [4, 0]);
    const forged = pack([4, 32], [2, RTM_NEWLINK], [2, 2], [4, 1], [4, port], body);
    const block = new Uint8Array(144);
    block.set(pack([4, 12]));
    block.set(pack([2, AF_NETLINK], [2, 0], [4, port], [4, 0]), 16);
    const fd = binding.socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    const result = binding.sendmsg(fd, forged, block, 0);
    binding.close(fd);
    return result;
  }
});
