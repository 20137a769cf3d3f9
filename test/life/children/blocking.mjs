// What a child does to the descriptors that it inherits: they block from then on, and so does what shares their description.
// Timers must run all the same while a listener, a connection and a socket of datagrams wait.

import { dial, fileConn, fileListener, listen, listenUDP, UDPAddr } from "rawconn";
import { binding, constant } from "#lib/internal/binding.js";

const [F_GETFL, F_SETFL, O_NONBLOCK] = [constant("F_GETFL"), constant("F_SETFL"), constant("O_NONBLOCK")];

/** @param {{ fd: number }} file */
function block({ fd }) {
  binding.fcntl(fd, F_SETFL, binding.fcntl(fd, F_GETFL, 0) & ~O_NONBLOCK);
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

const listener = await listen("tcp", "127.0.0.1:0");
const near = await dial("tcp", String(listener.addr));
const far = await listener.accept();
const udp = await listenUDP("udp", new UDPAddr({ ip: "127.0.0.1" }));
const files = [listener.file(), near.file(), udp.file()];
const copy = fileConn(files[1]);
const p = new Uint8Array(1 << 16);

for (const file of files) block(file);
const accepting = listener.accept();
const received = udp.readFrom(p);
const reading = copy.read(p);
await turn();
await udp.writeTo("x", /** @type {UDPAddr} */ (udp.localAddr));
await far.write("y");
const other = await dial("tcp", String(listener.addr));
await Promise.all([accepting, received, reading]);
console.log("received");

for (const file of files) block(file);
let written = 0;
copy.setWriteDeadline(Date.now() + 50);
await copy.write(new Uint8Array(64 << 20)).catch((error) => (written = error.n));
console.log(written > 0 ? "sent until there was no room" : "sent nothing");

// Lent, and passed on by its number.
const lent = await listen("tcp", "127.0.0.1:0");
lent.syscallConn().control((fd) => block({ fd }));
const last = lent.accept();
await turn();
const dialed = await dial("tcp", String(lent.addr));
const [, none] = [(await last).close(), lent.accept()];
await turn();
lent.close();
dialed.close();
await none.catch((error) => console.log(error.code));

// Made of what somebody else has.
const taken = fileListener(files[0]);
block(files[0]);
const third = taken.accept();
await turn();
const more = await dial("tcp", String(taken.addr));
const [, nobody] = [(await third).close(), taken.accept()];
await turn();
taken.close();
more.close();
await nobody.catch((error) => console.log(error.code));

block(files[1]);
// By splice, into a connection whose own side still has a full buffer.
far.setReadDeadline(Date.now() + 50);
await other.readFrom(far).catch(() => {});
near.setReadDeadline(Date.now() + 50);
await other.readFrom(near).catch((error) => console.log(error.code));
for (const each of [listener, near, far, udp, copy, other, await accepting, ...files]) each.close();
