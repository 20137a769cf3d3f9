// One task a run, inside a network namespace and with chosen rights; prints one line of JSON.
// What it opens ends with it.

import { Dialer, ListenConfig } from "#lib/index.js";
import * as s from "#lib/syscall/index.js";
import { binding } from "#lib/internal/binding.js";

const [task = "", ...args] = process.argv.slice(2);
const { SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP, IPPROTO_IPV6, AF_INET, AF_INET6, SOCK_STREAM } = s;

/** @param {unknown} error */
function tell(error) {
  const { code, message, hint } = /** @type {import("#lib/index.js").SyscallError} */ (error);
  return { code, message, hint };
}

const policy = new Uint8Array(64);
const header = new Uint8Array(8);

/**
 * How each option is set, beyond what anybody may.
 * @type {[string, (fd: number) => void][]}
 */
const options = [
  [
    "SO_BINDTODEVICE",
    (fd) => ["lo", "v0"].forEach((name) => s.setsockoptString(fd, SOL_SOCKET, s.SO_BINDTODEVICE, name)),
  ],
  ["SO_BINDTOIFINDEX", (fd) => [1, 2].forEach((i) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_BINDTOIFINDEX, i))],
  ["SO_BUSY_POLL", (fd) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_BUSY_POLL, 1000)],
  ["SO_BUSY_POLL_BUDGET", (fd) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_BUSY_POLL_BUDGET, 1000)],
  ["SO_DEBUG", (fd) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_DEBUG, 1)],
  ["SO_MARK", (fd) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_MARK, 7)],
  ["SO_PREFER_BUSY_POLL", (fd) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_PREFER_BUSY_POLL, 1)],
  ["SO_PRIORITY", (fd) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_PRIORITY, 7)],
  ["SO_RCVBUFFORCE", (fd) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_RCVBUFFORCE, 1 << 20)],
  ["SO_RCVMARK", (fd) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_RCVMARK, 1)],
  ["SO_SNDBUFFORCE", (fd) => s.setsockoptInt(fd, SOL_SOCKET, s.SO_SNDBUFFORCE, 1 << 20)],
  // Clock TAI, no flags.
  [
    "SO_TXTIME",
    (fd) => s.setsockoptBytes(fd, SOL_SOCKET, s.SO_TXTIME, Uint8Array.of(11, 0, 0, 0, 0, 0, 0, 0)),
  ],
  ["TCP_REPAIR", (fd) => s.setsockoptInt(fd, IPPROTO_TCP, s.TCP_REPAIR, 1)],
  ["IP_IPSEC_POLICY", (fd) => s.setsockoptBytes(fd, IPPROTO_IP, s.IP_IPSEC_POLICY, policy)],
  ["IP_TRANSPARENT", (fd) => s.setsockoptInt(fd, IPPROTO_IP, s.IP_TRANSPARENT, 1)],
  ["IP_XFRM_POLICY", (fd) => s.setsockoptBytes(fd, IPPROTO_IP, s.IP_XFRM_POLICY, policy)],
  ["IPV6_DSTOPTS", (fd) => s.setsockoptBytes(fd, IPPROTO_IPV6, s.IPV6_DSTOPTS, header)],
  ["IPV6_HOPOPTS", (fd) => s.setsockoptBytes(fd, IPPROTO_IPV6, s.IPV6_HOPOPTS, header)],
  ["IPV6_IPSEC_POLICY", (fd) => s.setsockoptBytes(fd, IPPROTO_IPV6, s.IPV6_IPSEC_POLICY, policy)],
  ["IPV6_RTHDRDSTOPTS", (fd) => s.setsockoptBytes(fd, IPPROTO_IPV6, s.IPV6_RTHDRDSTOPTS, header)],
  ["IPV6_TRANSPARENT", (fd) => s.setsockoptInt(fd, IPPROTO_IPV6, s.IPV6_TRANSPARENT, 1)],
  ["IPV6_XFRM_POLICY", (fd) => s.setsockoptBytes(fd, IPPROTO_IPV6, s.IPV6_XFRM_POLICY, policy)],
];

const marking = new Dialer({ control: (_n, _a, c) => s.setsockoptInt(c, SOL_SOCKET, s.SO_MARK, 7) });

/** @type {Record<string, (...args: string[]) => Promise<object>>} */
const tasks = {
  async options() {
    /** @type {Record<string, object>} */
    const outcomes = {};
    for (const [name, set] of options) {
      const fd = binding.socket(name.startsWith("IPV6") ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
      try {
        set(fd);
        outcomes[name] = {};
      } catch (error) {
        outcomes[name] = tell(error);
      } finally {
        binding.close(fd);
      }
    }
    return outcomes;
  },

  async dial() {
    (await marking.dial("tcp", "127.0.0.1:1")).close();
    return {};
  },

  async "raw-conn"() {
    const control = (/** @type {string} */ _n, /** @type {string} */ _a, /** @type {s.RawConn} */ c) =>
      c.setsockopt(SOL_SOCKET, s.SO_MARK, 7);
    (await new ListenConfig({ control }).listen("tcp", "127.0.0.1:0")).close();
    return {};
  },

  async mark(mark) {
    const listener = await new ListenConfig({ multipathTCP: false }).listen("tcp4", "127.0.0.1:0");
    /** @type {s.RawConn[]} */
    const raws = [];
    const dialer = new Dialer({
      control: (_n, _a, c) => {
        raws.push(c);
        s.setsockoptInt(c, SOL_SOCKET, s.SO_MARK, Number(mark));
      },
    });
    const conn = await dialer.dial("tcp4", String(listener.addr));
    const peer = await listener.accept();
    await conn.write("hello");
    await peer.read(new Uint8Array(8));
    const read = s.getsockoptInt(raws[0], SOL_SOCKET, s.SO_MARK);
    conn.closeWrite();
    await peer.read(new Uint8Array(8));
    return { mark: read };
  },

  async device(name) {
    /** @type {s.RawConn[]} */
    const raws = [];
    const bound = new ListenConfig({
      control: (_n, _a, c) => {
        raws.push(c);
        s.setsockoptString(c, SOL_SOCKET, s.SO_BINDTODEVICE, name);
      },
    });
    const listener = await bound.listen("tcp4", "0.0.0.0:0");
    const device = s.getsockoptString(raws[0], SOL_SOCKET, s.SO_BINDTODEVICE);
    const dialing = new Dialer().dial("tcp4", `127.0.0.1:${listener.addr?.port}`);
    const dialed = await dialing.then(
      (conn) => (conn.close(), "connected"),
      ({ code }) => code,
    );
    return { device, dialed };
  },

  async foreign(ip, option) {
    const v6 = ip.includes(":");
    const [level, name] = v6
      ? [IPPROTO_IPV6, { TRANSPARENT: s.IPV6_TRANSPARENT, FREEBIND: s.IPV6_FREEBIND }]
      : [IPPROTO_IP, { TRANSPARENT: s.IP_TRANSPARENT, FREEBIND: s.IP_FREEBIND }];
    const config = new ListenConfig({
      control: (_n, _a, c) => {
        if (option !== "none") s.setsockoptInt(c, level, name[/** @type {"FREEBIND"} */ (option)], 1);
      },
    });
    const listener = await config.listen("tcp", v6 ? `[${ip}]:0` : `${ip}:0`);
    return { ip: String(listener.addr?.ip) };
  },

  async fastopen() {
    const accepting = new ListenConfig({
      multipathTCP: false,
      control: (_n, _a, c) => s.setsockoptInt(c, IPPROTO_TCP, s.TCP_FASTOPEN, 16),
    });
    const listener = await accepting.listen("tcp4", "127.0.0.1:0");
    const heard = [];
    const synData = [];
    for (let i = 0; i < 2; i++) {
      /** @type {s.RawConn[]} */
      const raws = [];
      const dialer = new Dialer({
        control: (_n, _a, c) => {
          raws.push(c);
          s.setsockoptInt(c, IPPROTO_TCP, s.TCP_FASTOPEN_CONNECT, 1);
        },
      });
      const conn = await dialer.dial("tcp4", String(listener.addr));
      await conn.write("hello");
      const peer = await listener.accept();
      const p = new Uint8Array(8);
      const n = await peer.read(p);
      heard.push(Buffer.from(p.subarray(0, n ?? 0)).toString());
      await peer.write("!");
      await conn.read(p);
      const { options: agreed } = s.getsockoptTCPInfo(raws[0], IPPROTO_TCP, s.TCP_INFO);
      synData.push((agreed & s.TCPI_OPT_SYN_DATA) !== 0);
    }
    return { heard, synData };
  },
};

try {
  console.log(JSON.stringify(await tasks[task](...args)));
} catch (caught) {
  const { name, op, syscall } = /** @type {import("#lib/index.js").OpError} */ (caught);
  console.log(JSON.stringify({ name, op, syscall, ...tell(caught) }));
}
