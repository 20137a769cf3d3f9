// node sweep-child.mjs NETWORK: sweeps it, three times to warm up and once for the record. Prints answers, CPU nanoseconds and
// elapsed nanoseconds, as the C program does.
import { sweep } from "rawconn/ping";

const network = process.argv[2] ?? "127.1.0.0/16";

async function once() {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let answers = 0;
  for await (const results of sweep(network, { rate: Infinity, retries: 0 }))
    for (const { type } of results) if (type === "reply") answers++;
  const { user, system } = process.cpuUsage(cpu);
  return `${answers} ${(user + system) * 1000} ${Math.round((performance.now() - start) * 1e6)}`;
}

for (let i = 0; i < 3; i++) await once();
console.log(await once());
