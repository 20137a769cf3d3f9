// Requests of node:http over connections that a dialer of ours makes: with its time limit, its source address, and a hook that
// sees every address that a name came to.
//
//     node examples/http-agent.mjs URL [SOURCE]

import { get } from "node:http";
import { text } from "node:stream/consumers";
import { Dialer, parseIP, TCPAddr } from "rawconn";
import { httpAgent } from "rawconn/node";

const [url = "http://127.0.0.1:8080/", source] = process.argv.slice(2);
const dialer = new Dialer({
  timeout: 3000,
  localAddr: source === undefined ? null : new TCPAddr({ ip: parseIP(source), port: 0 }),
  control: (network, address) => console.log(`dialing ${network} ${address}`),
});
const agent = httpAgent(dialer, { keepAlive: true });

async function fetchOnce() {
  const response = await new Promise((resolve, reject) => {
    get(url, { agent }, resolve).on("error", reject);
  });
  console.log(`${response.statusCode} ${(await text(response)).trim()}`);
}

try {
  // The second request goes over the connection of the first: nothing is dialed for it.
  await fetchOnce();
  await fetchOnce();
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
} finally {
  agent.destroy();
}
