// Ways for UDP to fail, and what Go says of each: one row a way.

import { dial, listenPacket, TCPAddr, UDPAddr, UDPConn } from "rawconn";
import { parseAddrPort } from "rawconn/netip";
import { rejection, thrown, turn } from "../../support/outcome.js";
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
  none,
  type Outcome,
  p,
  PAST,
  type Stage,
  staged,
  TO_CONNECTED,
  ZERO,
} from "./scenario.js";

interface Scene extends Stage {
  /** Of nobody in particular: udp4 on 127.0.0.1:EPHEMERAL. */
  conn: UDPConn;
  /** Of udp, from 127.0.0.1:EPHEMERAL to the peer. */
  dialed: UDPConn;
  /** On 127.0.0.1:PEERPORT. */
  peer: UDPConn;
}

async function stage(): Promise<Scene> {
  const conn = await listenPacket("udp4", "127.0.0.1:0");
  const peer = await listenPacket("udp4", "127.0.0.1:0");
  const dialed = await dial("udp", String(peer.localAddr));
  const named = (text: string) =>
    text
      .replaceAll(String(conn.localAddr), "127.0.0.1:EPHEMERAL")
      .replaceAll(String(dialed.localAddr), "127.0.0.1:EPHEMERAL")
      .replaceAll(String(peer.localAddr), "127.0.0.1:PEERPORT");
  return { conn, dialed, peer, named, [Symbol.dispose]: () => disposeOf(conn, dialed, peer) };
}

const SELF = "udp|127.0.0.1:EPHEMERAL";
const FROM = { source: SELF };
const BOTH = { source: SELF, addr: "udp|127.0.0.1:PEERPORT" };
const CONN = "udp4 127.0.0.1:EPHEMERAL";
const DIALED = "udp 127.0.0.1:EPHEMERAL->127.0.0.1:PEERPORT";
const nowhere = new UDPAddr({ ip: "127.0.0.1", port: 9 });
const NOWHERE = { source: SELF, addr: "udp|127.0.0.1:9" };
const none6 = new UDPAddr({ ip: "::1", port: 9 });
const huge = () => new Uint8Array(65536);
const oob = new Uint8Array();

/** Closes the socket of nobody in particular, and then fails. */
const afterClose =
  (fail: (conn: UDPConn) => Promise<Outcome> | Outcome) =>
  ({ conn }: Scene) => {
    conn.close();
    return fail(conn);
  };

/** A peer that is gone, and has said so. */
async function unreachable({ dialed, peer }: Scene): Promise<void> {
  peer.close();
  await dialed.write("x");
}

/** Every way for UDP to fail. */
export const udp = staged<Scene>(stage, {
  "connected UDPConn.WriteTo": {
    fail: ({ dialed, peer }) => fails(dialed.writeTo("x", peer.localAddr!)),
    text: `write ${DIALED}: ${TO_CONNECTED}`,
    ...CONNECTED,
    ...BOTH,
  },
  "connected UDPConn.WriteTo another": {
    fail: ({ dialed }) => fails(dialed.writeTo("x", nowhere)),
    text: `write udp 127.0.0.1:EPHEMERAL->127.0.0.1:9: ${TO_CONNECTED}`,
    ...CONNECTED,
    ...NOWHERE,
  },
  "connected UDPConn.WriteToUDPAddrPort": {
    fail: ({ dialed, peer }) => fails(dialed.writeToUDPAddrPort("x", peer.localAddr!.addrPort())),
    text: `write ${DIALED}: ${TO_CONNECTED}`,
    ...CONNECTED,
    ...BOTH,
  },
  "connected UDPConn.WriteMsgUDP without address": {
    fail: ({ dialed }) => none(dialed.writeMsgUDP("x", oob, null)),
    text: null,
  },
  "connected UDPConn.WriteMsgUDP with address": {
    fail: ({ dialed }) => fails(dialed.writeMsgUDP("x", oob, nowhere)),
    text: `write udp 127.0.0.1:EPHEMERAL->127.0.0.1:9: ${TO_CONNECTED}`,
    ...CONNECTED,
    ...NOWHERE,
  },
  "connected UDPConn.WriteMsgUDP with past deadline": {
    // Nobody was named, and so Go names nobody.
    fail: ({ dialed }) => (dialed.setDeadline(PAST), fails(dialed.writeMsgUDP("x", oob, null))),
    text: "write udp 127.0.0.1:EPHEMERAL: i/o timeout",
    ...DEADLINE,
    ...FROM,
  },
  "connected UDPConn.Write of a packet that is too long": {
    fail: ({ dialed }) => fails(dialed.write(huge())),
    text: `write ${DIALED}: write: message too long`,
    ...errno("EMSGSIZE"),
    ...BOTH,
  },
  "connected UDPConn.Read after ICMP port unreachable": {
    fail: async (scene) => (await unreachable(scene), fails(scene.dialed.read(p()))),
    text: `read ${DIALED}: read: connection refused`,
    ...errno("ECONNREFUSED"),
    ...BOTH,
  },
  "connected UDPConn.ReadFrom after ICMP port unreachable": {
    fail: async (scene) => (await unreachable(scene), fails(scene.dialed.readFrom(p()))),
    text: `read ${DIALED}: recvfrom: connection refused`,
    ...errno("ECONNREFUSED"),
    ...BOTH,
  },
  "connected UDPConn.ReadMsgUDP after ICMP port unreachable": {
    fail: async (scene) => (await unreachable(scene), fails(scene.dialed.readMsgUDP(p(), p()))),
    text: `read ${DIALED}: recvmsg: connection refused`,
    ...errno("ECONNREFUSED"),
    ...BOTH,
  },
  "connected UDPConn.Write after ICMP port unreachable": {
    fail: async (scene) => (await unreachable(scene), fails(scene.dialed.write("x"))),
    text: `write ${DIALED}: write: connection refused`,
    ...errno("ECONNREFUSED"),
    ...BOTH,
  },
  "unconnected UDPConn.Write": {
    fail: ({ conn }) => fails(conn.write("x")),
    text: `write ${CONN}: write: destination address required`,
    ...errno("EDESTADDRREQ"),
    ...FROM,
  },
  "unconnected UDPConn.WriteToUDP nil": {
    fail: ({ conn }) => fails(conn.writeToUDP("x", null as unknown as UDPAddr)),
    text: `write ${CONN}: missing address`,
    ...MISSING,
    ...FROM,
  },
  "unconnected UDPConn.WriteMsgUDP nil": {
    fail: ({ conn }) => fails(conn.writeMsgUDP("x", oob, null)),
    text: `write ${CONN}: missing address`,
    ...MISSING,
    ...FROM,
  },
  "UDPConn.WriteTo with *TCPAddr": {
    fail: ({ conn }) =>
      fails(conn.writeTo("x", new TCPAddr({ ip: "127.0.0.1", port: 9 }) as unknown as UDPAddr)),
    text: `write ${CONN}->127.0.0.1:9: invalid argument`,
    ...bareErrno("EINVAL"),
    source: SELF,
    addr: "tcp|127.0.0.1:9",
  },
  "udp4 UDPConn.WriteToUDP to IPv6 address": {
    fail: ({ conn }) => fails(conn.writeToUDP("x", none6)),
    text: `write ${CONN}->[::1]:9: address ::1: non-IPv4 address`,
    ...ADDRESS,
    source: SELF,
    addr: "udp|[::1]:9",
  },
  "udp4 UDPConn.WriteToUDPAddrPort to IPv4-mapped address": {
    fail: ({ conn }) => fails(conn.writeToUDPAddrPort("x", parseAddrPort("[::ffff:127.0.0.1]:9"))),
    text: `write ${CONN}->[::ffff:127.0.0.1]:9: address ::ffff:127.0.0.1: non-IPv4 address`,
    ...ADDRESS,
    source: SELF,
    addr: "udp|[::ffff:127.0.0.1]:9",
  },
  "udp4 UDPConn.WriteMsgUDP to IPv6 address": {
    fail: ({ conn }) => fails(conn.writeMsgUDP("x", oob, none6)),
    text: `write ${CONN}->[::1]:9: address ::1: non-IPv4 address`,
    ...ADDRESS,
    source: SELF,
    addr: "udp|[::1]:9",
  },
  "udp6 UDPConn.WriteTo to IPv4 address": {
    fail: async () => {
      using conn = await listenPacket("udp6", "[::1]:0");
      const error = await rejection(conn.writeTo("x", nowhere));

      return error.cause as Error;
    },
    text: "sendto: network is unreachable",
    code: "ENETUNREACH",
  },
  "UDPConn.WriteTo of a packet that is too long": {
    fail: ({ conn }) => fails(conn.writeTo(huge(), nowhere)),
    text: `write ${CONN}->127.0.0.1:9: sendto: message too long`,
    ...errno("EMSGSIZE"),
    ...NOWHERE,
  },
  "UDPConn.WriteMsgUDP of a packet that is too long": {
    fail: ({ conn }) => fails(conn.writeMsgUDP(huge(), oob, nowhere)),
    text: `write ${CONN}->127.0.0.1:9: sendmsg: message too long`,
    ...errno("EMSGSIZE"),
    ...NOWHERE,
  },
  "UDPConn.WriteTo port 0": {
    fail: ({ conn }) => fails(conn.writeTo("x", new UDPAddr({ ip: "127.0.0.1" }))),
    text: `write ${CONN}->127.0.0.1:0: sendto: invalid argument`,
    ...errno("EINVAL"),
    source: SELF,
    addr: "udp|127.0.0.1:0",
  },
  "UDPConn.WriteTo with past deadline": {
    fail: ({ conn }) => (conn.setWriteDeadline(PAST), fails(conn.writeTo("x", nowhere))),
    text: `write ${CONN}->127.0.0.1:9: i/o timeout`,
    ...DEADLINE,
    ...NOWHERE,
  },
  "UDPConn.ReadFrom with past deadline": {
    fail: ({ conn }) => (conn.setReadDeadline(PAST), fails(conn.readFrom(p()))),
    text: `read ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...FROM,
  },
  "UDPConn.ReadFromUDPAddrPort with past deadline": {
    fail: ({ conn }) => (conn.setReadDeadline(PAST), fails(conn.readFromUDPAddrPort(p()))),
    text: `read ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...FROM,
  },
  "UDPConn.ReadMsgUDP with past deadline": {
    fail: ({ conn }) => (conn.setReadDeadline(PAST), fails(conn.readMsgUDP(p(), p()))),
    text: `read ${CONN}: i/o timeout`,
    ...DEADLINE,
    ...FROM,
  },
  "UDPConn.Read pending when the same conn is closed": {
    fail: async ({ conn }) => {
      const reading = fails(conn.read(p()));
      await turn();
      conn.close();
      return reading;
    },
    text: `read ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...FROM,
  },
  "UDPConn.ReadFrom after Close": {
    fail: afterClose((conn) => fails(conn.readFrom(p()))),
    text: `read ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...FROM,
  },
  "UDPConn.WriteTo after Close": {
    fail: afterClose((conn) => fails(conn.writeTo("x", nowhere))),
    text: `write ${CONN}->127.0.0.1:9: ${CLOSED}`,
    ...CLOSING,
    ...NOWHERE,
  },
  "UDPConn.Close twice": {
    fail: afterClose((conn) => thrown<Error>(() => conn.close())),
    text: `close ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...FROM,
  },
  "UDPConn.SetDeadline after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.setDeadline(PAST))),
    text: `set ${CONN}: ${CLOSED}`,
    ...CLOSING,
    addr: SELF,
  },
  "UDPConn.SetReadBuffer after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.setReadBuffer(4096))),
    text: `set ${CONN}: ${CLOSED}`,
    ...CLOSING,
    addr: SELF,
  },
  "UDPConn.File after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.file())),
    text: `file ${CONN}: ${CLOSED}`,
    ...CLOSING,
    ...FROM,
  },
  "UDPConn RawConn.Control after Close": {
    fail: afterClose((conn) => thrown<Error>(() => conn.syscallConn().control(() => {}))),
    text: `raw-control ${CONN}: ${CLOSED}`,
    ...CLOSING,
    addr: SELF,
  },
  "new(UDPConn).WriteTo": { fail: () => fails(new UDPConn().writeTo("x", nowhere)), ...ZERO },
  "new(UDPConn).ReadFrom": { fail: () => fails(new UDPConn().readFrom(p())), ...ZERO },
  "new(UDPConn).Close": { fail: () => thrown<Error>(() => new UDPConn().close()), ...ZERO },
});
