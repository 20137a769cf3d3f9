import { randomInt } from "node:crypto";
import type { IPAddr, UDPAddr } from "../../addr/index.js";
import { protocolICMP, protocolIPv6ICMP } from "../../icmp/index.js";
import { resolveIPAddr } from "../../resolve-addr.js";
import { Payload } from "../payload.js";
import { DatagramProber } from "./datagram-prober.js";
import { ICMPFormat } from "./icmp-format.js";
import type { TraceSettings } from "./options.js";
import type { Ends, Prober } from "./probe.js";
import { ProbeSocket } from "./probe-socket.js";
import { TCPProber } from "./tcp-prober.js";
import { UDPFormat } from "./udp-format.js";

// What is usual, and what the headers take of it: those of IP, and 8 bytes of UDP or ICMP.
const lengths = { 4: { usual: 60, headers: 28 }, 6: { usual: 80, headers: 48 } };

/** Opens what sends the probes of a trace. Rejects with a PermissionError, a DNSError or an OpError `listen`. */
export async function openProber(target: IPAddr, settings: TraceSettings): Promise<Prober> {
  const { method, length, localAddr, signal, port } = settings;
  const family = target.ip!.to4() === null ? 6 : 4;
  const local = localAddr === "" ? null : await resolveIPAddr(`ip${family}`, localAddr, { signal });
  const ends: Ends = { family, target, local };
  if (method === "tcp") return new TCPProber(ends, settings);
  const { usual, headers } = lengths[family];
  const payload = new Payload(Math.max((length ?? usual) - headers, 0));
  if (method === "udp") {
    const socket = await ProbeSocket.udp(ends, settings);
    return new DatagramProber(socket, new UDPFormat(target, port), ends, payload);
  }
  const chosen = randomInt(0x10000);
  const socket = await ProbeSocket.icmp(ends, settings, chosen);
  const { privileged } = socket;
  const id = privileged ? chosen : (socket.localAddr as UDPAddr).port;
  const protocol = family === 4 ? protocolICMP : protocolIPv6ICMP;
  return new DatagramProber(socket, new ICMPFormat(protocol, target, id, privileged), ends, payload);
}
