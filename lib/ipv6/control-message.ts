// Go: x/net/ipv6/control.go, control_rfc3542_unix.go; RFC 3542 sections 6 and 11.3, ipv6(7)
import { checkFields, checkIP, type IPFields } from "../addr/arguments.js";
import { IP } from "../addr/index.js";
import { checkInt } from "../errors/index.js";
import { constant } from "../internal/binding.js";
import { type Option, options } from "../internal/socket/options.js";
import { littleEndian } from "../internal/socket/sockaddr.js";
import {
  type ControlKind,
  type ControlKinds,
  controlRoom,
  marshalControl,
  numberIn,
  parseControl,
} from "../ip-options/control.js";
import { hexText, ipText } from "../ip-options/text.js";

/** Flags of control data, combined by `|`. Go: ipv6.ControlFlags. */
export type ControlFlags = number;

/** Asks for the traffic class that packets arrive with. Go: ipv6.FlagTrafficClass. */
export const flagTrafficClass = 1;

/** Asks for the hop limit that packets arrive with. Go: ipv6.FlagHopLimit. */
export const flagHopLimit = 2;

/** Asks for the sender's address, which comes with every packet. Go: ipv6.FlagSrc. */
export const flagSrc = 4;

/** Asks for the address that packets were sent to. Go: ipv6.FlagDst. */
export const flagDst = 8;

/** Asks for the interface that packets arrive on. Go: ipv6.FlagInterface. */
export const flagInterface = 16;

/** Asks to be told when a packet that was sent did not fit the path. Go: ipv6.FlagPathMTU. */
export const flagPathMTU = 32;

/** The fields of a {@link ControlMessage}; all may be left out. */
export interface ControlMessageFields {
  trafficClass?: number | undefined;
  hopLimit?: number | undefined;
  src?: IPFields["ip"];
  dst?: IPFields["ip"];
  ifIndex?: number | undefined;
  nextHop?: IPFields["ip"];
  mtu?: number | undefined;
}

const MAX_INT = 0x7fffffff;
const MAX_UINT = 0xffffffff;

/** What goes along with one packet: what the kernel told of it, or is told. Go: ipv6.ControlMessage. */
export class ControlMessage {
  /** The traffic class it arrived with; when sending above zero, the one to send with. Go: ControlMessage.TrafficClass. */
  trafficClass: number;
  /** The hop limit it arrived with; when sending above zero, the one to send with. Go: ControlMessage.HopLimit. */
  hopLimit: number;
  /** Who sent it; when sending, the address of this host to send from. Go: ControlMessage.Src. */
  src: IP | null;
  /** The address it was sent to; not used when sending. Go: ControlMessage.Dst. */
  dst: IP | null;
  /** The interface it arrived on; when sending above zero, the one to send by. Go: ControlMessage.IfIndex. */
  ifIndex: number;
  /** The next router, when sending; Linux has no such thing, and it is left out. Go: ControlMessage.NextHop. */
  nextHop: IP | null;
  /** The path's MTU towards `dst`, in bytes, when a packet did not fit. Go: ControlMessage.MTU. */
  mtu: number;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields?: ControlMessageFields) {
    const given = checkFields(fields, "an object of fields");
    const { trafficClass = 0, hopLimit = 0, src, dst, ifIndex = 0, nextHop, mtu = 0 } = given;
    this.trafficClass = checkInt("trafficClass", trafficClass, 0, 0xff);
    this.hopLimit = checkInt("hopLimit", hopLimit, 0, 0xff);
    this.src = checkIP(src, "src");
    this.dst = checkIP(dst, "dst");
    this.ifIndex = checkInt("ifIndex", ifIndex, 0, MAX_INT);
    this.nextHop = checkIP(nextHop, "nextHop");
    this.mtu = checkInt("mtu", mtu, 0, MAX_UINT);
  }

  /**
   * Control data for sending, for `writeMsg` and its kin; empty when there is nothing to say. A traffic class or hop limit
   * of 0 is the socket's own. Throws a TypeError or a RangeError for a field that was set to nonsense.
   * Go: ControlMessage.Marshal.
   */
  marshal(): Uint8Array {
    return marshalControl(controls, new ControlMessage(this));
  }

  /**
   * Takes over what received control data tells, and leaves the other fields as they are. Never reads beyond `b`; what it
   * does not know is passed over. Throws a MessageError (`ERR_PARSE`) for a length that cannot be. Go: ControlMessage.Parse.
   */
  parse(b: Uint8Array): void {
    parseControl(controls, this, b);
  }

  /** `tclass=0x0 hoplim=64 src=::1 dst=::1 ifindex=1 nexthop=<nil> mtu=0`. Go: ControlMessage.String. */
  toString(): string {
    const { trafficClass, hopLimit, src, dst, ifIndex, nextHop, mtu } = this;
    return (
      `tclass=${hexText(trafficClass)} hoplim=${hopLimit} src=${ipText(src)} dst=${ipText(dst)} ` +
      `ifindex=${ifIndex} nexthop=${ipText(nextHop)} mtu=${mtu}`
    );
  }
}

/**
 * Room for the control data that these flags ask for, to give to `readMsg` as `oob`. Throws a TypeError or a RangeError.
 * Go: ipv6.NewControlMessage.
 */
export function newControlMessage(cf: ControlFlags): Uint8Array {
  return controlRoom(controls, cf);
}

// A C int that goes both ways, and above zero counts.
function number(
  flags: number,
  receive: Option,
  type: number,
  field: "trafficClass" | "hopLimit",
): ControlKind<ControlMessage> {
  return {
    flags,
    receive,
    type,
    length: 4,
    read: (cm, data) => (cm[field] = numberIn(data)),
    write(cm, data) {
      data.setInt32(0, cm[field], littleEndian);
      return cm[field] > 0;
    },
  };
}

const ipAt = (data: DataView, offset: number) =>
  IP.at(new Uint8Array(data.buffer, data.byteOffset), offset, 16);

// struct in6_pktinfo: an address, which is the sender's own on the way out, and the interface.
const packetInfo: ControlKind<ControlMessage> = {
  flags: flagDst | flagInterface,
  receive: options.recvPacketInfo6,
  type: constant("IPV6_PKTINFO"),
  length: 20,
  read(cm, data) {
    cm.dst = ipAt(data, 0);
    cm.ifIndex = data.getInt32(16, littleEndian);
  },
  write(cm, data) {
    const src = cm.src === null || cm.src.to4() !== null ? null : cm.src;
    src?.copyTo(new Uint8Array(data.buffer), 0);
    data.setInt32(16, cm.ifIndex, littleEndian);
    return src !== null || cm.ifIndex > 0;
  },
};

// struct ip6_mtuinfo: a socket address, with the address from its 8th byte on and the scope from its 24th, and the MTU.
const pathMTU: ControlKind<ControlMessage> = {
  flags: flagPathMTU,
  receive: options.recvPathMTU,
  type: constant("IPV6_PATHMTU"),
  length: 32,
  read(cm, data) {
    cm.dst = ipAt(data, 8);
    cm.ifIndex = data.getUint32(24, littleEndian);
    cm.mtu = data.getUint32(28, littleEndian);
  },
};

/** The control data of IPv6. */
export const controls: ControlKinds<ControlMessage> = {
  level: constant("IPPROTO_IPV6"),
  flags: flagTrafficClass | flagHopLimit | flagSrc | flagDst | flagInterface | flagPathMTU,
  kinds: [
    number(flagTrafficClass, options.recvTrafficClass, constant("IPV6_TCLASS"), "trafficClass"),
    number(flagHopLimit, options.recvHopLimit, constant("IPV6_HOPLIMIT"), "hopLimit"),
    packetInfo,
    pathMTU,
  ],
};
