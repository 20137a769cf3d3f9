// Go: strconv.Quote

const named: Record<string, string> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

/** What does not print as itself: the two marks above, and all but letters, marks, numbers, symbols and the blank. */
const special = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

/** Text in double quotes as Go's errors show it, with escapes for whatever would not be seen. */
export function quote(s: string): string {
  return `"${s.replace(special, escape)}"`;
}

function escape(character: string): string {
  const code = character.codePointAt(0)!;
  const digits = code.toString(16);
  if (named[character] !== undefined) return named[character];
  if (code < 0x80) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
