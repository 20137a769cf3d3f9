// A resolver that asks by TLS (RFC 7858), so that nobody on the way reads the questions or changes the answers.
//
//     node examples/dns-over-tls.mjs SERVER[:PORT] TLSNAME NAME
//     node examples/dns-over-tls.mjs 9.9.9.9 dns.quad9.net example.com
//
// The server is given by its address, since its name could not be looked up yet, and must prove by its certificate that
// it is TLSNAME. For authorities of your own: NODE_EXTRA_CA_CERTS=ca.pem node ...
//
// Resolver.dial is called for every question. What it gives needs four methods only: read, write, setDeadline, close.

import { once } from "node:events";
import { connect } from "node:tls";
import { Resolver, splitHostPort } from "rawconn";

/** A TLS connection as the resolver wants it: as a stream, each message follows its length. */
class TLSStream {
  #socket;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {import("node:tls").TLSSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    // Whoever reads or writes is told by the method itself.
    socket.on("error", () => {});
  }

  /** @param {Uint8Array} p */
  async write(p) {
    await new Promise((resolve, reject) => {
      this.#socket.write(p, (error) => (error ? reject(error) : resolve(undefined)));
    });
    return p.length;
  }

  /**
   * As many bytes as are there; null at the end.
   * @param {Uint8Array} p
   */
  async read(p) {
    const socket = this.#socket;
    for (;;) {
      const bytes = socket.read(Math.min(p.length, Math.max(socket.readableLength, 1)));
      if (bytes !== null) {
        p.set(bytes);
        return bytes.length;
      }
      if (socket.readableEnded) return null;
      if (socket.destroyed) throw socket.errored ?? new Error("the connection is closed");
      // One of the two comes; an error rejects.
      await Promise.race([once(socket, "readable"), once(socket, "close")]);
    }
  }

  /** @param {number} t epoch milliseconds */
  setDeadline(t) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#socket.destroy(new Error("the server took too long")),
      t - Date.now(),
    );
  }

  close() {
    clearTimeout(this.#timer);
    this.#socket.destroy();
  }
}

/**
 * A dial for a Resolver: every question goes to this server, whatever resolv.conf says.
 * @param {{ host: string, port?: number, servername: string, ca?: string | Buffer }} server
 * @returns {import("rawconn").ResolverDial}
 */
export function dialTLS({ host, port = 853, servername, ca }) {
  return async (_network, _address, { signal }) => {
    const socket = connect({ host, port, servername, ca, ALPNProtocols: ["dot"] });
    try {
      // Rejects when the certificate is not good, or not that of `servername`.
      await once(socket, "secureConnect", { signal });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return new TLSStream(socket);
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [server = "", servername = "", name = ""] = process.argv.slice(2);
  try {
    const { host, port } = splitHostPort(/:\d+$/.test(server) ? server : `${server}:853`);
    // preferGo: the system's own resolver knows nothing of our dial.
    const resolver = new Resolver({
      preferGo: true,
      dial: dialTLS({ host, port: Number(port), servername }),
    });
    for (const address of await resolver.lookupHost(name)) console.log(address);
  } catch (error) {
    console.log(String(error));
    process.exitCode = 1;
  }
}
