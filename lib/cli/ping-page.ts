import type { Page } from "./page.js";

const options = {
  count: {
    short: "c",
    value: "N",
    text: "end after N requests, each answered or given up; with -w, after N answers",
  },
  interval: {
    short: "i",
    value: "SEC",
    text: "time between two requests, 1 by default; below 0.002 for root only",
  },
  adaptive: { short: "A", text: "send the next request when an answer comes, or after -i without one" },
  flood: {
    short: "f",
    text: "send as fast as answers come, and show a dot for each that is missing; with -i, that often",
  },
  preload: {
    short: "l",
    value: "N",
    text: "send N requests at once when it begins; more than 3 for root only",
  },
  timeout: {
    short: "W",
    value: "SEC",
    text:
      "how long to wait at the end when nothing was ever answered, 10 by default, 0 for ever; otherwise that is " +
      "twice the longest round trip, and one interval at least",
  },
  deadline: {
    short: "w",
    value: "SEC",
    text: "end after this time at the latest, or at the first error; 0 for no such end",
  },
  size: { short: "s", value: "BYTES", text: "payload of a request, 56 by default, 65507 at most" },
  pattern: {
    short: "p",
    value: "HEX",
    text: "fill the payload with up to 16 bytes, over and over: ff, 00ff",
  },
  ttl: { short: "t", value: "N", text: "time to live or hop limit of the requests, 1 to 255" },
  tos: { short: "Q", value: "N", text: "type of service or traffic class, 0 to 255, also as 0xb8" },
  pmtudisc: {
    short: "M",
    value: "HOW",
    text:
      "what becomes of a request that is longer than a link: `do` forbids to cut it, `probe` as well and ignores what " +
      "is known of the path, `want` lets this host cut it, `dont` routers, too",
    choices: ["do", "want", "dont", "probe"],
  },
  mark: { short: "m", value: "N", text: "mark requests for routing and filters; needs CAP_NET_ADMIN" },
  id: { short: "e", value: "N", text: "identifier of the requests, 0 to 65535; needs a raw socket" },
  route: { short: "R", text: "ask routers to note themselves, up to nine; IPv4 only; needs a raw socket" },
  ipv4: { short: "4", text: "IPv4 only" },
  ipv6: { short: "6", text: "IPv6 only" },
  interface: {
    short: "I",
    value: "X",
    text: "send from an address, or through an interface",
    choices: "interface",
  },
  broadcast: { short: "b", text: "allow a broadcast address" },
  direct: { short: "r", text: "reach hosts on a link of this one only, and ask no routing table" },
  numeric: { short: "n", text: "show addresses only" },
  quiet: { short: "q", text: "show the first line and the summary only" },
  audible: { short: "a", text: "ring the bell with each answer" },
  verbose: { short: "v", text: "say what kind of socket is used, and show the identifier" },
  timestamps: { short: "D", text: "begin each line with the time in seconds since 1970" },
  outstanding: { short: "O", text: "say when a request goes out before the last one was answered" },
  json: { short: "j", text: "print a line of JSON for each event, and one with the figures of each host" },
  csv: { text: "print a table of comma-separated values, an event in a line" },
  graph: { short: "g", text: "draw round trips and losses, as they come on a terminal, else at the end" },
  svg: { value: "FILE", text: "leave a picture of the run in a file", choices: "file" },
  help: { short: "h", text: "this text" },
} as const;

/** What there is to say of `rawconn ping`. */
export const page: Page<typeof options> = {
  name: "ping",
  usage: "[OPTIONS] HOST ...",
  summary: "send ICMP echo requests to hosts, and tell what comes back",
  about: [
    "Sends ICMP echo requests to each HOST, a name or an address, and tells what comes back. For more than a few hosts " +
      "there is `rawconn sweep`.",
  ],
  options,
  notes: [
    "No address is ever looked up for its name: when HOST is a name, its answers show it as it was given, unless -n.",
    "SIGINT ends the run with the summary; SIGQUIT prints a line of status to stderr. In a graph q ends it.",
    "In JSON and CSV times are milliseconds, `time` is seconds since 1970, and an event of type `lost` tells that a " +
      "request had no answer for longer than any other needed; one that comes later is told all the same.",
    "NO_COLOR in the environment takes the colours away.",
  ],
  examples: [
    ["rawconn ping -c 3 ::1", "whether it answers, and how fast"],
    ["rawconn ping -g router.example far.example", "two hosts side by side, live"],
    ["rawconn ping -c 600 -q --svg hour.svg far.example", "a picture of ten minutes"],
    ["rawconn ping -M do -s 1472 -c 1 far.example", "whether 1500 bytes get through uncut"],
    ["rawconn ping -j far.example | jq 'select(.type == \"lost\")'", "nothing but what was lost"],
  ],
  exits: [
    [0, "with an answer of each host (with -w and -c: with all of them)"],
    [1, "without"],
    [2, "for an error"],
  ],
  arguments: "host",
};
