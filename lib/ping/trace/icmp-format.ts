import { type Addr, IPAddr, UDPAddr } from "../../addr/index.js";
import {
  checksum,
  Echo,
  Message,
  MessageError,
  parseMessage,
  type Protocol,
  protocolICMP,
} from "../../icmp/index.js";
import { echoTypes } from "../../icmp/types.js";
import type { QueuedError } from "../../internal/socket/error-queue.js";
import { stripIPv4Header } from "../../ip-conn.js";
import type { Format, Target, Trail } from "./format.js";
import type { Peer } from "./probe-socket.js";

/** Echo requests of one identifier, with a sequence number each. */
export class ICMPFormat implements Format {
  readonly #protocol: Protocol;
  readonly #to: Peer;
  readonly #id: number;
  /** Whether packets come with an IPv4 header, and before anybody has looked at their checksum. */
  readonly #raw: boolean;

  /** @param id the identifier: of an unprivileged socket it is the kernel's choice. */
  constructor(protocol: Protocol, { ip, zone }: Target, id: number, privileged: boolean) {
    this.#protocol = protocol;
    this.#to = privileged ? new IPAddr({ ip, zone }) : new UDPAddr({ ip, zone });
    this.#id = id;
    this.#raw = privileged && protocol === protocolICMP;
  }

  keyOf(number: number): number {
    return number & 0xffff;
  }

  packet(seq: number, data: Uint8Array): Uint8Array {
    const body = new Echo({ id: this.#id, seq, data });
    const { request: type } = echoTypes(this.#protocol);
    return new Message({ protocol: this.#protocol, type, body }).marshal();
  }

  to(): Peer {
    return this.#to;
  }

  quoted({ data }: QueuedError<Addr>): Trail | null {
    return this.#read(data, echoTypes(this.#protocol).request);
  }

  answered(packet: Uint8Array): Trail | null {
    const message = this.#raw ? packet.subarray(0, stripIPv4Header(packet.length, packet)) : packet;
    if (this.#raw && checksum(message) !== 0) return null;
    return this.#read(message, echoTypes(this.#protocol).reply);
  }

  #read(b: Uint8Array, type: number): Trail | null {
    try {
      const message = parseMessage(this.#protocol, b);
      const { body } = message;
      if (message.type !== type || message.code !== 0 || !(body instanceof Echo)) return null;
      return body.id === this.#id ? { key: body.seq, payload: body.data } : null;
    } catch (error) {
      if (error instanceof MessageError) return null;
      throw error;
    }
  }
}
