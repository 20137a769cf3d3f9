// Go: x/net/icmp/mpls.go; RFC 4950
import { checkFields } from "../addr/arguments.js";
import { checkBoolean, checkInt, invalidArgType, outOfRange } from "../errors/index.js";
import type { Cursor } from "./cursor.js";
import type { Extension } from "./extension.js";
import { objectOf } from "./extension-object.js";

export const CLASS_MPLS = 1;
// The sub-type of RFC 4950, and the only one: the stack that the packet came with.
const INCOMING = 1;
// As many as an object of 65535 bytes has room for.
const MAX_LABELS = 16382;

/** One entry of a label stack. Go: icmp.MPLSLabel. */
export interface MPLSLabel {
  /** The label: 20 bits. Go: MPLSLabel.Label. */
  readonly label: number;
  /** The traffic class, once called experimental bits: 3 bits. Go: MPLSLabel.TC. */
  readonly tc: number;
  /** Whether it is the bottom of the stack. Go: MPLSLabel.S. */
  readonly s: boolean;
  /** The time to live: 8 bits. Go: MPLSLabel.TTL. */
  readonly ttl: number;
}

/** The MPLS label stack that a packet had when it came to a router: RFC 4950. Go: icmp.MPLSLabelStack. */
export class MPLSLabelStack implements Extension {
  /** The object's class: 1. */
  readonly class = CLASS_MPLS;
  /** The object's sub-type: 1, the incoming stack. */
  readonly type: number;
  /** The labels, the top of the stack first. */
  readonly labels: readonly MPLSLabel[];

  /** Throws a TypeError or a RangeError for a field that does not fit. */
  constructor(fields: { type?: number; labels?: readonly MPLSLabel[] } = {}) {
    const { type = INCOMING, labels = [] } = checkFields(fields, "an object { type, labels }");
    this.type = checkInt("type", type, 0, 0xff);
    if (!Array.isArray(labels)) throw invalidArgType("labels", "an array of labels", labels);
    if (labels.length > MAX_LABELS) throw outOfRange("labels.length", `at most ${MAX_LABELS}`, labels.length);
    this.labels = Array.from(labels as readonly MPLSLabel[], checkLabel);
  }

  /** Encoded size in bytes. Go: MPLSLabelStack.Len. */
  len(): number {
    return 4 + 4 * this.labels.length;
  }

  /** The encoded object. Go: MPLSLabelStack.Marshal. */
  marshal(): Uint8Array {
    const words = this.labels.flatMap(({ label, tc, s, ttl }) => [
      label >> 12,
      (label >> 4) & 0xff,
      ((label & 0xf) << 4) | (tc << 1) | (s ? 1 : 0),
      ttl,
    ]);
    return objectOf(CLASS_MPLS, this.type, words);
  }
}

function checkLabel(fields: MPLSLabel, i: number): MPLSLabel {
  const name = `labels[${i}]`;
  if (typeof fields !== "object" || fields === null)
    throw invalidArgType(name, "an object { label, tc, s, ttl }", fields);
  return {
    label: checkInt(`${name}.label`, fields.label, 0, 0xfffff),
    tc: checkInt(`${name}.tc`, fields.tc, 0, 7),
    s: checkBoolean(`${name}.s`, fields.s),
    ttl: checkInt(`${name}.ttl`, fields.ttl, 0, 0xff),
  };
}

/** Reads the payload of an object of this class. Less than a word at its end is no label. */
export function readMPLSLabelStack(type: number, payload: Cursor): MPLSLabelStack {
  const labels: MPLSLabel[] = [];
  while (payload.left >= 4) {
    const word = payload.u32();
    labels.push({
      label: word >>> 12,
      tc: (word >>> 9) & 7,
      s: (word & 0x100) !== 0,
      ttl: word & 0xff,
    });
  }
  return new MPLSLabelStack({ type, labels });
}
