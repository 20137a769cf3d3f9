// What is measured: every trial is data. Row numbers, workloads and bars are those of the speed goals.

/** @typedef {"c" | "waist" | "ours" | "bun" | "go" | "deno" | "node"} RivalName */

/**
 * @typedef {object} Entry one contestant of one trial
 * @property {string} id unique in the trial; the rival's name, and the mode where it is not the usual one
 * @property {RivalName} rival
 * @property {string} mode the server's first argument
 */

/**
 * @typedef {object} RatioBar figure of `against` divided by that of `of` is at least `min`
 * @property {string} of entry id
 * @property {string} figure
 * @property {string} against entry id
 * @property {number} min
 * @property {number} [floor] below this something is wrong
 * @property {undefined} [max]
 */

/**
 * @typedef {object} LimitBar the figure itself is at most `max`
 * @property {string} of entry id
 * @property {string} figure
 * @property {number} max
 * @property {number} [floor] above this something is wrong
 */

/**
 * @typedef {object} LeastBar the figure itself is at least `min`
 * @property {string} of entry id
 * @property {string} figure
 * @property {number} min
 * @property {number} [floor] below this something is wrong
 * @property {undefined} [max]
 * @property {undefined} [against]
 */

/** @typedef {RatioBar | LimitBar | LeastBar} Bar */

/**
 * @typedef {object} Trial
 * @property {number} row
 * @property {string} group
 * @property {"cpu" | "memory" | "micro" | "guards" | "workers" | "armed" | "dns" | "flood"} kind which module measures it
 * @property {string} name
 * @property {string} unit what one unit of work is called
 * @property {string[]} load arguments of the load generator
 * @property {readonly (readonly [figure: string, title: string])[]} [figures] those of a micro trial of its own kind
 * @property {readonly Entry[]} entries
 * @property {readonly Bar[]} bars
 */

/**
 * @param {RivalName} rival
 * @param {string} mode
 * @param {string} [id]
 * @returns {Entry}
 */
const entry = (rival, mode, id = `${rival} ${mode}`) => ({ id, rival, mode });

/**
 * Rivals in the same, plain mode.
 * @param {string} mode
 * @param {RivalName[]} names
 */
const each = (mode, ...names) => names.map((name) => entry(name, mode, name));

/**
 * @param {string} against
 * @param {number} min
 * @param {number} [floor]
 * @returns {Bar}
 */
const cpu = (against, min, floor) => ({ of: "ours", figure: "cpu", against, min, floor });

/**
 * @param {string} of
 * @param {string} figure
 * @param {number} max
 * @param {number} [floor]
 * @returns {Bar}
 */
const limit = (of, figure, max, floor) => ({ of, figure, max, floor });

/**
 * @param {string} of
 * @param {string} figure
 * @param {string} against
 * @param {number} min
 * @returns {Bar}
 */
const ratio = (of, figure, against, min) => ({ of, figure, against, min });

/** @type {readonly Trial[]} */
export const trials = [
  {
    row: 1,
    group: "tcp",
    kind: "cpu",
    name: "TCP echo 64 B, 64 conns",
    unit: "msg",
    load: ["echo", "--conns=64", "--size=64"],
    entries: [...each("echo", "c", "waist", "ours", "bun", "go", "deno", "node"), entry("node", "await")],
    bars: [cpu("c", 0.93, 0.85), cpu("bun", 1.0), cpu("go", 1.2), cpu("node", 1.6)],
  },
  {
    row: 2,
    group: "tcp",
    kind: "cpu",
    name: "TCP echo 64 B, 64 conns, read deadline set per message",
    unit: "msg",
    load: ["echo", "--conns=64", "--size=64"],
    entries: [
      ...each("echo", "c", "ours"),
      entry("ours", "deadline"),
      ...each("echo", "go"),
      entry("go", "deadline"),
    ],
    bars: [
      ratio("ours deadline", "cpu", "ours", 1 / 1.015),
      ratio("ours deadline", "cpu", "go deadline", 1.25),
    ],
  },
  {
    row: 3,
    group: "tcp",
    kind: "cpu",
    name: "TCP pipelined 32 x 64 B, 16 conns",
    unit: "msg",
    load: ["echo", "--conns=16", "--size=64", "--depth=32"],
    entries: each("echo", "c", "waist", "ours", "bun", "go", "deno", "node"),
    bars: [cpu("c", 0.9, 0.75), cpu("bun", 1.35)],
  },
  {
    row: 4,
    group: "tcp",
    kind: "cpu",
    name: "32 separate TCP writes of 64 B in one tick, 16 conns",
    unit: "msg",
    load: ["burst", "--conns=16", "--size=64", "--depth=32"],
    entries: [
      ...each("burst", "c", "ours", "bun", "go", "node"),
      entry("c", "burst-calls"),
      entry("ours", "burst-writev"),
      entry("go", "burst-bufio"),
      entry("node", "burst-cork"),
    ],
    bars: [cpu("c", 0.6, 0.35), cpu("bun", 10), cpu("go", 10), cpu("node", 10), cpu("go burst-bufio", 0.9)],
  },
  {
    row: 5,
    group: "tcp",
    kind: "cpu",
    name: "TCP echo 64 KB chunks, 4 conns",
    unit: "64 KB",
    load: ["echo", "--conns=4", "--size=65536"],
    entries: each("echo", "c", "waist", "ours", "bun", "go", "deno", "node"),
    bars: [cpu("c", 0.95, 0.85), cpu("deno", 1.25), cpu("go", 1.7)],
  },
  {
    row: 6,
    group: "tcp",
    kind: "cpu",
    name: "TCP proxy, 256 KB pieces, 4 conns",
    unit: "GB",
    load: ["proxy", "--conns=4", "--size=262144"],
    entries: each("proxy", "c", "ours", "go", "node"),
    bars: [cpu("c", 0.97, 0.9), cpu("go", 1.0), cpu("node", 3)],
  },
  {
    row: 7,
    group: "unix",
    kind: "cpu",
    name: "Unix stream echo 64 B, 64 conns",
    unit: "msg",
    load: ["echo", "--conns=64", "--size=64"],
    entries: each("unix", "c", "waist", "ours", "bun", "go", "node"),
    bars: [cpu("c", 0.78, 0.65), cpu("bun", 1.15), cpu("node", 2)],
  },
  {
    row: 8,
    group: "udp",
    kind: "cpu",
    name: "UDP echo 64 B, a datagram per await, 64 sockets with 2 in flight",
    unit: "msg",
    load: ["udp", "--conns=64", "--size=64", "--depth=2"],
    entries: [
      ...each("udp", "c", "waist", "ours", "bun", "go", "deno", "node"),
      entry("ours", "udp-8"),
      entry("ours", "udp-batch"),
    ],
    bars: [
      ratio("ours udp-batch", "cpu", "c", 0.9),
      cpu("c", 0.78, 0.65),
      cpu("bun", 1.4),
      cpu("go", 1.4),
      cpu("node", 2.4),
    ],
  },
  {
    row: 9,
    group: "udp",
    kind: "flood",
    name: "UDP received 1200 B, one peer that joins them, batches",
    unit: "pkt",
    load: ["flood", "--conns=1", "--size=1200", "--depth=5400"],
    entries: [
      entry("c", "udp-sink-joined", "c"),
      ...each("udp-sink", "ours", "bun", "go", "node"),
      entry("c", "udp-sink"),
    ],
    bars: [cpu("c", 0.85, 0.6), cpu("bun", 8), cpu("go", 13), cpu("node", 13)],
  },
  {
    row: 10,
    group: "udp",
    kind: "flood",
    name: "UDP received 1200 B, 128 peers, batches",
    unit: "pkt",
    load: ["flood", "--conns=128", "--size=1200", "--depth=8"],
    entries: each("udp-sink", "c", "ours", "bun", "go", "node"),
    bars: [cpu("c", 0.7, 0.55), cpu("bun", 2), cpu("node", 4)],
  },
  {
    row: 15,
    group: "tcp",
    kind: "cpu",
    name: "accept + 1 B echo + close, 64 in flight",
    unit: "conn",
    load: ["accept", "--conns=64"],
    entries: [
      ...each("accept", "c", "ours", "bun", "go", "deno", "node"),
      entry("ours", "accept-fresh"),
      entry("go", "accept-fresh"),
    ],
    bars: [cpu("c", 0.88, 0.75), cpu("bun", 1.0), cpu("go", 1.7), cpu("node", 2.3)],
  },
  {
    row: 16,
    group: "tcp",
    kind: "workers",
    name: "accept + 1 B echo + close, 1 and 2 threads that share a port",
    unit: "conn",
    load: ["accept", "--conns=32"],
    entries: [
      ...each("workers-N", "c", "ours"),
      entry("c", "workers-N-core", "c core"),
      entry("ours", "workers-N-core", "ours core"),
    ],
    bars: [{ of: "ours core", figure: "scaling", min: 1.75 }],
  },
  {
    row: 17,
    group: "tcp",
    kind: "memory",
    name: "idle connection, user memory without the caller's buffer",
    unit: "conn",
    load: ["idle"],
    entries: [
      entry("ours", "hold"),
      entry("ours", "hold-unread"),
      entry("bun", "hold-unread"),
      entry("go", "hold"),
      entry("go", "hold-unread"),
      entry("deno", "hold"),
      entry("deno", "hold-unread"),
      entry("node", "hold"),
      entry("node", "hold-await"),
      entry("node", "hold-unread"),
    ],
    bars: [
      limit("ours hold", "bytes", 1200, 1800),
      limit("ours hold-unread", "bytes", 500),
      ratio("ours hold-unread", "bytes", "bun hold-unread", 1 / 0.55),
      ratio("ours hold", "bytes", "go hold", 3),
      ratio("ours hold", "bytes", "node hold-await", 6),
    ],
  },
  {
    row: 18,
    group: "tcp",
    kind: "micro",
    name: "setReadDeadline(now + 1 s), a read parked",
    unit: "call",
    load: [],
    entries: each("set-deadline", "ours", "go", "node"),
    bars: [limit("ours", "now", 35, 60), ratio("ours", "now", "go", 4.5)],
  },
  {
    row: 19,
    group: "timers",
    kind: "armed",
    name: "parked reads with deadlines, 1000 of them expiring a second",
    unit: "expiry",
    load: [],
    entries: each("armed", "c", "ours", "go"),
    bars: [limit("ours", "share", 0.3), ratio("ours", "share", "go", 3)],
  },
  {
    row: 20,
    group: "names",
    kind: "dns",
    name: "DNS, A of distinct names, 64 in flight",
    unit: "lookup",
    load: [],
    entries: [...each("dns", "c", "ours", "go", "node"), entry("c", "dns-fresh")],
    bars: [cpu("c", 0.5, 0.35), cpu("node", 3.5), cpu("go", 6)],
  },
  {
    row: 21,
    group: "names",
    kind: "micro",
    name: "parse an address from varied text",
    unit: "call",
    load: [],
    figures: [
      ["v4", "ns, IPv4"],
      ["v6", "ns, IPv6"],
    ],
    entries: each("parse", "ours", "go", "node"),
    bars: [
      limit("ours", "v4", 40),
      limit("ours", "v6", 110),
      ratio("ours", "v4", "node", 1),
      ratio("ours", "v6", "node", 1),
      ratio("ours", "v4", "go", 0.6),
      ratio("ours", "v6", "go", 0.6),
    ],
  },
  {
    row: 22,
    group: "names",
    kind: "micro",
    name: "whether a prefix has an address; the longest of 100,000 that has it",
    unit: "call",
    load: [],
    figures: [
      ["contains", "ns, one"],
      ["lookup", "ns, of 100,000"],
    ],
    entries: each("prefix", "ours", "go", "node"),
    bars: [
      limit("ours", "contains", 8),
      limit("ours", "lookup", 60),
      ratio("ours", "contains", "node", 200),
      ratio("ours", "lookup", "node", 200),
    ],
  },
  {
    row: 23,
    group: "names",
    kind: "micro",
    name: "the interfaces of this host, and their addresses, asked anew",
    unit: "call",
    load: [],
    figures: [
      ["links", "ns, interfaces"],
      ["addrs", "ns, addresses"],
    ],
    entries: each("interfaces", "c", "ours", "go", "node"),
    bars: [
      ratio("ours", "links", "c", 0.9),
      ratio("ours", "links", "go", 1),
      ratio("ours", "addrs", "node", 1),
    ],
  },
  {
    row: 25,
    group: "tcp",
    kind: "guards",
    name: "TCP echo 64 B: system calls and garbage",
    unit: "msg",
    load: ["echo", "--size=64"],
    entries: each("echo", "c", "ours", "bun", "go", "deno", "node"),
    bars: [limit("ours", "calls64", 2.1), limit("ours", "garbage", 250), limit("ours", "retained", 0.5)],
  },
];

/**
 * @param {readonly string[]} wanted groups and row numbers; none of them: everything
 * @returns {Trial[]}
 * @throws {Error} for a word that names nothing
 */
export function select(wanted) {
  const unknown = wanted.filter((w) => !trials.some((t) => t.group === w || String(t.row) === w));
  if (unknown.length > 0) {
    const known = [...new Set(trials.map((t) => t.group)), ...trials.map((t) => t.row)];
    throw new Error(`no such group or row: ${unknown.join(", ")}; there are ${known.join(", ")}`);
  }
  return trials.filter(
    (t) => wanted.length === 0 || wanted.includes(t.group) || wanted.includes(String(t.row)),
  );
}
