// A few connections for many questions: each is asked on one that is free, and the others wait in line.
//
//     node examples/line-protocol/server.mjs &
//     node examples/pool.mjs [ADDRESS] [QUESTIONS] [CONNECTIONS]

import { Dialer } from "rawconn";
import { Reader } from "rawconn/io";
import { Pool } from "rawconn/netutil";

const [address = "127.0.0.1:8080", questions = "20", max = "3"] = process.argv.slice(2);
const dialer = new Dialer({ timeout: 3000 });
let dialed = 0;

const pool = new Pool({
  max: Number(max),
  idleTimeout: 30_000,
  dial(options) {
    dialed++;
    return dialer.dial("tcp", address, options);
  },
});

/**
 * One question and its answer. When that fails the connection is closed rather than given back: the answer may still come,
 * and would be taken for that of the next question.
 * @param {string} text
 */
const ask = (text) =>
  pool.use(async (conn) => {
    conn.setDeadline(Date.now() + 5000);
    await conn.write(`ECHO ${text}\n`);
    // A reader of its own for each question does here, since nothing but the one line comes.
    return (await new Reader(conn).readString("\n"))?.trimEnd();
  });

try {
  const texts = Array.from({ length: Number(questions) }, (_, i) => `question ${i + 1}`);
  const answers = await Promise.all(texts.map(ask));
  const right = answers.filter((answer, i) => answer === texts[i]).length;
  console.log(`${right} of ${texts.length} answered over ${dialed} connections, ${pool.idle} idle`);
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
} finally {
  pool.close();
}
