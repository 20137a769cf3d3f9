// The few names of Bun and Deno that their contestants use; neither runtime is a dependency of this package.

interface BunSocket<Data> {
  data: Data;
  write(bytes: Uint8Array): number;
  end(): void;
  setNoDelay(on: boolean): boolean;
}

declare const Bun: {
  listen<Data>(options: {
    hostname: string;
    port: number;
    data?: Data;
    socket: {
      open?(socket: BunSocket<Data>): void;
      data(socket: BunSocket<Data>, bytes: Uint8Array): void;
      drain?(socket: BunSocket<Data>): void;
      close?(socket: BunSocket<Data>): void;
      error?(socket: BunSocket<Data>, error: Error): void;
    };
  }): { port: number };
  gc(synchronous: boolean): void;
};

interface DenoConn {
  read(bytes: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
  setNoDelay(on?: boolean): void;
}

declare const Deno: {
  listen(options: { hostname: string; port: number }): AsyncIterable<DenoConn> & { addr: { port: number } };
};
