// Ways for raw IP to fail, and what Go says of each: one row a way. Whoever may not have raw sockets runs none of them.

import { dial, IPAddr, IPConn, listenPacket, UDPAddr } from "rawconn";
import { thrown } from "../../support/outcome.js";
import { disposeOf } from "../../support/pair.js";
import {
  ADDRESS,
  CLOSED,
  CLOSING,
  CONNECTED,
  DEADLINE,
  bareErrno,
  errno,
  fails,
  MISSING,
  type Outcome,
  p,
  PAST,
  type Stage,
  staged,
  TO_CONNECTED,
  ZERO,
} from "./scenario.js";

interface Scene extends Stage {
  /** Of protocol 253, on 127.0.0.1. */
  conn: IPConn;
  /** The same, to 127.0.0.1. */
  dialed: IPConn;
}

async function stage(): Promise<Scene> {
  const conn = await listenPacket("ip4:253", "127.0.0.1");
  const dialed = await dial("ip4:253", "127.0.0.1");
  return { conn, dialed, named: (text) => text, [Symbol.dispose]: () => disposeOf(conn, dialed) };
}

const SELF = "ip|127.0.0.1";
const FROM = { source: SELF };
const BOTH = { source: SELF, addr: SELF };
const CONN = "ip4 127.0.0.1";
const DIALED = "ip4 127.0.0.1->127.0.0.1";
const OTHER = { source: SELF, addr: "ip|127.0.0.2" };
const other = new IPAddr({ ip: "127.0.0.2" });

const afterClose =
  (fail: (conn: IPConn) => Promise<Outcome> | Outcome) =>
  ({ conn }: Scene) => {
    conn.close();
    return fail(conn);
  };

/** Every way for raw IP to fail. */
export const ip = staged<Scene>(stage, {
  "connected IPConn.WriteTo": {
    fail: ({ dialed }) => fails(dialed.writeTo("x", other)),
    text: `write ip4 127.0.0.1->127.0.0.2: ${TO_CONNECTED}`,
    ...CONNECTED,
    ...OTHER,
  },
  "connected IPConn.WriteMsgIP": {
    fail: ({ dialed }) => fails(dialed.writeMsgIP("x", p(), other)),
    text: `write ip4 127.0.0.1->127.0.0.2: ${TO_CONNECTED}`,
    ...CONNECTED,
    ...OTHER,
  },
  "connected IPConn.Read with past deadline": {
    fail: ({ dialed }) => (dialed.setReadDeadline(PAST), fails(dialed.read(p()))),
    text: `read ${DIALED}: i/o timeout`,
    ...DEADLINE,
    ...BOTH,
  },
  "unconnected IPConn.Write": {
    fail: ({ conn }) => fails(conn.write("x")),
    text: `write ${CONN}: write: destination address required`,
    ...errno("EDESTADDRREQ"),
    ...FROM,
  },
  "IPConn.WriteToIP nil": {
    fail: ({ conn }) => fails(conn.writeToIP("x", null as unknown as IPAddr)),
    text: `write ${CONN}: missing address`,
    ...MISSING,
    ...FROM,
  },
  "IPConn.WriteTo with *UDPAddr": {
    fail: ({ conn }) => fails(conn.writeTo("x", new UDPAddr() as unknown as IPAddr)),
    text: `write ${CONN}->:0: invalid argument`,
    ...bareErrno("EINVAL"),
    source: SELF,
    addr: "udp|:0",
  },
  "ip4 IPConn.WriteToIP to IPv6 address": {
    fail: ({ conn }) => fails(conn.writeToIP("x", new IPAddr({ ip: "::1" }))),
    text: `write ${CONN}->::1: address ::1: non-IPv4 address`,
    ...ADDRESS,
    source: SELF,
    addr: "ip|::1",
  },
  "IPConn.WriteTo of a packet that is too long": {
    fail: ({ conn }) => fails(conn.writeTo(new Uint8Array(1 << 17), other)),
    text: `write ${CONN}->127.0.0.2: sendto: message too long`,
    ...errno("EMSGSIZE"),
    ...OTHER,
  },
  "IPConn.ReadFrom with past deadline": {
    fail: ({ conn }) => (conn.setReadDeadline(PAST), fails(conn.readFrom(p()))),
    text: `read ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...FROM,
  },
  "IPConn.ReadMsgIP after Close": {
    fail: afterClose((conn) => fails(conn.readMsgIP(p(), p()))),
    text: `read ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...FROM,
  },
  "IPConn.WriteTo after Close": {
    fail: afterClose((conn) => fails(conn.writeTo("x", other))),
    text: `write ${CONN}->127.0.0.2: ${CLOSED}`,
    ...CLOSING,
    ...OTHER,
  },
  "IPConn.Close twice": {
    fail: afterClose((conn) => thrown<Error>(() => conn.close())),
    text: `close ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...FROM,
  },
  "IPConn.SetDeadline after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.setDeadline(PAST))),
    text: `set ${CONN}: ${CLOSED}`,
    ...CLOSING,
    addr: SELF,
  },
  "Listen ip4:253 on an unassigned address": {
    fail: () => fails(listenPacket("ip4:253", "192.0.2.1")),
    text: "listen ip4:253 192.0.2.1: bind: cannot assign requested address",
    ...errno("EADDRNOTAVAIL"),
    addr: "ip|192.0.2.1",
  },
  "new(IPConn).ReadFrom": { fail: () => fails(new IPConn().readFrom(p())), ...ZERO },
});
