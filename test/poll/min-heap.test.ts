import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MinHeap } from "#lib/internal/poll/min-heap.js";

/** Takes everything out, least first as the heap says. */
function emptied(heap: MinHeap): number[] {
  const out: number[] = [];
  for (; heap.least !== Infinity; heap.pop()) out.push(heap.least);
  return out;
}

const numbers = fc.double({ noNaN: true, max: Number.MAX_VALUE });

describe("MinHeap", () => {
  it("is empty at first, and popping it then changes nothing", () => {
    const heap = new MinHeap();
    heap.pop();
    expect(heap.least).toBe(Infinity);
    heap.push(3);
    expect(emptied(heap)).toEqual([3]);
    heap.pop();
    expect(heap.least).toBe(Infinity);
  });

  it("gives back what was put in, sorted", () => {
    fc.assert(
      fc.property(fc.array(numbers), (items) => {
        const heap = new MinHeap();
        for (const item of items) heap.push(item);
        expect(emptied(heap)).toEqual(items.toSorted((a, b) => a - b));
      }),
    );
  });

  it("keeps the least on top, whatever is pushed and popped in between", () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: numbers },
      { weight: 2, arbitrary: fc.constant("pop" as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new MinHeap();
        const model: number[] = [];
        for (const item of steps) {
          if (item === "pop") {
            heap.pop();
            model.shift();
          } else {
            heap.push(item);
            model.push(item);
            model.sort((a, b) => a - b);
          }
          expect(heap.least).toBe(model[0] ?? Infinity);
        }
      }),
    );
  });

  it("forgets everything when cleared", () => {
    const heap = new MinHeap();
    for (const item of [3, 1, 2]) heap.push(item);
    heap.clear();
    expect(heap.least).toBe(Infinity);
    heap.push(5);
    expect(emptied(heap)).toEqual([5]);
  });
});
