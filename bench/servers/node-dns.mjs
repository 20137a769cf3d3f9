// node:dns, which is c-ares. Mode: dns.
import { Resolver } from "node:dns/promises";
import { askAll } from "./dns-client.mjs";

const resolver = (/** @type {string} */ server) => {
  const own = new Resolver();
  own.setServers([server]);
  return (/** @type {string} */ name) => own.resolve4(name);
};
askAll(resolver);
