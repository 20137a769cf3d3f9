// Weird values instead of every argument: none passes for a fault of the library, which has no code.

import { expect, it } from "vitest";
import * as netutil from "rawconn/netutil";
import { weird } from "../input/weird.mjs";

// What a weird value throws by itself is its own affair.
const own = /^hostile|revoked|^Constructor Map requires/;

type Call = (odd: never) => unknown;
const closed = Object.assign(new Error("closed"), { code: "ERR_CLOSED" });
const listener = () => ({ addr: null, accept: () => Promise.reject(closed), close: () => {} }) as never;
const conn = () => ({ close: () => {} });
const pool = (options: object) => new netutil.Pool({ dial: async () => conn(), ...options });
const header = (fields: object) => netutil.formatProxyHeader(fields);

/** Serves until that is over, whatever it was told. */
const serve = (odd: never, handler: never, options?: never) => netutil.serve(odd, handler, options).done;

const calls: Record<string, Call> = {
  "limitListener of": (odd) => netutil.limitListener(odd, 1),
  "limitListener to": (odd) => netutil.limitListener(listener(), odd),
  "serve of": (odd) => serve(odd, (() => {}) as never),
  "serve by": (odd) => serve(listener(), odd),
  "serve, options": (odd) => serve(listener(), (() => {}) as never, odd),
  "serve, grace": (odd) => serve(listener(), (() => {}) as never, { grace: odd } as never),
  "new Pool": (odd) => new netutil.Pool(odd),
  ...Object.fromEntries(
    ["dial", "max", "idleTimeout", "check"].map((name): [string, Call] => [
      `new Pool, ${name}`,
      (odd) => pool({ [name]: odd }),
    ]),
  ),
  "Pool.get": (odd) => pool({}).get(odd),
  "Pool.get, signal": (odd) => pool({}).get({ signal: odd }),
  "Pool.use": (odd) => pool({}).use(odd),
  "proxyListener of": (odd) => netutil.proxyListener(odd, { trusted: () => true }),
  "proxyListener, options": (odd) => netutil.proxyListener(listener(), odd),
  "proxyListener, trusted": (odd) => netutil.proxyListener(listener(), { trusted: odd }),
  "proxyDialer of": (odd) => netutil.proxyDialer(odd),
  parseProxyHeader: (odd) => netutil.parseProxyHeader(odd),
  formatProxyHeader: (odd) => header(odd),
  ...Object.fromEntries(
    ["version", "source", "destination", "tlvs"].map((name): [string, Call] => [
      `formatProxyHeader, ${name}`,
      (odd) => header({ [name]: odd }),
    ]),
  ),
  "formatProxyHeader, a tlv": (odd) => header({ tlvs: [odd] }),
  "formatProxyHeader, both ends": (odd) => header({ source: odd, destination: odd }),
  "readProxyHeader, max": (odd) => netutil.readProxyHeader({ read: async () => null }, odd),
  "readProxyHeader, conn": (odd) => netutil.readProxyHeader(odd),
};

it.each(Object.entries(calls))("%s takes no weird value, or has a code for it", async (_, call) => {
  for (const [name, make] of Object.entries(weird)) {
    try {
      await call(make() as never);
    } catch (error) {
      if (error instanceof Error && own.test(error.message)) continue;
      expect([name, typeof (error as { code?: unknown }).code, String(error)]).toEqual([
        name,
        "string",
        String(error),
      ]);
    }
  }
});
