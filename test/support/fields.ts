/** The fields of an object, without its class: to compare, or to change some. */
export function fields(object: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object));
}
