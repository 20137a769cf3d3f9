// Messages, most of them wrong in one place or a few.

import * as dns from "./messages.js";

const seeds = [
  dns.message({ answers: [dns.a("192.0.2.1"), dns.aaaa(1)], additionals: [dns.opt()] }),
  dns.message({
    answers: [dns.named(dns.CNAME, "a.b.example.com."), dns.a("192.0.2.1", Uint8Array.of(1, 0x61, 0xc0, 12))],
    authorities: [dns.named(dns.NS, "ns.example.com.")],
  }),
  dns.message({
    answers: [dns.mx(1, "mx.example.com."), dns.srv(1, 2, 3, "s.example.com."), dns.txt("a", "b")],
  }),
  dns.message({ answers: [dns.named(dns.PTR, "x."), dns.named(dns.NS, ".")], additionals: [dns.opt(1)] }),
];

/** A generator of numbers that gives the same ones each time: mulberry32. */
export function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

// Bytes that mean something: pointers, lengths at their limits, counts.
const telling = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xff];

function mutated(random: (below: number) => number): Uint8Array {
  const bytes = Uint8Array.from(seeds[random(seeds.length)]);
  for (let left = 1 + random(4); left > 0; left--) {
    const at = random(bytes.length);
    const kind = random(4);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes[at] = telling[random(telling.length)]!;
    else if (kind === 2) bytes.copyWithin(at, random(bytes.length));
    else bytes.set(dns.u16(0xc000 | random(bytes.length)), Math.min(at, bytes.length - 2));
  }
  return random(4) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

/** So many messages, the same for the same seed. */
export function* mutations(count: number, seed: number): Generator<Uint8Array> {
  const random = generator(seed);
  for (let i = 0; i < count; i++) yield mutated(random);
}
