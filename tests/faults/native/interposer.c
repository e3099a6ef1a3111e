/* Stands between the program and the C library, and does what a disk, a power cut or a kill would do.
 *
 * Inert until it is armed, and then only for files below one folder. A step is anything that changes a file or a
 * folder: a write, a cut, a flush, a new file, a rename, a removal. Loaded with LD_PRELOAD (Linux, glibc).
 *
 * Faults: count the steps alone; SIGKILL before the n-th; half of the n-th write and then SIGKILL; every write from
 * the n-th on refused with an errno; the n-th alone refused.
 *
 * Power cut: with a shadow folder, what is flushed is copied there. A file's bytes are those of its last flush, and
 * a folder has the names that it had at its own last flush; nothing else survives.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL, TORN, REFUSE, REFUSE_ONCE };

static char prefix[PATH_MAX], shadow[PATH_MAX], reserve[NAME_MAX];
static int mode = COUNT, refusal = ENOSPC, armed = 0, lifted = 0;
static long nth = 0, steps = 0, refused = 0;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static __thread int inside = 0;

#define REAL(name, type, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

/* ---- what the tests call ---- */

void fault_arm(const char *folder, int what, long at, int error, const char *lifts) {
    pthread_mutex_lock(&guard);
    if (!realpath(folder, prefix)) prefix[0] = 0;
    snprintf(reserve, sizeof reserve, "%s", lifts ? lifts : "");
    mode = what; nth = at; refusal = error; steps = refused = 0; lifted = 0; armed = prefix[0] != 0;
    pthread_mutex_unlock(&guard);
}
void fault_disarm(void) { armed = 0; shadow[0] = 0; }
long fault_steps(void) { return steps; }
long fault_refused(void) { return refused; }
void fault_shadow(const char *folder) { snprintf(shadow, sizeof shadow, "%s", folder); }

/* ---- which files count ---- */

static int below(const char *path) {
    size_t length = strlen(prefix);
    return !strncmp(path, prefix, length) && (path[length] == '/' || !path[length]);
}
static int absolute_of(int folder, const char *path, char *out) {
    char base[PATH_MAX], link[64];
    if (path[0] == '/') { snprintf(out, PATH_MAX, "%s", path); return 1; }
    if (folder == AT_FDCWD) { if (!getcwd(base, sizeof base)) return 0; }
    else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
    }
    snprintf(out, PATH_MAX, "%s/%s", base, path);
    return 1;
}
static int counts_path(int folder, const char *path) {
    char whole[PATH_MAX];
    return armed && !inside && path && absolute_of(folder, path, whole) && below(whole);
}
static int counts_file(int file) {
    char link[64], path[PATH_MAX];
    if (!armed || inside) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

/* ---- the faults ---- */

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* Whether this step is refused. ``needs_room`` says that it would make something larger. */
static int step(int needs_room) {
    int refuse = 0;
    pthread_mutex_lock(&guard);
    int is_refusing = mode == REFUSE || mode == REFUSE_ONCE;
    if (!is_refusing || needs_room) steps++;
    if (mode == KILL && steps == nth) die();
    if (is_refusing && needs_room && !lifted)
        refuse = mode == REFUSE ? steps >= nth : steps == nth;
    if (refuse) refused++;
    pthread_mutex_unlock(&guard);
    if (refuse) errno = refusal;
    return refuse;
}
static int is_torn(void) { return mode == TORN && steps == nth; }

/* ---- the power cut ---- */

static void copy_bytes(int from, const char *to) {
    char beside[PATH_MAX + 128], block[65536];
    snprintf(beside, sizeof beside, "%s.new", to);
    int out = syscall(SYS_openat, AT_FDCWD, beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0) return;
    off_t at = 0;
    ssize_t got;
    while ((got = pread(from, block, sizeof block, at)) > 0) {
        if (syscall(SYS_write, out, block, got) != got) { perror("shadow"); abort(); }
        at += got;
    }
    close(out);
    syscall(SYS_renameat, AT_FDCWD, beside, AT_FDCWD, to);
}
static void list_names(const char *path, const char *to) {
    char beside[PATH_MAX + 128];
    snprintf(beside, sizeof beside, "%s.new", to);
    DIR *folder = opendir(path);
    int out = syscall(SYS_openat, AT_FDCWD, beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!folder || out < 0) { if (folder) closedir(folder); if (out >= 0) close(out); return; }
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        char line[NAME_MAX + 64];
        int length = snprintf(line, sizeof line, "%llu %c %s\n", (unsigned long long)entry->d_ino,
                              entry->d_type == DT_DIR ? 'd' : 'f', entry->d_name);
        if (syscall(SYS_write, out, line, length) != length) abort();
    }
    closedir(folder);
    close(out);
    syscall(SYS_renameat, AT_FDCWD, beside, AT_FDCWD, to);
}
static void keep(int file) {
    struct stat status;
    char link[64], target[PATH_MAX + 64];
    if (!shadow[0] || fstat(file, &status)) return;
    inside = 1;
    snprintf(target, sizeof target, "%s/%llu", shadow, (unsigned long long)status.st_ino);
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    if (S_ISDIR(status.st_mode)) list_names(link, target);
    else {
        int again = syscall(SYS_openat, AT_FDCWD, link, O_RDONLY, 0);
        if (again >= 0) { copy_bytes(again, target); close(again); }
    }
    inside = 0;
}
static void forget(const struct stat *status) {  /* what is new may have the number of what is gone */
    char target[PATH_MAX + 64];
    snprintf(target, sizeof target, "%s/%llu", shadow, (unsigned long long)status->st_ino);
    syscall(SYS_unlinkat, AT_FDCWD, target, 0);
}
static void forget_file(int file) {
    struct stat status;
    if (shadow[0] && !fstat(file, &status)) forget(&status);
}
static void forget_folder(const char *path) {
    struct stat status;
    if (shadow[0] && !stat(path, &status)) forget(&status);
}

/* ---- what the program calls ---- */

ssize_t write(int file, const void *bytes, size_t length) {
    REAL("write", ssize_t, int, const void *, size_t);
    if (!counts_file(file)) return real(file, bytes, length);
    if (step(1)) return -1;
    if (is_torn()) { real(file, bytes, length / 2); die(); }
    return real(file, bytes, length);
}
static ssize_t pwrite_at(ssize_t (*real)(int, const void *, size_t, off64_t), int file, const void *bytes,
                         size_t length, off64_t at) {
    if (!counts_file(file)) return real(file, bytes, length, at);
    if (step(1)) return -1;
    if (is_torn()) { real(file, bytes, length / 2, at); die(); }
    return real(file, bytes, length, at);
}
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
    REAL("pwrite64", ssize_t, int, const void *, size_t, off64_t);
    return pwrite_at(real, file, bytes, length, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
    REAL("pwrite64", ssize_t, int, const void *, size_t, off64_t);
    return pwrite_at(real, file, bytes, length, at);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL("writev", ssize_t, int, const struct iovec *, int);
    if (counts_file(file) && step(1)) return -1;
    return real(file, parts, count);
}
ssize_t sendfile(int to, int from, off_t *at, size_t count) {
    REAL("sendfile", ssize_t, int, int, off_t *, size_t);
    if (counts_file(to) && step(1)) return -1;
    return real(to, from, at, count);
}
ssize_t sendfile64(int to, int from, off64_t *at, size_t count) {
    REAL("sendfile64", ssize_t, int, int, off64_t *, size_t);
    if (counts_file(to) && step(1)) return -1;
    return real(to, from, at, count);
}
ssize_t copy_file_range(int from, off64_t *in, int to, off64_t *out, size_t length, unsigned flags) {
    REAL("copy_file_range", ssize_t, int, off64_t *, int, off64_t *, size_t, unsigned);
    if (counts_file(to) && step(1)) return -1;
    return real(from, in, to, out, length, flags);
}
int ftruncate(int file, off_t length) {
    REAL("ftruncate64", int, int, off64_t);
    if (counts_file(file) && step(0)) return -1;
    return real(file, length);
}
int ftruncate64(int file, off64_t length) {
    REAL("ftruncate64", int, int, off64_t);
    if (counts_file(file) && step(0)) return -1;
    return real(file, length);
}
int posix_fallocate(int file, off_t at, off_t length) {
    REAL("posix_fallocate", int, int, off_t, off_t);
    if (counts_file(file) && step(1)) return refusal;
    return real(file, at, length);
}
int fsync(int file) {
    REAL("fsync", int, int);
    int counted = counts_file(file);
    if (counted) step(0);
    int done = real(file);
    if (counted && !done) keep(file);
    return done;
}
int fdatasync(int file) {
    REAL("fdatasync", int, int);
    int counted = counts_file(file);
    if (counted) step(0);
    int done = real(file);
    if (counted && !done) keep(file);
    return done;
}
static int rename_step(int from_at, const char *from, int to_at, const char *to) {
    return (counts_path(from_at, from) || counts_path(to_at, to)) && step(0);
}
int rename(const char *from, const char *to) {
    REAL("rename", int, const char *, const char *);
    return rename_step(AT_FDCWD, from, AT_FDCWD, to) ? -1 : real(from, to);
}
int renameat(int from_at, const char *from, int to_at, const char *to) {
    REAL("renameat", int, int, const char *, int, const char *);
    return rename_step(from_at, from, to_at, to) ? -1 : real(from_at, from, to_at, to);
}
static void lift(const char *path) {
    size_t length = strlen(path), tail = strlen(reserve);
    if (tail && length >= tail && !strcmp(path + length - tail, reserve)) lifted = 1;
}
int unlink(const char *path) {
    REAL("unlink", int, const char *);
    if (counts_path(AT_FDCWD, path)) { if (step(0)) return -1; lift(path); }
    return real(path);
}
int unlinkat(int folder, const char *path, int flags) {
    REAL("unlinkat", int, int, const char *, int);
    if (counts_path(folder, path)) { if (step(0)) return -1; lift(path); }
    return real(folder, path, flags);
}
int rmdir(const char *path) {
    REAL("rmdir", int, const char *);
    if (counts_path(AT_FDCWD, path) && step(0)) return -1;
    return real(path);
}
int mkdir(const char *path, mode_t access) {
    REAL("mkdir", int, const char *, mode_t);
    int counts = counts_path(AT_FDCWD, path);
    if (counts && step(1)) return -1;
    int refused = real(path, access);
    if (counts && !refused) forget_folder(path);
    return refused;
}
static int opened(int folder, const char *path, int flags, mode_t access) {
    int makes = (flags & O_CREAT) && counts_path(folder, path) && faccessat(folder, path, F_OK, 0);
    if (makes && step(1)) return -1;
    int file = syscall(SYS_openat, folder, path, flags, access);
    if (makes && file >= 0) forget_file(file);
    return file;
}
#define ACCESS_OF(flags) \
    mode_t access = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); access = va_arg(rest, int); va_end(rest); }
int open(const char *path, int flags, ...) { ACCESS_OF(flags) return opened(AT_FDCWD, path, flags, access); }
int open64(const char *path, int flags, ...) { ACCESS_OF(flags) return opened(AT_FDCWD, path, flags | O_LARGEFILE, access); }
int openat(int folder, const char *path, int flags, ...) { ACCESS_OF(flags) return opened(folder, path, flags, access); }
int openat64(int folder, const char *path, int flags, ...) { ACCESS_OF(flags) return opened(folder, path, flags | O_LARGEFILE, access); }
