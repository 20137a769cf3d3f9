// Go: net/dnsclient_unix.go (dnsPacketRoundTrip); RFC 5452
import { UDPAddr } from "../addr/index.js";
import { OpError, SyscallError } from "../errors/index.js";
import { checkAccess } from "../internal/access.js";
import { binding, constant } from "../internal/binding.js";
import { FD } from "../internal/poll/fd.js";
import { Op } from "../internal/poll/op.js";
import { EAGAIN } from "../internal/poll/ops.js";
import { canceled } from "../internal/poll/canceled.js";
import { READ } from "../internal/poll/poller.js";
import { favoriteFamily } from "../internal/socket/family.js";
import { asOf, localAddrOf, sockaddr } from "../internal/socket/sockaddr.js";
import { udpCodec } from "../internal/socket/sockaddr-inet.js";
import type { Limit } from "../internal/socket/socket.js";
import { MAX_MESSAGE, MAX_QUERY, type Query } from "./query.js";
import { random16 } from "./random.js";
import { isTruncated, readReply, type Reply } from "./reply.js";
import { endpointOf } from "./transport.js";

// Where a forger must guess 16 bits of number and the port, a port must not become known, nor be there for long. So a
// question has a socket to itself, on a port of the kernel's random choice, and connected, so that the kernel lets nobody
// but the server answer. Only in a crowd, where CROWD questions or more were under way at once, does a socket serve
// another one afterwards: then one at random out of CROWD or more that are free. A new one is made where fewer are free,
// so that in use or free there are never CROWD more of them than questions were under way. A socket goes for good at
// random, after RENEWAL questions on average, or when it is OLD, and when it got anything but answers: whoever hits upon
// a port finds it gone.
const CROWD = 8;
const RENEWAL = 32;
const OLD = 250;

// So many packets that are no answer, and others have their turn first.
const MAX_PASSED_OVER = 64;

const SOCK_DGRAM = constant("SOCK_DGRAM");

// Shared, since nothing is left in them when a call returns.
const outbox = new Uint8Array(MAX_QUERY);
const inbox = new Uint8Array(MAX_MESSAGE);

/** A socket for one question at a time. */
class Socket extends FD {
  readonly #remote: UDPAddr;
  /** When it was made, in epoch milliseconds. */
  readonly made: number;
  /** Whether it got nothing but answers. */
  clean = true;

  constructor(fd: number, remote: UDPAddr, made: number) {
    super(fd, false);
    this.#remote = remote;
    this.made = made;
    this.notReady(READ);
  }

  override wrap(op: string, cause: Error): Error {
    const source = this.closing ? null : localAddrOf(this.fd, udpCodec);
    return new OpError({ op, net: "udp", source, addr: this.#remote, cause });
  }

  /** Whether nothing came that nobody waits for. It is asked of the kernel: what came behind an answer wakes nobody. */
  get quiet(): boolean {
    return binding.recv(this.fd, inbox) === EAGAIN;
  }
}

/** Waits for the answer to a question: null is one that was cut. */
class AnswerOp extends Op<Reply | null> {
  readonly #query: Query;
  readonly #socket: Socket;
  readonly #done: (socket: Socket, again: boolean) => void;
  #asked = false;
  #over = false;

  constructor(socket: Socket, query: Query, done: (socket: Socket, again: boolean) => void) {
    super(socket);
    this.#socket = socket;
    this.#query = query;
    this.#done = done;
  }

  get name(): string {
    return this.#asked ? "read" : "write";
  }

  /** Sends the question, unless nobody wants to know any more. */
  ask(): void {
    if (this.#over) return;
    const offset = MAX_QUERY - this.#query.length;
    this.#query.put(outbox, offset);
    let n = binding.send(this.fd.fd, outbox, offset);
    if (n < 0) {
      // A socket that served before may have to tell of an earlier failure first.
      this.#socket.clean = false;
      n = binding.send(this.fd.fd, outbox, offset);
    }
    if (n < 0) this.fail(new SyscallError("write", n));
    this.#asked = true;
  }

  // Whatever is not the answer, or cannot be read, somebody else may have sent: the answer may yet come.
  attempt(): boolean {
    const query = this.#query;
    for (let i = 0; i < MAX_PASSED_OVER; i++) {
      const n = binding.recv(this.fd.fd, inbox);
      if (n === EAGAIN) {
        this.fd.notReady(READ);
        return false;
      }
      if (n < 0) {
        this.fail(new SyscallError("read", n));
        return true;
      }
      if (query.isAnsweredBy(inbox, n)) {
        const cut = isTruncated(inbox);
        const reply = cut ? null : readReply(inbox, n, query.nameIn(inbox));
        if (cut || reply !== null) {
          this.#end(reply);
          return true;
        }
      }
      this.#socket.clean = false;
    }
    return false;
  }

  #end(reply: Reply | null): void {
    this.#over = true;
    this.resolve(reply);
    this.#done(this.#socket, true);
  }

  // Closing the socket, which may come of `#done`, fails whatever waits on it: this once more.
  override fail(cause: Error): void {
    if (this.#over) return;
    this.#over = true;
    super.fail(cause);
    this.#done(this.#socket, false);
  }
}

// What the code that runs now asks leaves together when it is done. The kernel and our own code do not drive each other
// out of the caches then, and a server on this core gets its turn less often in between: a lookup costs 6 % less.
const outgoing: AnswerOp[] = [];

function askAll(): void {
  for (const op of outgoing.splice(0)) op.ask();
}

/** The sockets to one server. */
class Sockets {
  readonly #server: string;
  readonly #remote: UDPAddr;
  readonly #family: number;
  readonly #address: Uint8Array;
  readonly #free: Socket[] = [];
  // Questions under way; the most there were since all that was free went; when it goes again.
  #asked = 0;
  #most = 0;
  #expiry: NodeJS.Timeout | undefined;
  #leaving = false;
  readonly #done = (socket: Socket, again: boolean) => this.#takeBack(socket, again);

  constructor(server: string) {
    checkAccess("dial", "udp");
    this.#server = server;
    this.#remote = new UDPAddr(endpointOf(server));
    this.#family = favoriteFamily("udp", null, this.#remote).family;
    try {
      this.#address = sockaddr(udpCodec, this.#family, this.#remote);
    } catch (error) {
      // A zone that no interface has.
      throw this.#failed(asOf("connect", error as Error));
    }
  }

  ask(query: Query, { deadline, signal }: Limit, now: number): Promise<Reply | null> {
    if (signal?.aborted) throw this.#failed(canceled(signal));
    const socket = this.#pick(now) ?? this.#open(now);
    // Not before: what cannot be reached now, for want of an interface, say, is looked up afresh the next time.
    if (this.#asked === 0) all.set(this.#server, this);
    this.#most = Math.max(this.#most, ++this.#asked);
    socket.setDeadline(READ, deadline);
    const op = new AnswerOp(socket, query, this.#done);
    const answer = socket.start(READ, op, signal);
    if (outgoing.push(op) === 1) queueMicrotask(askAll);
    return answer;
  }

  #pick(now: number): Socket | null {
    const free = this.#free;
    while (free.length >= CROWD) {
      const i = random16() % free.length;
      const socket = free[i]!;
      const last = free.pop()!;
      if (socket !== last) free[i] = last;
      if (Math.abs(now - socket.made) < OLD && socket.quiet) return socket;
      socket.close();
    }
    return null;
  }

  #open(now: number): Socket {
    const fd = binding.socket(this.#family, SOCK_DGRAM, 0);
    if (fd < 0) throw this.#failed(new SyscallError("socket", fd));
    const result = binding.connect(fd, this.#address);
    if (result >= 0) return new Socket(fd, this.#remote, now);
    binding.close(fd);
    throw this.#failed(new SyscallError("connect", result));
  }

  #failed(cause: Error): OpError {
    return new OpError({ op: "dial", net: "udp", addr: this.#remote, cause });
  }

  #takeBack(socket: Socket, again: boolean): void {
    const crowded = this.#most >= CROWD;
    if (again && crowded && socket.clean && random16() % RENEWAL !== 0) {
      socket.notReady(READ);
      this.#free.push(socket);
      // Some question may go on for long, while nobody asks another.
      this.#expiry ??= setTimeout(() => this.#closeFree(), OLD).unref();
    } else {
      socket.close();
    }
    if (--this.#asked > 0 || this.#leaving) return;
    // Whoever got an answer asks again in this very turn of the loop, or does not soon.
    this.#leaving = true;
    setImmediate(() => this.#leave());
  }

  #leave(): void {
    this.#leaving = false;
    if (this.#asked > 1) return;
    this.#closeFree();
    if (this.#asked === 0) all.delete(this.#server);
  }

  #closeFree(): void {
    clearTimeout(this.#expiry);
    this.#expiry = undefined;
    for (const socket of this.#free) socket.close();
    this.#free.length = 0;
    this.#most = this.#asked;
  }
}

// Those that questions are under way to.
const all = new Map<string, Sockets>();

/** Asks a server, `host:port`, once by UDP. Resolves null where the answer was cut; rejects with an OpError. */
export function askByUDP(query: Query, server: string, limit: Limit, now: number): Promise<Reply | null> {
  try {
    return (all.get(server) ?? new Sockets(server)).ask(query, limit, now);
  } catch (error) {
    return Promise.reject(error);
  }
}
