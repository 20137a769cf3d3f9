/* What the parts of the reference server share: a loop per thread, and what each workload does in it. */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stdint.h>

enum { BUFFER = 65536 };

/* What is done with a descriptor that epoll reported with these events. */
typedef void handler(int fd, uint32_t events);

/* main.c */
extern _Thread_local char buffer[BUFFER];
extern _Thread_local long accepted;

void die(const char *what) __attribute__((noreturn));
void watch(int op, int fd, uint32_t events);
int listen_on(int port, int shares_port);
int port_of(int fd);
void open_loop(int first);
void run_loop(int first, handler *handle_first, handler *handle) __attribute__((noreturn));
handler accept_all;
/* Tells what the runner asks for. */
extern void (*answer)(void);

/* stream.c */
int listen_on_path(const char *path);
handler reply, reply_and_close, burst, burst_by_calls;

/* splice.c */
handler proxy;

/* udp.c */
int bind_udp(void);
handler echo_datagrams;

/* sink.c */
int bind_joined(void);
handler sink, sink_joined;

/* armed.c */
void serve_deadlines(void) __attribute__((noreturn));

/* workers.c */
void serve_with_workers(int count, int by_core) __attribute__((noreturn));

#endif
