// Sockets of the waist alone, for tests that stand on the lowest floor.

import { closeSync, openSync } from "node:fs";
import { type Binding, binding, constant } from "#lib/internal/binding.js";
import { type ErrnoName, errno } from "#lib/errors/index.js";
import { TCPAddr } from "#lib/addr/index.js";
import { sockaddr } from "#lib/internal/socket/sockaddr.js";
import { tcpCodec } from "#lib/internal/socket/sockaddr-inet.js";

const AF_INET = constant("AF_INET");
const STREAM = constant("SOCK_STREAM");
const DGRAM = constant("SOCK_DGRAM");

/** What a call of the waist returns for an error. */
export function minus(name: ErrnoName): number {
  return -errno(name);
}

/** 127.0.0.1 with a port, as the kernel wants it. */
export function loopback(port = 0): Uint8Array {
  return sockaddr(tcpCodec, AF_INET, new TCPAddr({ ip: "127.0.0.1", port }));
}

/** The port in a socket address. */
export function portOf(address: Uint8Array): number {
  return (address[2] << 8) | address[3];
}

/** A descriptor that closes itself at the end of a block. */
export class Raw implements Disposable {
  readonly fd: number;

  constructor(fd: number) {
    if (fd < 0) throw new Error(`the call returned ${fd}`);
    this.fd = fd;
  }

  /** The port it is bound to. */
  get port(): number {
    const address = new Uint8Array(128);
    check(binding.getsockname(this.fd, address));
    return portOf(address);
  }

  [Symbol.dispose](): void {
    binding.close(this.fd);
  }
}

/** Throws for a call that failed where a test needs it to succeed. */
export function check(result: number): number {
  if (result < 0) throw new Error(`the call returned ${result}`);
  return result;
}

export function streamSocket(): Raw {
  return new Raw(binding.socket(AF_INET, STREAM, 0));
}

/** A datagram socket on a port of its own. */
export function datagramSocket(): Raw {
  const socket = new Raw(binding.socket(AF_INET, DGRAM, 0));
  check(binding.bind(socket.fd, loopback()));
  return socket;
}

/** A socket that listens on a port of its own. */
export function listenerSocket(): Raw {
  const socket = streamSocket();
  check(binding.bind(socket.fd, loopback()));
  check(binding.listen(socket.fd, 16));
  return socket;
}

/** Two connected stream sockets. */
class RawPair implements Disposable {
  constructor(
    readonly near: Raw,
    readonly far: Raw,
  ) {}

  [Symbol.dispose](): void {
    binding.close(this.near.fd);
    binding.close(this.far.fd);
  }
}

/** Connects two sockets. On loopback a connection stands when connect(2) returns. */
export function connected(): RawPair {
  using listener = listenerSocket();
  const near = streamSocket();
  binding.connect(near.fd, loopback(listener.port));
  return new RawPair(near, new Raw(binding.accept(listener.fd, new Uint8Array(128))));
}

/** A descriptor that is no socket, for the length of a callback. */
export function withFile<T>(use: (fd: number) => T): T {
  const fd = openSync(new URL(import.meta.url), "r");
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** The functions of the waist: all that is neither the Poller nor the constants. */
export type Call = Exclude<keyof Binding, "Poller" | "constants">;
