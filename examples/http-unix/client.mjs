// A request over a Unix socket by node:http.
//
//     node examples/http-unix/client.mjs [PATH] [URL]

import { once } from "node:events";
import { get } from "node:http";
import { text } from "node:stream/consumers";
import { Dialer } from "rawconn";
import { httpAgent } from "rawconn/node";

const [socketPath = "/tmp/rawconn.sock", url = "http://localhost/hello"] = process.argv.slice(2);
// The host of the URL is only told to the server: nothing is looked up.
const request = get(url, { socketPath, agent: httpAgent(new Dialer({ timeout: 3000 })) });
try {
  // Rejects when there is an error first, that of the dial for one.
  const [response] = await once(request, "response");
  process.stdout.write(await text(response));
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
