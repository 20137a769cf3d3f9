// A resolver that asks by HTTPS (RFC 8484): to others on the way it looks like any other request to that host.
//
//     node examples/dns-over-https.mjs URL NAME
//     node examples/dns-over-https.mjs https://9.9.9.9/dns-query example.com
//
// The server must prove by its certificate that it is the host of the URL, which is better an address, or known from
// the hosts file: its name could not be looked up yet. For authorities of your own: NODE_EXTRA_CA_CERTS=ca.pem node ...
//
// Resolver.dial is called for every question. All of them share one HTTP/2 session here: a question is a request.

import { connect, constants } from "node:http2";
import { buffer } from "node:stream/consumers";
import { Resolver } from "rawconn";

// More than any answer that a resolver uses: a server that sends more is cut off.
const MAX_MESSAGE = 65535;

/** One question and its answer, as a stream in which each message follows its length: what TCP would carry. */
class Request {
  #stream;
  /** @type {Promise<Buffer>} */
  #answer;
  #read = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {import("node:http2").ClientHttp2Stream} stream */
  constructor(stream) {
    this.#stream = stream;
    this.#answer = answerOf(stream);
    // Whoever reads is told.
    this.#answer.catch(() => {});
  }

  /** @param {Uint8Array} p the message, with its length before it */
  async write(p) {
    this.#stream.end(p.subarray(2));
    return p.length;
  }

  /** @param {Uint8Array} p */
  async read(p) {
    const answer = await this.#answer;
    const bytes = answer.subarray(this.#read, this.#read + p.length);
    p.set(bytes);
    this.#read += bytes.length;
    return bytes.length > 0 ? bytes.length : null;
  }

  /** @param {number} t epoch milliseconds */
  setDeadline(t) {
    clearTimeout(this.#timer);
    const late = () => this.#stream.destroy(new Error("the server took too long"));
    this.#timer = setTimeout(late, t - Date.now());
  }

  close() {
    clearTimeout(this.#timer);
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }
}

/**
 * The message that a request is answered with, its length before it.
 * @param {import("node:http2").ClientHttp2Stream} stream
 */
async function answerOf(stream) {
  const headers = await new Promise((resolve, reject) => {
    stream.once("response", resolve).on("error", reject);
    stream.once("close", () => reject(new Error("the server did not answer")));
  });
  if (headers[":status"] !== 200) throw new Error(`the server answered with status ${headers[":status"]}`);
  let size = 0;
  stream.on("data", (chunk) => {
    size += chunk.length;
    if (size > MAX_MESSAGE) stream.destroy(new Error("the answer is too long"));
  });
  const message = await buffer(stream);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/**
 * A dial for a Resolver: every question goes to this URL, whatever resolv.conf says. Close the session when it is done with.
 * @param {string} url such as `https://9.9.9.9/dns-query`
 * @param {{ ca?: string | Buffer, servername?: string }} [options] as tls.connect takes them
 * @returns {{ dial: import("rawconn").ResolverDial, close: () => void }}
 */
export function dialHTTPS(url, options = {}) {
  const { pathname } = new URL(url);
  /** @type {import("node:http2").ClientHttp2Session | undefined} */
  let session;
  const opened = () => {
    if (session === undefined || session.destroyed || session.closed) {
      session = connect(url, options);
      // The requests of a session that fails fail with it.
      session.on("error", () => {});
    }
    return session;
  };
  return {
    dial: async () =>
      new Request(
        opened().request({
          ":method": "POST",
          ":path": pathname,
          "content-type": "application/dns-message",
          accept: "application/dns-message",
        }),
      ),
    close: () => session?.close(),
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [url = "", name = ""] = process.argv.slice(2);
  try {
    const { dial, close } = dialHTTPS(url);
    // preferGo: the system's own resolver knows nothing of our dial.
    const resolver = new Resolver({ preferGo: true, dial });
    try {
      for (const address of await resolver.lookupHost(name)) console.log(address);
    } finally {
      close();
    }
  } catch (error) {
    console.log(String(error));
    process.exitCode = 1;
  }
}
