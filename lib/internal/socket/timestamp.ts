// cmsg(3), socket(7) SO_TIMESTAMPNS
import { binding, constant } from "../binding.js";
import { littleEndian } from "./sockaddr.js";

const HEADER = constant("CMSG_HEADER") / 4;
const ALIGN = constant("CMSG_ALIGN");
const { SOL_SOCKET = -1, SCM_TIMESTAMPNS = -1 } = binding.constants;
// A length is as wide as a long: the word that counts, and its neighbour's place.
const LONG = HEADER - 2;
const LOW = littleEndian ? 0 : LONG - 1;
const HIGH = LONG - 1 - LOW;

/**
 * The time in control data: microseconds since 1970; null when there is none. Reads words rather than through views, since
 * it is asked for message by message; `at` and `length` are in bytes.
 */
export function timestampIn(words: Int32Array, at: number, length: number): number | null {
  const end = (at + length) / 4;
  for (let word = at / 4; word + HEADER <= end;) {
    const size = words[word + LOW]!;
    if (size < HEADER * 4 || word + size / 4 > end) return null;
    const level = words[word + LONG];
    const type = words[word + LONG + 1];
    if (level === SOL_SOCKET && type === SCM_TIMESTAMPNS && size >= (HEADER + LONG * 2) * 4) {
      const data = word + HEADER;
      const seconds = (words[data + LOW]! >>> 0) + (LONG === 2 ? words[data + HIGH]! * 2 ** 32 : 0);
      return seconds * 1e6 + words[data + LONG + LOW]! / 1e3;
    }
    word += (Math.ceil(size / ALIGN) * ALIGN) / 4;
  }
  return null;
}
