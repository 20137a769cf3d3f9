import { isIP } from "node:net";

/** Whether a text is an IP address, with a zone or without: then nobody has to be asked for it. */
export function isAddress(text: string): boolean {
  return isIP(text.split("%", 1)[0]!) !== 0;
}
