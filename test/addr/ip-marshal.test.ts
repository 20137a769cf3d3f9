import { describe, expect, it } from "vitest";
import { IP, parseIP } from "rawconn";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("the text of an IP in bytes", () => {
  it.each(["192.0.2.1", "2001:db8::1", "::"])("marshals %s and back", (text) => {
    const ip = parseIP(text)!;
    expect(ip.marshalText()).toEqual(utf8(text));
    expect(IP.unmarshalText(ip.marshalText())!.equal(ip)).toBe(true);
    expect(IP.unmarshalText(text)!.equal(ip)).toBe(true);
  });

  it("is appended to a copy", () => {
    const b = utf8("ip ");
    expect(parseIP("::1")!.appendText(b)).toEqual(utf8("ip ::1"));
    expect(b).toEqual(utf8("ip "));
  });

  it("is empty for none", () => {
    expect(IP.unmarshalText("")).toBeNull();
    expect(IP.unmarshalText(new Uint8Array())).toBeNull();
  });

  it.each(["nonsense", "\ufeff::1", "::1\0", "::1%lo"])("is not %j", (text) => {
    for (const form of [text, utf8(text)]) {
      expect(() => IP.unmarshalText(form)).toThrow(
        expect.objectContaining({ name: "ParseError", code: "ERR_PARSE", type: "IP address", text }),
      );
    }
  });

  it("is bytes or a string, nothing else", () => {
    const error = expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    expect(() => IP.unmarshalText(null as unknown as string)).toThrow(error);
    expect(() => parseIP("::1")!.appendText([] as unknown as Uint8Array)).toThrow(error);
  });
});
