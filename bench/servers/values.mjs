// Calls that need no peer, in processor time of this process: values.mjs ours|node parse|prefix|interfaces.
import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";
import process from "node:process";
import { interfaceAddrs, interfaces, parseIP } from "rawconn";
import { parseAddr, parsePrefix, PrefixTable } from "rawconn/netip";
import { attend } from "./control.mjs";

const [who = "ours", what = "parse"] = process.argv.slice(2);

// So many different values, so that neither cache nor branch prediction knows them by heart; a power of two.
const VALUES = 4096;
const ROUTES = 100_000;

/** Numbers that repeat after 2^32 - 1 steps only (xorshift): the same for every contestant. */
let state = 2463534242;
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
}

const v4 = () => [24, 16, 8, 0].map((shift) => (random() >>> shift) & 255).join(".");
const v6 = () => Array.from({ length: 8 }, () => (random() >>> 16).toString(16)).join(":");

/** What is computed is kept, or it need not be computed. @type {unknown} */
let sink = null;

/**
 * Mean nanoseconds of one call. The loop is the figure's own: one for all would call what it times through a pointer,
 * and to store each result in an object that is older costs as much as some results.
 * @param {number} calls
 * @param {(calls: number) => unknown} loop makes so many calls and returns the last result
 */
function nsPerCall(calls, loop) {
  const start = process.cpuUsage();
  sink = loop(calls);
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / calls;
}

function parse() {
  const [four, six] = [v4, v6].map((make) => Array.from({ length: VALUES }, make));
  const read = who === "node" ? isIP : parseIP;
  const timed = (/** @type {string[]} */ texts) =>
    nsPerCall(1_000_000, (calls) => {
      let last;
      for (let i = 0; i < calls; i++) last = read(texts[i & (VALUES - 1)]);
      return last;
    });
  return () => ({ v4: timed(four), v6: timed(six) });
}

function prefix() {
  const texts = Array.from({ length: VALUES }, v4);
  const routes = Array.from({ length: ROUTES }, () => `${v4()}/${16 + (random() % 9)}`);
  return who === "node" ? blockLists(texts, routes) : tables(texts, routes);
}

/** @param {string[]} texts @param {string[]} routes */
function tables(texts, routes) {
  const addrs = texts.map(parseAddr);
  const one = parsePrefix("10.0.0.0/8");
  const table = new PrefixTable(routes.map((route, i) => [parsePrefix(route).masked(), i]));
  return () => ({
    contains: nsPerCall(5_000_000, (calls) => {
      let last;
      for (let i = 0; i < calls; i++) last = one.contains(addrs[i & (VALUES - 1)]);
      return last;
    }),
    lookup: nsPerCall(2_000_000, (calls) => {
      let last;
      for (let i = 0; i < calls; i++) last = table.lookup(addrs[i & (VALUES - 1)]);
      return last;
    }),
  });
}

/** @param {string[]} texts @param {string[]} routes */
function blockLists(texts, routes) {
  const one = new BlockList();
  one.addSubnet("10.0.0.0", 8);
  const all = new BlockList();
  for (const route of routes.map((text) => text.split("/"))) all.addSubnet(route[0], Number(route[1]));
  return () => ({
    contains: nsPerCall(200_000, (calls) => {
      let last;
      for (let i = 0; i < calls; i++) last = one.check(texts[i & (VALUES - 1)]);
      return last;
    }),
    // It looks at one after the other.
    lookup: nsPerCall(50, (calls) => {
      let last;
      for (let i = 0; i < calls; i++) last = all.check(texts[i & (VALUES - 1)]);
      return last;
    }),
  });
}

function listing() {
  const CALLS = 2000;
  const timed = (/** @type {() => unknown} */ list) =>
    nsPerCall(CALLS, (calls) => {
      let last;
      for (let i = 0; i < calls; i++) last = list();
      return last;
    });
  // Node tells of addresses alone.
  if (who === "node") return () => ({ addrs: timed(networkInterfaces) });
  return () => ({ links: timed(interfaces), addrs: timed(interfaceAddrs) });
}

const rounds = { parse, prefix, interfaces: listing };
const round = rounds[/** @type {keyof typeof rounds} */ (what)]();
attend(1, { requests: { round, sink: () => typeof sink } });
