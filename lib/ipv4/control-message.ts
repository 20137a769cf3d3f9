// Go: x/net/ipv4/control.go, control_pktinfo.go; ip(7) IP_PKTINFO, IP_RECVTTL, IP_RECVTOS
import { checkFields, checkIP, type IPFields } from "../addr/arguments.js";
import { IP } from "../addr/index.js";
import { checkInt } from "../errors/index.js";
import { binding, constant } from "../internal/binding.js";
import { options } from "../internal/socket/options.js";
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

/** Flags of control data, combined by `|`. Go: ipv4.ControlFlags. */
export type ControlFlags = number;

/** Asks for the TTL that packets arrive with. Go: ipv4.FlagTTL. */
export const flagTTL = 1;

/** Asks for the sender's address. Go: ipv4.FlagSrc. */
export const flagSrc = 2;

/** Asks for the address that packets were sent to. Go: ipv4.FlagDst. */
export const flagDst = 4;

/** Asks for the interface that packets arrive on. Go: ipv4.FlagInterface. */
export const flagInterface = 8;

/** Asks for the type of service that packets arrive with. Go's package has none such. IP_RECVTOS. */
export const flagTOS = 16;

/** The fields of a {@link ControlMessage}; all may be left out. */
export interface ControlMessageFields {
  ttl?: number | undefined;
  tos?: number | undefined;
  src?: IPFields["ip"];
  dst?: IPFields["ip"];
  ifIndex?: number | undefined;
}

const MAX_INT = 0x7fffffff;

/** What goes along with one packet: what the kernel told of it, or is told. Go: ipv4.ControlMessage. */
export class ControlMessage {
  /** The TTL it arrived with, 1 to 255; not used when sending, where `setTTL` serves. Go: ControlMessage.TTL. */
  ttl: number;
  /** The type of service it arrived with; when sending above zero, the one to send with. Go's package has none such. */
  tos: number;
  /** Who sent it; when sending, the address of this host to send from. Go: ControlMessage.Src. */
  src: IP | null;
  /** The address it was sent to; not used when sending, except by a RawConn. Go: ControlMessage.Dst. */
  dst: IP | null;
  /** The interface it arrived on; when sending above zero, the one to send by. Go: ControlMessage.IfIndex. */
  ifIndex: number;

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields?: ControlMessageFields) {
    const { ttl = 0, tos = 0, src, dst, ifIndex = 0 } = checkFields(fields, "an object of fields");
    this.ttl = checkInt("ttl", ttl, 0, 0xff);
    this.tos = checkInt("tos", tos, 0, 0xff);
    this.src = checkIP(src, "src");
    this.dst = checkIP(dst, "dst");
    this.ifIndex = checkInt("ifIndex", ifIndex, 0, MAX_INT);
  }

  /**
   * Control data for sending, for `writeMsg` and its kin; empty when there is nothing to say. Throws a TypeError or a
   * RangeError for a field that was set to nonsense. Go: ControlMessage.Marshal.
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

  /** `ttl=64 src=127.0.0.1 dst=127.0.0.1 ifindex=1`, and ` tos=0x10` where there is one. Go: ControlMessage.String. */
  toString(): string {
    const tos = this.tos === 0 ? "" : ` tos=${hexText(this.tos)}`;
    return `ttl=${this.ttl} src=${ipText(this.src)} dst=${ipText(this.dst)} ifindex=${this.ifIndex}${tos}`;
  }
}

/**
 * Room for the control data that these flags ask for, to give to `readMsg` as `oob`. Throws a TypeError or a RangeError.
 * Go: ipv4.NewControlMessage.
 */
export function newControlMessage(cf: ControlFlags): Uint8Array {
  return controlRoom(controls, cf);
}

const isLinux = process.platform === "linux";

// Linux names what it tells after the option that sets it, BSD systems after the one that asks for it.
const TTL = isLinux ? constant("IP_TTL") : constant("IP_RECVTTL");
const TOS = isLinux ? constant("IP_TOS") : (binding.constants["IP_RECVTOS"] ?? -1);

const ttlKind: ControlKind<ControlMessage> = {
  flags: flagTTL,
  receive: options.recvTTL,
  type: TTL,
  length: 1,
  read: (cm, data) => (cm.ttl = numberIn(data)),
};

const tosKind: ControlKind<ControlMessage> = {
  flags: flagTOS,
  receive: options.recvTOS,
  type: TOS,
  length: 1,
  read: (cm, data) => (cm.tos = numberIn(data)),
  write(cm, data) {
    data.setUint8(0, cm.tos);
    return cm.tos > 0;
  },
};

// struct in_pktinfo: the interface, an address of it to send from, the address in the header.
const packetInfo: ControlKind<ControlMessage> = {
  flags: flagSrc | flagDst | flagInterface,
  receive: options.packetInfo,
  type: constant("IP_PKTINFO"),
  length: 12,
  read(cm, data) {
    cm.ifIndex = data.getInt32(0, littleEndian);
    cm.dst = IP.at(new Uint8Array(data.buffer, data.byteOffset), 8, 4);
  },
  write(cm, data) {
    const src = cm.src?.to4() ?? null;
    data.setInt32(0, cm.ifIndex, littleEndian);
    src?.copyTo(new Uint8Array(data.buffer), 4);
    return src !== null || cm.ifIndex > 0;
  },
};

/** The control data of IPv4. */
export const controls: ControlKinds<ControlMessage> = {
  level: constant("IPPROTO_IP"),
  flags: flagTTL | flagSrc | flagDst | flagInterface | flagTOS,
  kinds: [ttlKind, tosKind, packetInfo],
};
