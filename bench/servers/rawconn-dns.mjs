// This library's resolver. Mode: dns. It asks a server, 64 names at a time, no name twice.
import { Resolver } from "rawconn";
import { askAll } from "./dns-client.mjs";

const resolver = (/** @type {string} */ server) => {
  const own = new Resolver({ servers: [server] });
  return (/** @type {string} */ name) => own.lookupIP("ip4", name);
};
askAll(resolver);
