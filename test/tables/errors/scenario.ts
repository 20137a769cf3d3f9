// Ways to fail: what each needs, what is done, and what is to come of it.

import { dial } from "rawconn";
import { rejection } from "../../support/outcome.js";

/** What came of it: an error, or null; text where Go has an error and JavaScript none, as "EOF" at the end of a stream. */
export type Outcome = Error | string | null;

/** What a way to fail has to work with. Disposing of it closes what is still open. */
export interface Stage extends Disposable {
  /** Puts names in the place of what differs from run to run: ports, folders. */
  named: (text: string) => string;
}

/** What is to come of it. Errors that are no OpError have no `chain` of several. */
export interface Expected {
  text: string | null;
  code?: string;
  /** `network|text`. */
  source?: string;
  addr?: string;
  /** The classes of the chain of causes: `OpError > SyscallError`. */
  chain?: string;
}

/** A way to fail, and what it is to come to. */
export interface Scenario<S extends Stage> extends Expected {
  fail: (stage: S) => Promise<Outcome> | Outcome;
}

/** A scenario that brings its own stage. */
export interface Act extends Expected {
  /** Carries it out, and lets `look` see what came of it while the stage still stands. */
  perform<T>(look: (outcome: Outcome, named: Stage["named"]) => T): Promise<T>;
}

/** Acts by their names: the call as it would be written in Go. */
export type Acts = Record<string, Act>;

/** Gives each scenario a stage of its own. */
export function staged<S extends Stage>(
  stage: () => Promise<S>,
  scenarios: Record<string, Scenario<S>>,
): Acts {
  const act = ({ fail, ...expected }: Scenario<S>): Act => ({
    ...expected,
    perform: async (look) => {
      using scene = await stage();
      return look(await fail(scene), scene.named);
    },
  });
  return Object.fromEntries(Object.entries(scenarios).map(([name, scenario]) => [name, act(scenario)]));
}

/** Bytes to read into. */
export const p = () => new Uint8Array(16);

/** A deadline that has passed. */
export const PAST = 1;

export const fails = (promise: Promise<unknown>) => rejection<Error>(promise);
export const none = async (promise: Promise<unknown>): Promise<null> => (await promise, null);
export const eof = async (promise: Promise<unknown>): Promise<Outcome> =>
  (await promise) === null ? "EOF" : null;
export const to = (network: string, address: string) => fails(dial(network, address));

export const ADDRESS = { code: "ERR_ADDRESS", chain: "OpError > AddrError" };
export const UNKNOWN = { code: "ERR_UNKNOWN_NETWORK", chain: "OpError > UnknownNetworkError" };
export const sentinel = (code: string) => ({ code, chain: "OpError > SentinelError" });
export const errno = (code: string) => ({ code, chain: "OpError > SyscallError" });
export const bareErrno = (code: string) => ({ code, chain: "OpError > Errno" });
export const MISSING = sentinel("ERR_MISSING_ADDRESS");
export const CONNECTED = sentinel("ERR_WRITE_TO_CONNECTED");
export const DEADLINE = sentinel("ERR_DEADLINE");
export const CLOSING = sentinel("ERR_CLOSED");
/** What every method of a zero value comes to. */
export const ZERO = { text: "invalid argument", code: "EINVAL" };
export const CLOSED = "use of closed network connection";
export const TO_CONNECTED = "use of WriteTo with pre-connected connection";
