/** What can be closed, which is all that is asked of a connection here. */
export interface Closable {
  /** Ends it. */
  close(): void;
}

// For those that nobody closes: their descriptors are closed when they are collected, and then it is told here.
const forgotten = new FinalizationRegistry<() => void>((told) => told());

/**
 * Calls `told` once, when `conn` is closed: by its method, by leaving a `using` block, or by being forgotten. The method is
 * replaced on this one object, which stays what it is otherwise: a wrapper would hide what only its class can do. `told` must
 * not hold `conn`.
 */
export function onClose(conn: Closable, told: () => void): void {
  const close = Reflect.get<Closable, "close">(conn, "close");
  let open = true;
  const once = () => {
    if (!open) return;
    open = false;
    told();
  };
  forgotten.register(conn, once, once);
  Object.defineProperty(conn, "close", {
    configurable: true,
    writable: true,
    value(this: Closable) {
      try {
        close.call(this);
      } finally {
        forgotten.unregister(once);
        once();
      }
    },
  });
}
