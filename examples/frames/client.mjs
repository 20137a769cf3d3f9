// Sends each argument as a message, all at once, and prints the answers: they come in the order of the questions.
//
//     node examples/frames/client.mjs ADDRESS MESSAGE...

import { dial } from "rawconn";
import { FrameReader, FrameWriter } from "rawconn/io";

const [address = "127.0.0.1:8080", ...messages] = process.argv.slice(2);
const conn = await dial("tcp", address);
try {
  conn.setDeadline(Date.now() + 5000);
  const questions = new FrameWriter(conn);
  const answers = new FrameReader(conn);
  // Not one by one: the questions need not wait for the answers.
  const sending = Promise.all(messages.map((message) => questions.write(message)));
  for (const message of messages) {
    const answer = await answers.read();
    if (answer === null) throw new Error(`the server hung up before it answered ${message}`);
    console.log(`${Buffer.from(answer).toString("hex")}  ${message}`);
  }
  await sending;
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
} finally {
  conn.close();
}
