// Dials with a time limit, from an address of our choice, and with an option that must be set before the connection is made.
//
//     node examples/dialer.mjs HOST:PORT [SOURCE] [TIMEOUT in milliseconds]

import { Dialer, parseIP, TCPAddr } from "rawconn";
import { IPPROTO_TCP, TCP_MAXSEG } from "rawconn/syscall";

const [address = "", source, timeout = "3000"] = process.argv.slice(2);

const dialer = new Dialer({
  // For all of it: looking up the name, and every address that it has.
  timeout: Number(timeout),
  // Port 0: any port. Addresses of the other family are not tried.
  localAddr: source === undefined ? null : new TCPAddr({ ip: parseIP(source), port: 0 }),
  // Called for each address that is tried, with the socket as it was made: nothing has been sent. The largest segment is
  // announced with the first packet, so afterwards it would be too late.
  control(network, target, raw) {
    console.log(`trying ${network} ${target}`);
    raw.setsockopt(IPPROTO_TCP, TCP_MAXSEG, 1000);
  },
});

try {
  const conn = await dialer.dial("tcp", address);
  console.log(`${String(conn.localAddr)} -> ${String(conn.remoteAddr)}`);
  console.log(`largest segment ${conn.syscallConn().getsockopt(IPPROTO_TCP, TCP_MAXSEG)}`);
  conn.close();
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
