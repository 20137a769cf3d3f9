import { expect, it } from "vitest";
import { ErrClosed } from "#lib/errors/index.js";
import { closeUnlessClosed } from "#lib/netutil/close-unless-closed.js";
import { thrown } from "../support/outcome.js";

it("closes what is open, and passes over what its owner has closed, but no other failure", () => {
  const closes: (Error | null)[] = [null, ErrClosed, new Error("broken")];
  const closable = {
    close() {
      const error = closes.shift();
      if (error) throw error;
    },
  };
  closeUnlessClosed(closable);
  closeUnlessClosed(closable);
  expect(thrown<Error>(() => closeUnlessClosed(closable)).message).toBe("broken");
  expect(closes).toEqual([]);
});
