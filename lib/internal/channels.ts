import { channel, type Channel } from "node:diagnostics_channel";

/** What becomes of a dial, a listen or a lookup: how long it took, and its result or its error. */
interface Outcome {
  /** When it began, in epoch milliseconds. */
  start: number;
  /** How long it took, in milliseconds. */
  duration: number;
  /** Why it failed; absent when it did not. */
  error?: unknown;
}

/** `rawconn:dial`: a dial is over. The attempts that it is made of are not told one by one. */
export interface DialMessage extends Outcome {
  network: string;
  address: string;
  /** What was dialed. */
  result?: unknown;
}

/** `rawconn:listen`: a socket was opened to listen, or to receive packets of anyone. */
export interface ListenMessage extends Outcome {
  network: string;
  /** What was asked for; port 0, say. */
  address: string;
}

/** `rawconn:lookup`: a name was looked up. What one lookup found, all that waited for it are told. */
export interface LookupMessage extends Outcome {
  /** `host`, `addr`, `cname`, `mx`, `ns`, `srv` or `txt`. */
  type: string;
  name: string;
  /** What was found. */
  result?: unknown;
}

/** `rawconn:accept`: a connection was accepted. */
export interface AcceptMessage {
  listener: object;
  conn: object;
}

/** `rawconn:close`: a connection, listener or packet endpoint was closed. Its addresses can still be asked for. */
export interface CloseMessage {
  handle: object;
}

// Held here, since a channel that nobody holds is collected, and looking one up by name is a cost of its own.
export const dials: Channel = channel("rawconn:dial");
export const listens: Channel = channel("rawconn:listen");
export const lookups: Channel = channel("rawconn:lookup");
export const accepts: Channel = channel("rawconn:accept");
export const closes: Channel = channel("rawconn:close");

/** Does some work, and publishes what became of it if anybody listens. */
export function told<T>(to: Channel, about: () => object, work: () => Promise<T>): Promise<T> {
  return to.hasSubscribers ? publish(to, about(), work) : work();
}

async function publish<T>(to: Channel, about: object, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const clock = performance.now();
  const tell = (outcome: object) => {
    to.publish({ ...about, start, duration: performance.now() - clock, ...outcome });
  };
  try {
    const result = await work();
    tell({ result });
    return result;
  } catch (error) {
    tell({ error });
    throw error;
  }
}
