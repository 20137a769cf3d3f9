// Sends many requests at once and pairs the answers with them, in whatever order they come.
//
//     node examples/udp-echo/client.mjs [ADDRESS] [COUNT]

import { dial } from "rawconn";
import { Requests } from "./requests.mjs";

const [address = "127.0.0.1:8080", count = "8"] = process.argv.slice(2);
// Connected: packets of others than this server do not come in.
const conn = await dial("udp", address);
const requests = new Requests(conn);
try {
  const bodies = Array.from({ length: Number(count) }, (_, i) => `request ${i + 1}`);
  await Promise.all(
    bodies.map(async (body) => console.log(`${body} -> ${await requests.ask(`hello of ${body}`)}`)),
  );
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
} finally {
  conn.close();
}
