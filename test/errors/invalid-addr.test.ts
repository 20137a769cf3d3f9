import { expect, it } from "vitest";
import { InvalidAddrError, NetError } from "rawconn";

it("an InvalidAddrError is its reason, and passes by itself never", () => {
  const error = new InvalidAddrError("no such planet");
  expect(error).toBeInstanceOf(NetError);
  expect(error).toMatchObject({
    name: "InvalidAddrError",
    code: "ERR_INVALID_ADDR",
    message: "no such planet",
  });
  expect([error.timeout(), error.temporary()]).toEqual([false, false]);
});
