/* Preloaded into a process, sends it a signal at a counted file operation, or makes that operation fail: so a test
 * stops or kills the process, or fills its disk, at an exact place, however fast the machine is.
 *
 * NAO_SIGNAL_AT="SIGNAL before|after NUMBER CALL PATH": SIGNAL is KILL, STOP, TERM, USR1 or INT.
 * NAO_SIGNAL_AT="ERROR at|from NUMBER CALL PATH": the operation of that number, or each from it on, fails with ERROR,
 * which is ENOSPC, EIO, EDQUOT, EMFILE or ENOMEM, and does nothing; a close closes first, as Linux does.
 *
 * The process's operations whose name (close, fsync, mkdir, mmap, open, read, readlink, rename, rmdir, truncate, unlink
 * or write) and path match the patterns CALL and PATH are counted from 1. The path of a rename is the new one and that
 * of a descriptor what /proc says, otherwise it is as the process gives it.
 *
 * NAO_SIGNAL_CONTROL names, instead, a file of a page whose text, ended by a zero, says the same; nothing is due while
 * it says anything else. A process that changes it begins to count anew.
 *
 * NAO_SIGNAL_LOG names a file that is made when the first of them is due and says which it is: "CALL PATH".
 *
 * After TERM, USR1 and INT the operation goes on once Java's handler, which has a thread of its own, is done.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
  int signal; /* 0: none is to be sent */
  int error;  /* 0: nothing is to fail */
  int after;
  int always; /* from the number on */
  int number;
  char call[16];
  char path[PATH_MAX];
} at;
static atomic_int count;
static sem_t handled;

struct name {
  const char* text;
  int number;
};

/* The number of a name, 0 if it has none. */
static int numberOf(const char* name, const struct name* names, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (strcmp(name, names[i].text) == 0) return names[i].number;
  }
  return 0;
}

/* What `text` says; whether it is understood. */
static int understand(const char* text) {
  static const struct name signals[] = {
      {"KILL", SIGKILL}, {"STOP", SIGSTOP}, {"TERM", SIGTERM}, {"USR1", SIGUSR1}, {"INT", SIGINT}};
  static const struct name errors[] = {
      {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}, {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}};
  char name[8] = "", when[8] = "";
  int signal = 0;
  at.signal = at.error = 0;
  if (sscanf(text, "%7s %7s %d %15s %4095s", name, when, &at.number, at.call, at.path) == 5) {
    signal = numberOf(name, signals, sizeof signals / sizeof *signals);
    at.error = numberOf(name, errors, sizeof errors / sizeof *errors);
  }
  at.after = strcmp(when, "after") == 0;
  at.always = strcmp(when, "from") == 0;
  at.signal = signal;
  const int known = signal != 0     ? at.after || strcmp(when, "before") == 0
                    : at.error != 0 ? at.always || strcmp(when, "at") == 0
                                    : 0;
  return known && at.number >= 1;
}

/* The text of the control file, if there is one, and what was last understood of it. */
static const char* control;
static char understood[PATH_MAX + 64];
static pthread_mutex_t understanding = PTHREAD_MUTEX_INITIALIZER;

static void readControl(void) {
  if (control == NULL) return;
  pthread_mutex_lock(&understanding);
  if (strncmp(control, understood, sizeof understood - 1) != 0) {
    strncpy(understood, control, sizeof understood - 1);
    atomic_store(&count, 0);
    if (!understand(understood)) at.signal = at.error = 0;
  }
  pthread_mutex_unlock(&understanding);
}

__attribute__((constructor)) static void readEnvironment(void) {
  const char* text = getenv("NAO_SIGNAL_AT");
  const char* file = getenv("NAO_SIGNAL_CONTROL");
  sem_init(&handled, 0, 0);
  if (text != NULL && !understand(text)) {
    fprintf(stderr, "NAO_SIGNAL_AT=%s: expected SIGNAL before|after or ERROR at|from, then NUMBER CALL PATH\n", text);
    _exit(2);
  }
  if (file != NULL) {
    const int opened = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDONLY);
    void* page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, opened, 0);
    if (opened < 0 || page == MAP_FAILED) {
      fprintf(stderr, "NAO_SIGNAL_CONTROL=%s: cannot be read\n", file);
      _exit(2);
    }
    control = page;
    syscall(SYS_close, opened);
  }
}

static void writeLog(const char* call, const char* path) {
  const char* name = getenv("NAO_SIGNAL_LOG");
  if (name == NULL) return;
  char line[PATH_MAX + 32];
  const int length = snprintf(line, sizeof line, "%s %s\n", call, path);
  const long file = syscall(SYS_openat, AT_FDCWD, name, O_CREAT | O_EXCL | O_WRONLY, 0644);
  if (file < 0) return;
  syscall(SYS_write, file, line, (size_t)length);
  syscall(SYS_close, file);
}

/* Whether an operation of that name may be one to be counted. */
static int isWatched(const char* call) {
  readControl();
  return (at.signal != 0 || at.error != 0) && fnmatch(at.call, call, 0) == 0;
}

/* Whether this is the operation to send the signal at, or one that is to fail. */
static int isDue(const char* call, const char* path) {
  if (!isWatched(call) || fnmatch(at.path, path, 0) != 0) return 0;
  const int number = atomic_fetch_add(&count, 1) + 1;
  if (number != at.number && !(at.always && number > at.number)) return 0;
  const int before = errno;
  writeLog(call, path);
  errno = before;
  return 1;
}

static void sendSignal(void) {
  const int before = errno;
  kill(getpid(), at.signal);
  if (at.signal != SIGSTOP) {
    while (sem_wait(&handled) != 0) continue;
  }
  errno = before;
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

/* The rest of a function that the C library has under the name symbol, too. */
#define COUNTED(result_t, symbol, call, path, failed, parameters, ...) \
  result_t(*real) parameters;                                          \
  *(void**)&real = dlsym(RTLD_NEXT, symbol);                           \
  const int due = isDue(call, path);                                   \
  if (due && at.error != 0) {                                          \
    if (strcmp(call, "close") == 0) real(__VA_ARGS__);                 \
    errno = at.error;                                                  \
    return failed;                                                     \
  }                                                                    \
  if (due && !at.after) sendSignal();                                  \
  result_t result = real(__VA_ARGS__);                                 \
  if (due && at.after) sendSignal();                                   \
  return result

int mkdir(const char* path, mode_t mode) {
  COUNTED(int, "mkdir", "mkdir", path, -1, (const char*, mode_t), path, mode);
}
int rename(const char* from, const char* to) {
  COUNTED(int, "rename", "rename", to, -1, (const char*, const char*), from, to);
}
int rmdir(const char* path) { COUNTED(int, "rmdir", "rmdir", path, -1, (const char*), path); }
int unlink(const char* path) { COUNTED(int, "unlink", "unlink", path, -1, (const char*), path); }

ssize_t readlink(const char* path, char* buffer, size_t size) {
  COUNTED(ssize_t, "readlink", "readlink", path, -1, (const char*, char*, size_t), path, buffer, size);
}

#define OPEN(name)                                                                     \
  int name(const char* path, int flags, ...) {                                         \
    va_list more;                                                                      \
    va_start(more, flags);                                                             \
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;             \
    va_end(more);                                                                      \
    COUNTED(int, #name, "open", path, -1, (const char*, int, ...), path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

/* A function of a descriptor, whose path nobody looks up where it is not watched. */
#define OF_FILE(result_t, name, call, failed, parameters, types, ...)                                        \
  result_t name parameters {                                                                                 \
    char path[PATH_MAX] = "";                                                                                \
    COUNTED(result_t, #name, call, isWatched(call) ? pathOf(file, path) : path, failed, types, __VA_ARGS__); \
  }
OF_FILE(int, close, "close", -1, (int file), (int), file)
OF_FILE(int, fsync, "fsync", -1, (int file), (int), file)
OF_FILE(int, fdatasync, "fsync", -1, (int file), (int), file)
OF_FILE(int, ftruncate, "truncate", -1, (int file, off_t size), (int, off_t), file, size)
OF_FILE(int, ftruncate64, "truncate", -1, (int file, off64_t size), (int, off64_t), file, size)
OF_FILE(ssize_t, read, "read", -1, (int file, void* bytes, size_t size), (int, void*, size_t), file, bytes, size)
OF_FILE(ssize_t, pread64, "read", -1, (int file, void* bytes, size_t size, off64_t start),
        (int, void*, size_t, off64_t), file, bytes, size, start)
OF_FILE(ssize_t, write, "write", -1, (int file, const void* bytes, size_t size), (int, const void*, size_t), file,
        bytes, size)
OF_FILE(ssize_t, pwrite64, "write", -1, (int file, const void* bytes, size_t size, off64_t start),
        (int, const void*, size_t, off64_t), file, bytes, size, start)
OF_FILE(void*, mmap64, "mmap", MAP_FAILED, (void* to, size_t size, int may, int how, int file, off64_t start),
        (void*, size_t, int, int, int, off64_t), to, size, may, how, file, start)

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
