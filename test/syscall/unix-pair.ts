// Two connected Unix sockets of the waist, for descriptors and credentials to pass.

import { binding, constant } from "#lib/internal/binding.js";
import { check, Raw } from "../internal/raw.js";

let made = 0;

/** An abstract name of this process's own: nothing is left in the file system. */
function name(): Uint8Array {
  const text = Buffer.from(`\0rawconn-${process.pid}-${made++}`);
  return Uint8Array.of(constant("AF_UNIX"), 0, ...text);
}

class Pair implements Disposable {
  constructor(
    readonly near: Raw,
    readonly far: Raw,
  ) {}

  [Symbol.dispose](): void {
    binding.close(this.near.fd);
    binding.close(this.far.fd);
  }
}

export function unixPair(type: number): Pair {
  const [listener, near] = [0, 0].map(() => new Raw(binding.socket(constant("AF_UNIX"), type, 0)));
  using _ = listener;
  const address = name();
  check(binding.bind(listener.fd, address));
  check(binding.listen(listener.fd, 1));
  check(binding.connect(near.fd, address));
  return new Pair(near, new Raw(binding.accept(listener.fd, new Uint8Array(128))));
}

const HEADER = 144;
const words = (block: Uint8Array) => new Int32Array(block.buffer, 0, 4);

/** One byte with control data. The result is the number of bytes, or minus errno. */
export function send(fd: number, oob: Uint8Array): number {
  const block = new Uint8Array(HEADER + oob.length);
  words(block)[1] = oob.length;
  block.set(oob, HEADER);
  return binding.sendmsg(fd, Uint8Array.of(1), block, 0);
}

/** What came with a byte, into so much room. */
export function receive(fd: number, room: number): { oob: Uint8Array; flags: number } {
  const block = new Uint8Array(HEADER + room);
  words(block)[1] = room;
  check(binding.recvmsg(fd, new Uint8Array(1), block, constant("MSG_CMSG_CLOEXEC")));
  const [, length, flags] = words(block);
  return { oob: block.subarray(HEADER, HEADER + length), flags };
}
