/* Preloaded into a process, sends it a signal at a counted file operation: so a test stops or kills it at an exact
 * place, however fast the machine is.
 *
 * NAO_SIGNAL_AT="SIGNAL before|after NUMBER CALL PATH": SIGNAL is KILL, STOP, TERM, USR1 or INT. The process's
 * operations whose name (mkdir, readlink, rename, rmdir, unlink or write) and path match the patterns CALL and PATH are
 * counted from 1. The path of a rename is the new one and that of a write what /proc says, otherwise it is as the
 * process gives it.
 *
 * After TERM, USR1 and INT the operation goes on once Java's handler, which has a thread of its own, is done.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
  int signal; /* 0: none is to be sent */
  int after;
  int number;
  char call[16];
  char path[PATH_MAX];
} at;
static atomic_int count;
static sem_t handled;

__attribute__((constructor)) static void readEnvironment(void) {
  static const struct {
    const char* name;
    int number;
  } signals[] = {{"KILL", SIGKILL}, {"STOP", SIGSTOP}, {"TERM", SIGTERM}, {"USR1", SIGUSR1}, {"INT", SIGINT}};
  const char* text = getenv("NAO_SIGNAL_AT");
  char name[8] = "", when[8] = "";
  int signal = 0;
  if (text == NULL) return;
  if (sscanf(text, "%7s %7s %d %15s %4095s", name, when, &at.number, at.call, at.path) == 5) {
    for (size_t i = 0; i < sizeof signals / sizeof *signals; ++i) {
      if (strcmp(name, signals[i].name) == 0) signal = signals[i].number;
    }
  }
  at.after = strcmp(when, "after") == 0;
  if (signal == 0 || at.number < 1 || (!at.after && strcmp(when, "before") != 0)) {
    fprintf(stderr, "NAO_SIGNAL_AT=%s: expected SIGNAL before|after NUMBER CALL PATH\n", text);
    _exit(2);
  }
  sem_init(&handled, 0, 0);
  at.signal = signal;
}

/* Whether this is the operation to send the signal at. */
static int isDue(const char* call, const char* path) {
  if (at.signal == 0 || fnmatch(at.call, call, 0) != 0 || fnmatch(at.path, path, 0) != 0) return 0;
  return atomic_fetch_add(&count, 1) + 1 == at.number;
}

static void sendSignal(void) {
  const int before = errno;
  kill(getpid(), at.signal);
  if (at.signal != SIGSTOP) {
    while (sem_wait(&handled) != 0) continue;
  }
  errno = before;
}

/* The rest of a function that the C library has, too. */
#define COUNTED(result_t, name, path, parameters, ...) \
  result_t(*real) parameters;                          \
  *(void**)&real = dlsym(RTLD_NEXT, #name);            \
  const int due = isDue(#name, path);                  \
  if (due && !at.after) sendSignal();                  \
  const result_t result = real(__VA_ARGS__);           \
  if (due && at.after) sendSignal();                   \
  return result

int mkdir(const char* path, mode_t mode) { COUNTED(int, mkdir, path, (const char*, mode_t), path, mode); }
int rename(const char* from, const char* to) { COUNTED(int, rename, to, (const char*, const char*), from, to); }
int rmdir(const char* path) { COUNTED(int, rmdir, path, (const char*), path); }
int unlink(const char* path) { COUNTED(int, unlink, path, (const char*), path); }

ssize_t readlink(const char* path, char* buffer, size_t size) {
  COUNTED(ssize_t, readlink, path, (const char*, char*, size_t), path, buffer, size);
}

/* Empty if it has none. */
static const char* pathOf(int file, char path[PATH_MAX]) {
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const int before = errno;
  const long length = syscall(SYS_readlink, link, path, (size_t)PATH_MAX - 1);
  path[length > 0 ? length : 0] = 0;
  errno = before;
  return path;
}

ssize_t write(int file, const void* bytes, size_t size) {
  char path[PATH_MAX];
  COUNTED(ssize_t, write, pathOf(file, path), (int, const void*, size_t), file, bytes, size);
}

/* A thread's own function and argument. */
struct work {
  void* (*run)(void*);
  void* argument;
};

static void* runAndTell(void* allocated) {
  const struct work work = *(struct work*)allocated;
  free(allocated);
  void* result = work.run(work.argument);
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  if (fnmatch("SIG* handler", name, 0) == 0) sem_post(&handled); /* Java's name for it */
  return result;
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) {
  int (*real)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  *(void**)&real = dlsym(RTLD_NEXT, "pthread_create");
  if (at.signal == 0) return real(thread, attributes, run, argument);
  struct work* work = malloc(sizeof *work);
  if (work == NULL) return EAGAIN;
  *work = (struct work){run, argument};
  return real(thread, attributes, runAndTell, work);
}
