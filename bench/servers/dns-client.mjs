// What the contestants of the DNS trial have in common.
import process from "node:process";
import { attend } from "./control.mjs";

const IN_FLIGHT = 64;

/**
 * Asks the server on the port of the command line, 64 names at a time, no name twice, for as many seconds as it says
 * after each "round"; and tells how many were answered.
 * @param {(server: string) => (name: string) => Promise<readonly unknown[]>} make
 */
export function askAll(make) {
  const [port, seconds] = process.argv.slice(3, 5);
  const lookup = make(`127.0.0.1:${port}`);
  let asked = 0;
  let lookups = 0;
  let until = 0;

  const ask = async () => {
    while (performance.now() < until) {
      // Rooted: no suffix of a search list comes into it.
      const found = await lookup(`n${asked++}.bench.test.`);
      if (found.length !== 1) throw new Error(`expected one address, not ${found.length}`);
      lookups++;
    }
  };
  const round = async () => {
    lookups = 0;
    until = performance.now() + Number(seconds) * 1000;
    await Promise.all(Array.from({ length: IN_FLIGHT }, ask));
    return { lookups };
  };
  attend(1, { requests: { round } });
}
