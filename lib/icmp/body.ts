// Go: x/net/icmp/messagebody.go
import { checkBytes } from "../internal/poll/buffers.js";
import type { Protocol } from "./types.js";

/** What follows the first four bytes of a message. Go: icmp.MessageBody. */
export interface MessageBody {
  /** Encoded size in bytes. Go: MessageBody.Len. */
  len(proto: Protocol): number;
  /** The encoded body. Throws a MessageError (`ERR_PARSE`) when it cannot be encoded. Go: MessageBody.Marshal. */
  marshal(proto: Protocol): Uint8Array;
}

export const EMPTY = new Uint8Array(0);

/** The bytes in a field, or the error that says so. */
export function checkData(data: unknown): Uint8Array {
  checkBytes("data", data);
  return data;
}

/** A body of a type that has no class of its own: bytes as they are. Go: icmp.RawBody. */
export class RawBody implements MessageBody {
  /** All that follows the checksum. */
  readonly data: Uint8Array;

  /** Throws a TypeError for anything but bytes. */
  constructor(data: Uint8Array = EMPTY) {
    this.data = checkData(data);
  }

  /** Encoded size in bytes. Go: RawBody.Len. */
  len(): number {
    return this.data.length;
  }

  /** The encoded body. Go: RawBody.Marshal. */
  marshal(): Uint8Array {
    return this.data.slice();
  }
}
