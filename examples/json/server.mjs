// Messages in JSON, one a line: { "id": 1, "method": "sum", "params": [1, 2] }. JSON has no bare line feed in it, so a line is
// all the frame that it needs, and nc is a client.
//
//     node examples/json/server.mjs [ADDRESS]
//     echo '{"id":1,"method":"sum","params":[1,2,3]}' | nc -N 127.0.0.1 8080

import { listen } from "rawconn";
import { Scanner, Writer } from "rawconn/io";

/** @type {Record<string, (params: unknown[]) => unknown>} */
const methods = {
  sum: (params) => params.reduce((/** @type {number} */ sum, value) => sum + Number(value), 0),
  upper: ([text]) => String(text).toUpperCase(),
};

/**
 * What is said to one line. What a stranger sends is looked at before it is used, and his mistakes are answered.
 * @param {string} line
 */
function answer(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return { id: null, error: "not JSON" };
  }
  const { id = null, method, params = [] } = message ?? {};
  if (!Object.hasOwn(methods, method)) return { id, error: "no such method" };
  if (!Array.isArray(params)) return { id, error: "params are a list" };
  return { id, result: methods[method]?.(params) };
}

/** @param {import("rawconn").TCPConn} conn */
async function serve(conn) {
  try {
    const lines = new Scanner(conn, { max: 1 << 20 });
    const out = new Writer(conn);
    while (await lines.scan()) {
      // All that has come already is answered by one write.
      do await out.write(`${JSON.stringify(answer(lines.text()))}\n`);
      while (lines.tryScan());
      await out.flush();
    }
  } catch (error) {
    console.error(String(error));
  } finally {
    conn.close();
  }
}

const listener = await listen("tcp", process.argv[2] ?? "127.0.0.1:8080");
console.log(`listening on ${String(listener.addr)}`);
for await (const conn of listener) void serve(conn);
