// Go: x/net/icmp/extension.go; RFC 4884 section 7, RFC 8335 section 2
import { invalidArgType } from "../errors/index.js";
import { checkData, EMPTY } from "./body.js";
import { InterfaceIdent } from "./interface-ident.js";
import { InterfaceInfo } from "./interface-info.js";
import { MPLSLabelStack } from "./mpls.js";
import type { Protocol } from "./types.js";

/** An object of an extension structure: what a router adds to a message. Go: icmp.Extension. */
export interface Extension {
  /** Encoded size in bytes, with the object's header. Go: Extension.Len. */
  len(proto: Protocol): number;
  /** The encoded object. Go: Extension.Marshal. */
  marshal(proto: Protocol): Uint8Array;
}

/** An object of a class that has none here: bytes as they are, with its header. Go: icmp.RawExtension. */
export class RawExtension implements Extension {
  /** The object. */
  readonly data: Uint8Array;

  /** Throws a TypeError for anything but bytes. */
  constructor(data: Uint8Array = EMPTY) {
    this.data = checkData(data);
  }

  /** Encoded size in bytes. Go: RawExtension.Len. */
  len(): number {
    return this.data.length;
  }

  /** The encoded object. Go: RawExtension.Marshal. */
  marshal(): Uint8Array {
    return this.data.slice();
  }
}

/** The extensions in a field, or the error that says what is none. */
export function checkExtensions(extensions: unknown): readonly Extension[] {
  if (!Array.isArray(extensions)) throw invalidArgType("extensions", "an array of extensions", extensions);
  return Array.from(extensions as unknown[], (extension, i) => {
    if (typeof (extension as Extension | null | undefined)?.marshal === "function")
      return extension as Extension;
    throw invalidArgType(`extensions[${i}]`, "an extension", extension);
  });
}

/** Whether a report on a packet may have these. */
export function reports(extensions: readonly Extension[]): boolean {
  return extensions.every(
    (extension) =>
      extension instanceof MPLSLabelStack ||
      extension instanceof InterfaceInfo ||
      extension instanceof RawExtension,
  );
}

/** Whether an extended echo request may: it asks for one interface at most. */
export function probes(extensions: readonly Extension[]): boolean {
  const raw = extensions.filter((extension) => extension instanceof RawExtension).length;
  return raw === extensions.length || (extensions.length === 1 && extensions[0] instanceof InterfaceIdent);
}
