// Go: net/parse.go (getFields, dtoi)

/** The words of a line of a system file. */
export function fieldsOf(line: string): string[] {
  return line.split(/[ \t\r\n]+/).filter((field) => field !== "");
}

/** The lines of a text without their comments, which begin at `#`. */
export function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.replace(/#.*/s, ""));
}

// Go: net.big
const BIG = 0xffffff;

/** The decimal number that a text begins with; 0 where it begins with none, and never more than 16777215. */
export function leadingNumber(text: string): number {
  return Math.min(Number(/^\d*/.exec(text)![0]), BIG);
}
