// Requests over UDP, where packets are lost, doubled, and overtake each other: an id in front tells which answer is whose.

import { randomInt } from "node:crypto";

const HEADER = 4;

/** Requests and their answers over one connected UDP socket, any number at a time. */
export class Requests {
  #conn;
  // Begins anywhere, so that answers to a program that had this port before are not taken for ours.
  #next = randomInt(2 ** 32);
  /** @type {Map<number, (answer: Buffer) => void>} */
  #waiting = new Map();

  /** @param {import("rawconn").UDPConn} conn */
  constructor(conn) {
    this.#conn = conn;
    void this.#receive();
  }

  /**
   * The answer to a request, which is sent again when there is none in time.
   * @param {string} body
   * @param {{ timeout?: number, tries?: number }} [options] timeout of each try in milliseconds
   * @returns {Promise<string>}
   */
  async ask(body, { timeout = 500, tries = 4 } = {}) {
    const id = this.#next++ >>> 0;
    const packet = Buffer.concat([Buffer.alloc(HEADER), Buffer.from(body)]);
    packet.writeUInt32BE(id);
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    try {
      for (let i = 0; i < tries; i++) {
        // The same id again: it does not matter which of them is answered, nor whether both are.
        await this.#conn.write(packet).catch(() => {});
        const late = new Promise((resolve) => (timer = setTimeout(resolve, timeout, null)));
        const first = await Promise.race([answer, late]);
        clearTimeout(timer);
        if (first !== null) return first.toString("utf8", HEADER);
      }
      throw new Error(`no answer after ${tries} tries`);
    } finally {
      // From here on an answer is one too many, and is dropped.
      this.#waiting.delete(id);
    }
  }

  async #receive() {
    const p = Buffer.alloc(65536);
    for (;;) {
      let n;
      try {
        n = await this.#conn.read(p);
      } catch (error) {
        // A refusal is the news that nobody listened a moment ago: trying again is worth it, as after a loss.
        if (/** @type {{ code?: string }} */ (error).code === "ECONNREFUSED") continue;
        return;
      }
      if (n === null || n < HEADER) continue;
      this.#waiting.get(p.readUInt32BE())?.(Buffer.from(p.subarray(0, n)));
    }
  }
}
