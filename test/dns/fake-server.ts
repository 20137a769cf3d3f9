// Servers that are none: what they get and give goes through Resolver.dial.

import { ErrDeadlineExceeded, type ResolverConn, type ResolverDial } from "rawconn";
import { type Message, message } from "./messages.js";

/** A question that arrived. */
export interface Asked {
  network: "udp" | "tcp";
  server: string;
  id: number;
  flags: number;
  name: string;
  type: number;
  /** The question as it came, for the reply. */
  question: Uint8Array;
  /** What follows it. */
  rest: Uint8Array;
}

/** What a server does: says something, says several things in turn, lets time run out, or fails. */
export type Answer = Message | Uint8Array | Uint8Array[] | "timeout" | "never" | Error;

/** What it does to a question. */
export type Handler = (asked: Asked) => Answer | Promise<Answer>;

function readQuestion(bytes: Uint8Array): Omit<Asked, "network" | "server"> {
  const labels: string[] = [];
  let at = 12;
  while (bytes[at] > 0) {
    labels.push(Buffer.from(bytes.subarray(at + 1, at + 1 + bytes[at])).toString("latin1"));
    at += 1 + bytes[at];
  }
  const end = at + 5;
  const view = Buffer.from(bytes);
  return {
    id: view.readUInt16BE(0),
    flags: view.readUInt16BE(2),
    name: `${labels.join(".")}.`,
    type: view.readUInt16BE(end - 4),
    question: bytes.slice(12, end),
    rest: bytes.slice(end),
  };
}

/** The bytes that come back, one array for each packet. */
function packetsOf(answer: Message | Uint8Array | Uint8Array[], { id, question }: Asked): Uint8Array[] {
  if (answer instanceof Uint8Array) return [answer];
  return Array.isArray(answer) ? answer : [message({ id, question, ...answer })];
}

class FakeConn implements ResolverConn {
  readonly #handle: (bytes: Uint8Array) => Promise<Uint8Array[] | "timeout" | "never">;
  readonly framed: boolean;
  #answer: Promise<Uint8Array[] | "timeout" | "never"> | null = null;
  #left = new Uint8Array();
  #fail: (error: Error) => void = () => {};
  closed = 0;

  constructor(handle: (bytes: Uint8Array) => Promise<Uint8Array[] | "timeout" | "never">, framed: boolean) {
    this.#handle = handle;
    this.framed = framed;
  }

  async write(p: Uint8Array): Promise<number> {
    this.#answer = this.#handle(this.framed ? p.slice(2) : p.slice());
    // What goes wrong, the reader hears of.
    this.#answer.catch(() => {});
    return p.length;
  }

  async read(p: Uint8Array): Promise<number | null> {
    if (this.#left.length === 0) {
      const answer = await this.#answer!;
      if (answer === "timeout") throw ErrDeadlineExceeded;
      const next = answer === "never" ? undefined : answer.shift();
      if (next === undefined) return new Promise((_, reject) => (this.#fail = reject));
      const size = Buffer.alloc(2);
      size.writeUInt16BE(next.length);
      this.#left = this.framed ? Buffer.concat([size, next]) : Uint8Array.from(next);
    }
    const n = Math.min(p.length, this.#left.length);
    p.set(this.#left.subarray(0, n));
    this.#left = this.framed ? this.#left.subarray(n) : new Uint8Array();
    return n;
  }

  setDeadline(): void {}

  close(): void {
    this.closed++;
    this.#fail(new Error("closed"));
  }
}

/** What makes the resolver see packets in it. */
class FakePacketConn extends FakeConn {
  readFrom(): void {}
}

/** A dial that leads to `handle`, and what it made. */
export interface FakeServer {
  dial: ResolverDial;
  conns: FakeConn[];
  asked: Asked[];
}

/** Makes one. */
export function fakeServer(handle: Handler): FakeServer {
  const conns: FakeConn[] = [];
  const seen: Asked[] = [];
  const dial: ResolverDial = async (network, server) => {
    const respond = async (bytes: Uint8Array) => {
      const asked = { network, server, ...readQuestion(bytes) };
      seen.push(asked);
      const answer = await handle(asked);
      if (answer instanceof Error) throw answer;
      return typeof answer === "string" ? answer : packetsOf(answer, asked);
    };
    const conn = network === "udp" ? new FakePacketConn(respond, false) : new FakeConn(respond, true);
    conns.push(conn);
    return conn;
  };
  return { dial, conns, asked: seen };
}
