import { type MPLSLabel, MPLSLabelStack, type Protocol } from "../../icmp/index.js";
import { parseMultipart } from "../../icmp/multipart.js";

/**
 * The labels that a packet had when a router dropped it, if that router tells: RFC 4950.
 * @param data what came back of the packet, and behind it from `at` on the extensions; 0 for none.
 */
export function labelsIn(protocol: Protocol, data: Uint8Array, at: number): readonly MPLSLabel[] {
  if (at === 0) return [];
  const { extensions } = parseMultipart(protocol, null, data.subarray(at));
  return extensions.flatMap((extension) => (extension instanceof MPLSLabelStack ? extension.labels : []));
}
