// What makes no sense is refused by an error with a code, before anything is touched.

import { PassThrough } from "node:stream";
import { createServer } from "node:http";
import { expect, it } from "vitest";
import { Dialer, pipe } from "rawconn";
import * as node from "rawconn/node";
import { makeCertificates } from "../support/certificates.js";
import { weird } from "../input/weird.mjs";

const { server: identity } = makeCertificates();
const mute: node.StreamListener = {
  addr: null,
  accept: () => Promise.reject(Object.assign(new Error("closed"), { code: "ERR_CLOSED" })),
  close() {},
  [Symbol.dispose]() {},
};
const [near] = pipe();

/** Each function with arguments that make sense; `toSocket` has none that can be had twice. */
const calls: Record<string, [call: (...args: never[]) => unknown, ...usual: unknown[]]> = {
  fromDuplex: [node.fromDuplex, new PassThrough().setMaxListeners(0), {}],
  httpAgent: [node.httpAgent, new Dialer(), {}],
  httpsAgent: [node.httpsAgent, new Dialer(), {}],
  serve: [node.serve, mute, createServer()],
  tlsClient: [node.tlsClient, near, { rejectUnauthorized: false }],
  tlsServer: [node.tlsServer, mute, identity],
  toDuplex: [node.toDuplex, near, {}],
  toSocket: [node.toSocket, near, {}],
  toWeb: [node.toWeb, near],
  undiciConnector: [node.undiciConnector, new Dialer(), {}],
};

// What a weird value throws by itself is its own affair.
const own = /^hostile|proxy that has been revoked$/;

it("every function is called", () => {
  const functions = Object.entries(node).filter(([name]) => /^[a-z]/.test(name));
  expect(functions.map(([name]) => name)).toEqual(Object.keys(calls));
});

it.each(Object.entries(calls))(
  "%s refuses weird values by an error with a code",
  async (_, [call, ...usual]) => {
    const uncoded: string[] = [];
    for (const [name, make] of Object.entries(weird)) {
      // The second argument is optional everywhere.
      for (const args of [usual.with(0, make()), usual.with(usual.length - 1, make())]) {
        try {
          const result: unknown = await call(...(args as never[]));
          (result as Partial<Disposable> | null)?.[Symbol.dispose]?.();
        } catch (error) {
          const { code, message } = error as { code?: string; message?: string };
          if (typeof code !== "string" && !own.test(message ?? "")) uncoded.push(`${name}: ${message}`);
        }
      }
    }
    expect(uncoded).toEqual([]);
  },
);

it.each(["accept", "close"] as const)("nothing is a listener that has no %s", async (name) => {
  const { [name]: _, ...half } = mute;
  const refused = { code: "ERR_INVALID_ARG_TYPE", message: expect.stringContaining("a listener") };
  await expect(node.serve(half as node.StreamListener, createServer())).rejects.toMatchObject(refused);
  expect(() => node.tlsServer(half as node.StreamListener, identity)).toThrow(
    expect.objectContaining(refused),
  );
});
