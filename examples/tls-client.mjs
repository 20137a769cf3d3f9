// TLS by hand, over a connection that is there already: what a protocol with STARTTLS does, or one through a proxy.
//
//     node examples/tls-client.mjs HOST:PORT SERVERNAME [LINE]
//     NODE_EXTRA_CA_CERTS=ca.pem node examples/tls-client.mjs 127.0.0.1:4433 example.test hello

import { Dialer } from "rawconn";
import { Reader } from "rawconn/io";
import { tlsClient } from "rawconn/node";

const [address = "", servername = "", line = "hello"] = process.argv.slice(2);
const plain = await new Dialer({ timeout: 3000 }).dial("tcp", address);

// Here both sides could have talked in the clear. From now on `plain` is given up: reading from it would steal bytes of TLS.
const conn = tlsClient(plain, { servername });
try {
  conn.setDeadline(Date.now() + 5000);
  // Not needed, since the first write waits for it: but here an error is one of the certificate, and nothing has been said yet.
  await conn.handshake();
  const { subject } = conn.socket.getPeerCertificate();
  console.log(`${conn.socket.getProtocol()} with ${String(subject.CN)}`);
  await conn.write(`${line}\n`);
  console.log((await new Reader(conn).readString("\n"))?.trimEnd());
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
} finally {
  conn.close();
}
