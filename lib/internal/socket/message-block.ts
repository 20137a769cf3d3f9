// recvmsg(2), sendmsg(2)

// The block that native/msg.cc takes: four words, a socket address, control data. The words are the lengths of both
// and the flags: room on the way in, what the kernel filled on the way out.
const NAME = 16;
const NAME_ROOM = 128;
const CONTROL = NAME + NAME_ROOM;

/** What recvmsg and sendmsg take beside the bytes of a message. One serves many calls: each is read before the next. */
export class MessageBlock {
  readonly bytes: Uint8Array;
  /** The room for control data; a view. */
  readonly control: Uint8Array;
  readonly #words: Int32Array;

  /** `controlRoom` bytes of control data at most. */
  constructor(controlRoom: number) {
    this.bytes = new Uint8Array(CONTROL + controlRoom);
    this.control = this.bytes.subarray(CONTROL);
    this.#words = new Int32Array(this.bytes.buffer, 0, 4);
  }

  /** Before a receive: room for an address, and for so many bytes of control data. */
  offer(controlLength: number): void {
    this.#words[0] = NAME_ROOM;
    this.#words[1] = controlLength;
  }

  /** Before a send: an address of so many bytes stands at `nameOffset`, and so many bytes of control data behind it. */
  give(nameLength: number, controlLength: number): void {
    this.#words[0] = nameLength;
    this.#words[1] = controlLength;
  }

  /** As a receive would have: what it brought from elsewhere. There must be room for it. */
  fill(name: Uint8Array, control: Uint8Array, flags: number): void {
    this.bytes.set(name, NAME);
    this.control.set(control);
    this.#words[0] = name.length;
    this.#words[1] = control.length;
    this.#words[2] = flags;
  }

  /** Where the address stands. */
  get nameOffset(): number {
    return NAME;
  }

  /** How long the address is; 0 when the kernel named nobody. */
  get nameLength(): number {
    return this.#words[0]!;
  }

  /** How much control data there is. */
  get controlLength(): number {
    return this.#words[1]!;
  }

  /** `MSG_TRUNC` and its kin. */
  get flags(): number {
    return this.#words[2]!;
  }
}
