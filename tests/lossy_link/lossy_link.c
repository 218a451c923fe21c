/* A line between two hosts that are network namespaces, with delay and loss, also where the kernel has no netem: each
 * gets the interface "line", and what one sends arrives at the other later or never. Addresses are the caller's.
 *
 *   lossy_link HOST HOST MILLISECONDS LOST-PERCENT SEED
 *
 * HOST: a name of ip netns. Prints a line when both interfaces are there. Loses everything from SIGUSR1 on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { MOST_BYTES = 2048, MOST_WAITING = 4096 };

struct packet {
  int64_t due;
  int to;
  ssize_t bytes;
  char data[MOST_BYTES];
};

/* A ring: all have the same delay, so they leave as they came. */
static struct packet waiting[MOST_WAITING];
static unsigned first, count;

static volatile sig_atomic_t is_cut;

static void cut(int signal) {
  (void)signal;
  is_cut = 1;
}

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static int64_t now_nanos(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* The interface in a namespace, which the process is in afterwards. */
static int open_line(const char* host) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", host);
  const int space = open(path, O_RDONLY | O_CLOEXEC);
  if (space < 0 || setns(space, CLONE_NEWNET)) {
    fail(path);
  }
  close(space);
  const int line = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strcpy(request.ifr_name, "line");
  if (line < 0 || ioctl(line, TUNSETIFF, &request)) {
    fail("/dev/net/tun");
  }
  return line;
}

int main(int arguments, char** argument) {
  if (arguments != 6) {
    fprintf(stderr, "lossy_link HOST HOST MILLISECONDS LOST-PERCENT SEED\n");
    return 2;
  }
  struct pollfd lines[2] = {{open_line(argument[1]), POLLIN, 0}, {open_line(argument[2]), POLLIN, 0}};
  const int64_t delay = atoll(argument[3]) * 1000000;
  const double lost = atof(argument[4]) / 100;
  srand48(atol(argument[5]));
  signal(SIGUSR1, cut);
  puts("ready");
  fflush(stdout);
  for (;;) {
    int wait = -1;
    while (count > 0) {
      const struct packet* const next = &waiting[first];
      const int64_t left = next->due - now_nanos();
      if (left > 0) {
        wait = (int)(left / 1000000) + 1;
        break;
      }
      if (!is_cut && write(lines[next->to].fd, next->data, (size_t)next->bytes) < 0 && errno != EAGAIN &&
          errno != EIO) {
        fail("write");
      }
      first = (first + 1) % MOST_WAITING;
      count--;
    }
    if (poll(lines, 2, wait) < 0 && errno != EINTR) {
      fail("poll");
    }
    for (int from = 0; from < 2; from++) {
      while (count < MOST_WAITING) {
        struct packet* const last = &waiting[(first + count) % MOST_WAITING];
        last->bytes = read(lines[from].fd, last->data, MOST_BYTES);
        if (last->bytes <= 0) {
          break;
        }
        if (drand48() >= lost) {
          last->due = now_nanos() + delay;
          last->to = 1 - from;
          count++;
        }
      }
    }
  }
}
