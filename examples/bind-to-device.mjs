// Dials out of one interface, whatever the routes prefer: out of the VPN, or past it. Needs no rights since Linux 5.7, as long
// as the socket is not bound to another one.
//
//     node examples/bind-to-device.mjs INTERFACE HOST:PORT

import { Dialer } from "rawconn";
import { SO_BINDTODEVICE, SOL_SOCKET } from "rawconn/syscall";

const [device = "lo", address = ""] = process.argv.slice(2);

const dialer = new Dialer({
  timeout: 1000,
  // After the connection is made it would be too late: its first packet has gone the usual way. The name is bytes, not a number.
  control: (_network, _address, raw) => raw.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(device)),
});

try {
  const conn = await dialer.dial("tcp", address);
  console.log(`${String(conn.localAddr)} -> ${String(conn.remoteAddr)}`);
  conn.close();
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
