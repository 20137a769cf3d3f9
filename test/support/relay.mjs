// The process of a Relay: carries packets between two TUN devices, and does to those from the first to the second what
// it was told. Its arguments are their descriptors.

import { readSync, writeSync } from "node:fs";
import { NetFD } from "#lib/internal/socket/net-fd.js";
import { ipCodec } from "#lib/internal/socket/sockaddr-inet.js";
import { RawConn } from "#lib/raw-conn.js";

/** @typedef {import("./relay.js").Treatment} Treatment */

const kind = { net: "tun", family: 0, sotype: 0, codec: ipCodec, stream: false, ends: false };
const devices = process.argv.slice(2).map((number) => new NetFD(Number(number), kind));
const [near, far] = devices.map((device) => new RawConn(device));

/** @type {Required<Treatment>} */
let treatment = { delay: 0, lose: 0, double: 0, swap: 0 };
let count = 0;
/** @type {Uint8Array | null} the one that waits for the next to overtake it */
let held = null;

const is = (/** @type {number} */ every) => every > 0 && count % every === 0;

/** @param {Uint8Array} packet */
function treat(packet) {
  // What IPv6 says to its neighbours and groups by itself is no part of a test.
  if (packet[0] >> 4 === 6 && packet[24] === 0xff) return carry(far, packet);
  count++;
  if (is(treatment.lose)) return;
  if (is(treatment.swap)) {
    held = packet;
    return;
  }
  carry(far, packet);
  if (is(treatment.double)) carry(far, packet);
  if (held !== null) carry(far, held);
  held = null;
}

/** @param {RawConn} to @param {Uint8Array} packet */
function carry(to, packet) {
  if (treatment.delay > 0) setTimeout(() => write(to, packet), treatment.delay);
  else write(to, packet);
}

/** @param {RawConn} to @param {Uint8Array} packet */
function write(to, packet) {
  try {
    to.control((fd) => writeSync(fd, packet));
  } catch (error) {
    // Closed, or a device that is down: a wire that leads nowhere.
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== "ERR_CLOSED" && code !== "EIO") throw error;
  }
}

/** @param {number} fd @param {Uint8Array} p how many bytes came; 0 for none yet */
function read(fd, p) {
  try {
    return readSync(fd, p);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EAGAIN") return 0;
    throw error;
  }
}

/** @param {RawConn} from @param {(packet: Uint8Array) => void} take */
async function listen(from, take) {
  const p = new Uint8Array(0x10000);
  for (;;) {
    let n = 0;
    await from.read((fd) => (n = read(fd, p)) > 0);
    take(p.slice(0, n));
  }
}

process.on("message", (/** @type {Treatment} */ wanted) => {
  treatment = { delay: 0, lose: 0, double: 0, swap: 0, ...wanted };
  count = 0;
  process.send?.("done");
});
process.once("disconnect", () => {
  for (const device of devices) device.close();
});
const ended = [listen(near, treat), listen(far, (packet) => carry(near, packet))];
process.send?.("ready");
for (const end of ended) {
  await end.catch((/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== "ERR_CLOSED") throw error;
  });
}
