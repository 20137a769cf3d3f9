import { isClosed } from "../errors/index.js";
import type { Closable } from "./on-close.js";

/** Closes something that its owner may have closed before. Throws what its `close` throws otherwise. */
export function closeUnlessClosed(closable: Closable): void {
  try {
    closable.close();
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
}
