// A resolver that asks a server of our choice, whatever resolv.conf says, and a dialer that uses it.
//
//     node examples/resolver.mjs SERVER[:PORT] NAME [PORT to dial]

import { Dialer, Resolver, splitHostPort } from "rawconn";

const [server = "", name = "", port] = process.argv.slice(2);
const { host, port: dnsPort } = splitHostPort(/:\d+$/.test(server) ? server : `${server}:53`);
const dialer = new Dialer({ timeout: 2000 });

const resolver = new Resolver({
  // The system's own resolver would not ask us.
  preferGo: true,
  // Called for every try, with the server that resolv.conf has: any connection will do. Questions go by UDP first, and by TCP
  // when the answer does not fit.
  dial(network, _address, options) {
    console.error(`asking ${host}:${dnsPort} by ${network}`);
    return dialer.dial(network, `${host}:${dnsPort}`, options);
  },
});

try {
  for (const address of (await resolver.lookupHost(name)).sort()) console.log(address);
  if (port !== undefined) {
    const conn = await new Dialer({ timeout: 3000, resolver }).dial("tcp", `${name}:${port}`);
    console.log(`connected to ${String(conn.remoteAddr)}`);
    conn.close();
  }
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
