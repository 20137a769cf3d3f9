// Talks to a server by hand: what is typed goes there, what it says comes here, and neither waits for the other.
//
//     node examples/interactive-client.mjs ADDRESS
//     node examples/interactive-client.mjs unix:/run/some.sock

import { createInterface } from "node:readline";
import { dial, isClosed } from "rawconn";

const address = process.argv[2] ?? "127.0.0.1:8080";
const conn = address.startsWith("unix:") ? await dial("unix", address.slice(5)) : await dial("tcp", address);
const terminal = createInterface({ input: process.stdin, prompt: "> ", terminal: process.stdin.isTTY });

async function listenToServer() {
  const decoder = new TextDecoder();
  const p = new Uint8Array(65536);
  try {
    for (let n; (n = await conn.read(p)) !== null;) {
      process.stdout.write(decoder.decode(p.subarray(0, n), { stream: true }));
      if (process.stdin.isTTY) terminal.prompt();
    }
  } finally {
    // He has hung up, so nobody needs to type any more: this ends the other loop.
    terminal.close();
  }
}

async function listenToUser() {
  if (process.stdin.isTTY) terminal.prompt();
  for await (const line of terminal) await conn.write(`${line}\n`);
  // Ctrl-D: we have nothing more to say, but want to hear the rest.
  conn.closeWrite();
}

try {
  await Promise.all([listenToServer(), listenToUser()]);
} catch (error) {
  if (!isClosed(error)) console.error(String(error));
  process.exitCode = 1;
} finally {
  conn.close();
  process.stdin.destroy();
}
