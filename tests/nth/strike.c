/* Strikes at the n-th operation on files below a folder, or at the n-th sending to another program.
 *
 * Preloaded into a process (LD_PRELOAD), it stands before the C library's calls that change a disk and counts those
 * below one folder, and before those that send to an internet address. At the n-th it fails them, cuts them short, or
 * kills the process. The tally lies in memory that
 * forked children share, so that a parent can read how far a child came, however that child ended.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, RENAME = 4, OPEN = 8, NAME = 16, SIZE = 32, SEND = 64 };
enum { HALF = 1, FAIL = 2, LASTING = 4, KILL = 8 };

static struct tally {
    atomic_long seen, at;
    int kinds, how, number;
    char below[PATH_MAX];
} *tally;

__attribute__((constructor)) static void begin(void) {
    tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tally == MAP_FAILED) abort();
}

/* From here on, operations of these kinds below the folder are counted, and the one with this number is struck; none
 * where it is 0. */
void strike_arm(const char *below, int kinds, int how, int number, long at) {
    snprintf(tally->below, sizeof tally->below, "%s/", below);
    tally->how = how;
    tally->number = number;
    tally->seen = 0;
    tally->at = at;
    tally->kinds = kinds;
}

/* Nothing is counted any more; how many operations were. */
long strike_disarm(void) {
    tally->kinds = 0;
    return tally->seen;
}

static void *next(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = next(name)

static int is_below(const char *path) {
    return !strncmp(path, tally->below, strlen(tally->below));
}

static int handle_is_below(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static int name_is_below(int folder, const char *name) {
    char here[PATH_MAX], path[2 * PATH_MAX];
    if (name[0] == '/') return is_below(name);
    if (folder != AT_FDCWD) return handle_is_below(folder);
    if (!getcwd(here, sizeof here)) return 0;
    snprintf(path, sizeof path, "%s/%s", here, name);
    return is_below(path);
}

/* What happens to this operation: nothing, or some of HALF, FAIL and KILL. */
static int struck(int kind, int below) {
    if (!below) return 0;
    long count = ++tally->seen, at = tally->at;
    if (!at || count < at || (count > at && !(tally->how & LASTING))) return 0;
    int how = tally->how;
    if (how & HALF) {
        if (kind == WRITE && count == at) return how & (HALF | KILL);
        how &= ~HALF;
    }
    if (how & KILL) kill(getpid(), SIGKILL);
    if (how & FAIL) errno = tally->number;
    return how & FAIL;
}

static int counts(int kind) {
    return tally && (tally->kinds & kind);
}

static ssize_t ended(ssize_t result, int how) {
    if (how & KILL) kill(getpid(), SIGKILL);
    return result;
}

#define WRITER(name, real_name, type) \
    ssize_t name(int fd, const void *bytes, size_t length, type place) { \
        REAL(ssize_t, real_name, int, const void *, size_t, type); \
        int how = counts(WRITE) ? struck(WRITE, handle_is_below(fd)) : 0; \
        if (how & FAIL) return -1; \
        return ended(real(fd, bytes, how & HALF ? (length + 1) / 2 : length, place), how); \
    }

WRITER(pwrite, "pwrite", off_t)
WRITER(pwrite64, "pwrite64", off64_t)

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    int how = counts(WRITE) ? struck(WRITE, handle_is_below(fd)) : 0;
    if (how & FAIL) return -1;
    return ended(real(fd, bytes, how & HALF ? (length + 1) / 2 : length), how);
}

ssize_t writev(int fd, const struct iovec *parts, int number) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    int how = counts(WRITE) ? struck(WRITE, handle_is_below(fd)) : 0;
    if (how & FAIL) return -1;
    return ended(real(fd, parts, how & HALF ? (number + 1) / 2 : number), how);
}

#define ON_HANDLE(name, kind) \
    int name(int fd) { \
        REAL(int, #name, int); \
        if (counts(kind) && struck(kind, handle_is_below(fd))) return -1; \
        return real(fd); \
    }

ON_HANDLE(fsync, SYNC)
ON_HANDLE(fdatasync, SYNC)

#define RESIZER(name, type) \
    int name(int fd, type length) { \
        REAL(int, #name, int, type); \
        if (counts(SIZE) && struck(SIZE, handle_is_below(fd))) return -1; \
        return real(fd, length); \
    }

RESIZER(ftruncate, off_t)
RESIZER(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    if (counts(RENAME) && struck(RENAME, name_is_below(AT_FDCWD, to))) return -1;
    return real(from, to);
}

int renameat(int one, const char *from, int other, const char *to) {
    REAL(int, "renameat", int, const char *, int, const char *);
    if (counts(RENAME) && struck(RENAME, name_is_below(other, to))) return -1;
    return real(one, from, other, to);
}

int renameat2(int one, const char *from, int other, const char *to, unsigned int flags) {
    REAL(int, "renameat2", int, const char *, int, const char *, unsigned int);
    if (counts(RENAME) && struck(RENAME, name_is_below(other, to))) return -1;
    return real(one, from, other, to, flags);
}

/* Opening to read changes nothing, and is not counted. */
static int opens(int folder, const char *path, int flags) {
    if (!counts(OPEN) || !((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT))) return 0;
    return struck(OPEN, name_is_below(folder, path));
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

#define OPENER(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...); \
        MODE(flags) \
        return opens(AT_FDCWD, path, flags) ? -1 : real(path, flags, mode); \
    }

#define OPENER_AT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(int, #name, int, const char *, int, ...); \
        MODE(flags) \
        return opens(folder, path, flags) ? -1 : real(folder, path, flags, mode); \
    }

OPENER(open)
OPENER(open64)
OPENER_AT(openat)
OPENER_AT(openat64)

#define ON_NAME(name, ...) \
    if (counts(NAME) && struck(NAME, name_is_below(__VA_ARGS__))) return -1

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    ON_NAME(mkdir, AT_FDCWD, path);
    return real(path, mode);
}

int rmdir(const char *path) {
    REAL(int, "rmdir", const char *);
    ON_NAME(rmdir, AT_FDCWD, path);
    return real(path);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    ON_NAME(unlink, AT_FDCWD, path);
    return real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    ON_NAME(unlinkat, folder, path);
    return real(folder, path, flags);
}

/* Pipes of a process to itself are no business of ours. */
static int leaves(int fd) {
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    return !getpeername(fd, (struct sockaddr *)&peer, &length)
        && (peer.ss_family == AF_INET || peer.ss_family == AF_INET6);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    REAL(ssize_t, "send", int, const void *, size_t, int);
    if (counts(SEND) && struck(SEND, leaves(fd))) return -1;
    return real(fd, bytes, length, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    REAL(ssize_t, "sendmsg", int, const struct msghdr *, int);
    if (counts(SEND) && struck(SEND, leaves(fd))) return -1;
    return real(fd, message, flags);
}
