// Tells who looks up a name in this environment, and how many records go along with a question. The hosts file that our
// own client reads has an address for localhost that the system's has not.

import { pipe, Resolver } from "rawconn";
import { readFull } from "rawconn/io";
import { paths } from "#lib/dns/system-files.js";

[paths.hosts, paths.nsswitch, paths.resolvConf] = process.argv.slice(2);
const [localhost] = await new Resolver().lookupIP("ip4", "localhost");

const [near, far] = pipe();
const asking = new Resolver({ preferGo: true, dial: async () => near }).lookupIP("ip4", "x.test.");
// What is no socket of datagrams has a length before each message; the header's last word counts the additional records.
const head = Buffer.alloc(14);
await readFull(far, head);
far.close();
await asking.catch(() => {});
console.log(`${String(localhost) === "127.0.0.7" ? "ours" : "the system's"} ${head.readUInt16BE(12)}`);
