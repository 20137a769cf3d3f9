import {
  Agent as HttpAgent,
  type AgentOptions as HttpAgentOptions,
  type ClientRequest,
  type ClientRequestArgs,
} from "node:http";
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions, type RequestOptions } from "node:https";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { joinHostPort } from "../addr/index.js";
import { asError, withCode } from "../errors/index.js";
import { checkDialer, checkOptions, type StreamDialer } from "./stream-conn.js";
import { toStream } from "./to-socket.js";

type Created = (error: Error | null, stream: Duplex) => void;

/** What Node's agent has for agents made of it, and its types leave out. */
interface Pool {
  sockets: Record<string, Socket[]>;
  requests: Record<string, ClientRequest[]>;
  totalSocketCount: number;
  getName(options: ClientRequestArgs): string;
  createSocket(request: ClientRequest, options: ClientRequestArgs, made: Made): void;
  removeSocket(socket: Socket, options: ClientRequestArgs): void;
}

type Made = (error: Error | null, socket?: Socket) => void;
const node = HttpAgent.prototype as unknown as Pool;

/** Where a client of Node's wants to go. */
interface Destination {
  host?: string | null | undefined;
  port?: string | number | null | undefined;
  socketPath?: string | null | undefined;
}

/** @internal Dials what a client of Node's asks for, or what its TLS is to go over. */
export async function dialFor(dialer: StreamDialer, to: Destination, carriesTLS: boolean): Promise<Duplex> {
  const { socketPath, host, port } = to;
  const [network, address] = socketPath
    ? ["unix", socketPath]
    : ["tcp", joinHostPort(host ?? "localhost", String(port ?? 80))];
  return toStream(await dialer.dial(network, address), { carriesTLS });
}

// Whoever waits for a connection is told in a turn of its own: what it throws is not ours to take.
function answer(created: Created | undefined, stream: Promise<Duplex>, { timeout }: ClientRequestArgs): void {
  const limited = stream.then((made) => {
    try {
      // Node does so itself for a socket that it makes. Streams of ours have it, too.
      if (timeout) (made as Socket).setTimeout(timeout);
    } catch (error) {
      made.destroy();
      throw error;
    }
    return made;
  });
  limited.then(
    (made) => process.nextTick(() => created?.(null, made)),
    (error: unknown) => process.nextTick(() => created?.(asError(error), undefined as unknown as Duplex)),
  );
}

// Node counts a socket that it is given at once. One that is dialed gets a place of its own meanwhile, or the limits would
// not hold, and a dial that fails has to leave it, or what waits behind would wait forever.
function createCounted(pool: Pool, request: ClientRequest, options: ClientRequestArgs, made: Made): void {
  const name = pool.getName(options);
  const place = new Socket({ writable: false });
  (pool.sockets[name] ??= []).push(place);
  pool.totalSocketCount++;
  const waited = pool.requests[name]?.includes(request) ?? false;
  node.createSocket.call(pool, request, options, (failure, socket) => {
    pool.totalSocketCount--;
    const error = failure ?? (place.destroyed ? hungUp(socket!) : null);
    if (error === null) {
      const taken = pool.sockets[name]!;
      taken.splice(taken.indexOf(place), 1);
      made(null, socket);
      return;
    }
    // Another connection may have come free for a request that waited.
    if (!waited || withdrawn(pool, name, request)) made(error);
    pool.removeSocket(place, options);
  });
}

// Destroying an agent reaches the place, and not what is dialed for it.
function hungUp(socket: Socket): Error {
  socket.destroy();
  return withCode(new Error("socket hang up"), "ECONNRESET");
}

function withdrawn({ requests }: Pool, name: string, request: ClientRequest): boolean {
  const waiting = requests[name] ?? [];
  const at = waiting.indexOf(request);
  if (at < 0) return false;
  waiting.splice(at, 1);
  if (waiting.length === 0) delete requests[name];
  return true;
}

class DialingAgent extends HttpAgent {
  readonly #dialer: StreamDialer;

  constructor(dialer: StreamDialer, options: HttpAgentOptions) {
    super(options);
    this.#dialer = dialer;
  }

  /** @internal Called by Node's agent. */
  createSocket(request: ClientRequest, options: ClientRequestArgs, made: Made): void {
    createCounted(this as unknown as Pool, request, options, made);
  }

  override createConnection(options: ClientRequestArgs, created?: Created): undefined {
    answer(created, dialFor(this.#dialer, options, false), options);
  }
}

class DialingTLSAgent extends HttpsAgent {
  readonly #dialer: StreamDialer;

  constructor(dialer: StreamDialer, options: HttpsAgentOptions) {
    super(options);
    this.#dialer = dialer;
  }

  /** @internal Called by Node's agent. */
  createSocket(request: ClientRequest, options: ClientRequestArgs, made: Made): void {
    createCounted(this as unknown as Pool, request, options, made);
  }

  override createConnection(options: RequestOptions, created?: Created): undefined {
    answer(created, this.#connect(options), options);
  }

  // What Node's own agent does over a socket of its own: sessions are kept, names are checked.
  async #connect(options: RequestOptions): Promise<Duplex> {
    const socket = await dialFor(this.#dialer, { ...options, port: options.port ?? 443 }, true);
    try {
      return super.createConnection({ ...options, socket: socket as Socket } as RequestOptions) as Duplex;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
}

/**
 * An agent for node:http whose connections a dialer makes, with its control hook, resolver and time limits; paths of Unix
 * sockets (`socketPath`) are dialed as `unix`. Options are those of `http.Agent`. A request whose dial fails emits that
 * OpError. Node tells an agent nothing of a request that is aborted, so a dial goes on until it is over: give the dialer a
 * `timeout`. Throws `ERR_INVALID_ARG_TYPE` for what is no dialer.
 */
export function httpAgent(dialer: StreamDialer, options: HttpAgentOptions = {}): HttpAgent {
  return new DialingAgent(checkDialer(dialer), checkOptions(options));
}

/** The same for node:https; options are those of `https.Agent`. */
export function httpsAgent(dialer: StreamDialer, options: HttpsAgentOptions = {}): HttpsAgent {
  return new DialingTLSAgent(checkDialer(dialer), checkOptions(options));
}
