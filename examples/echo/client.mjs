// Sends a message, says that there is no more, and prints what comes back.
//
//     node examples/echo/client.mjs [ADDRESS] [MESSAGE]

import { dial } from "rawconn";

const [address = "127.0.0.1:8080", message = "hello"] = process.argv.slice(2);
const conn = await dial("tcp", address);
try {
  // So that a server that never answers does not keep us for ever. It holds for every read and write until it is changed.
  conn.setDeadline(Date.now() + 5000);
  await conn.write(message);
  // Half of the connection: the server reads to the end, and can still answer.
  conn.closeWrite();

  // A stream has no messages: an answer may come in any number of pieces, and a character in two of them.
  const decoder = new TextDecoder();
  const p = new Uint8Array(4096);
  let answer = "";
  for (let n; (n = await conn.read(p)) !== null;)
    answer += decoder.decode(p.subarray(0, n), { stream: true });
  console.log(answer);
} finally {
  conn.close();
}
