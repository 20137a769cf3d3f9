// Fetches a URL that a stranger gave, and reaches nothing that is not public: not by its name, nor by a redirect.
//
//     node examples/ssrf-fetch.mjs URL

import { once } from "node:events";
import { get as getHTTP } from "node:http";
import { get as getHTTPS } from "node:https";
import { httpAgent, httpsAgent } from "rawconn/node";
import { guarded } from "./ssrf-guard.mjs";

const MAX_REDIRECTS = 5;
const MAX_BODY = 1 << 20;
const MAX_TIME = 10_000;

// The guard sits where connections are made, so there is no way around it: every hop of every redirect is dialed here.
const plain = httpAgent(guarded);
const secure = httpsAgent(guarded);

/**
 * The body, of 1 MiB at most.
 * @param {string} start
 */
export async function guardedFetch(start) {
  const signal = AbortSignal.timeout(MAX_TIME);
  let url = new URL(start);
  for (let i = 0; i <= MAX_REDIRECTS; i++) {
    if (!/^https?:$/.test(url.protocol)) throw new Error(`${url.protocol} is not fetched`);
    const request =
      url.protocol === "https:"
        ? getHTTPS(url, { agent: secure, signal })
        : getHTTP(url, { agent: plain, signal });
    const [response] = await once(request, "response");
    const { location } = response.headers;
    if (response.statusCode >= 300 && response.statusCode < 400 && location !== undefined) {
      response.destroy();
      url = new URL(location, url);
      continue;
    }
    let length = 0;
    const pieces = [];
    for await (const piece of response) {
      length += piece.length;
      if (length > MAX_BODY) throw new Error("the answer is too long");
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }
  throw new Error("too many redirects");
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  try {
    process.stdout.write(await guardedFetch(process.argv[2] ?? ""));
  } catch (error) {
    console.log(String(error));
    process.exitCode = 1;
  }
}
