/*
** Lua and the core in one program whose memory can be made to fail. Each run
** is a child process: in it the n-th allocation fails, of the core and
** libcurl ("c") or of Lua ("lua"), or the n-th descriptor or thread that the
** core asks the system for ("system"); kinds.lua tells what came of it, and
** what the child leaves behind, or dies of, is told here. Judges no error.
**
** host SCRIPT KIND DRIVE ALLOCATOR MODE FROM MOST SECONDS BASE FOLDER
**   MODE     gc: Lua's allocator refuses once, so that Lua collects first;
**            once; burst: and the nine that follow; on: all that follow
**   FROM     the first n; 0 is spread evenly over all, as MOST allows
**   MOST     so many runs at the most; 0: one for each n
**   SECONDS  after which a run hangs; the script is told of four fifths
** Writes a line for every run: n, verdict, text, with tabs between.
*/
#include <curl/curl.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"
#undef malloc
#undef calloc
#undef realloc
#undef strdup
#undef strndup
#undef realpath
#undef free
#undef open
#undef fcntl
#undef fopen
#undef socket
#undef eventfd
#undef epoll_create1
#undef epoll_ctl
#undef pthread_create

#define BURST 10
#define TEXT_MOST 16000
#define RESULT "\nRESULT "  /* behind what Lua wrote to stderr */
#define FRAMES_MOST 24
#define PAST_THE_END 3      /* runs in which nothing failed */

int luaopen_oai_core (lua_State *L);


/*
** {======================================================
** What fails. Counted from torture.start to torture.stop, on any thread.
** =======================================================
*/

struct failing {
  long first, length;       /* the n-th, 0 for none; how many in a row */
  long count;               /* atomic */
  bool twice;               /* each of them when it is asked for again, too */
};

static struct failing of_c, of_lua, of_system;
static volatile bool active;
static long fired;          /* atomic */


static bool fails (struct failing *f)
{
  long n;
  if (!active)
    return false;
  n = __atomic_add_fetch(&f->count, 1, __ATOMIC_RELAXED);
  if (f->first == 0 || n < f->first || n - f->first >= f->length)
    return false;
  __atomic_add_fetch(&fired, 1, __ATOMIC_RELAXED);
  return true;
}

/* }====================================================== */


/*
** {======================================================
** The blocks that C holds, and whose they are.
** =======================================================
*/

enum owner { NOBODY, CORE, LIBCURL, OWNERS };

#define PLACES (1 << 16)

struct place {
  void *memory;
  enum owner owner;
};

static struct place places[PLACES];     /* by address; the next free one */
static long blocks[OWNERS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;


static size_t home_of (const void *memory)
{
  return ((uintptr_t)memory >> 4) * 2654435761u % PLACES;
}


static struct place *find (const void *memory)
{
  size_t i = home_of(memory);
  while (places[i].memory && places[i].memory != memory)
    i = (i + 1) % PLACES;
  return &places[i];
}


/* Notes a block and its owner. The lock is held, as for the next. */
static void note (void *memory, enum owner owner)
{
  struct place *p = find(memory);
  p->memory = memory;
  p->owner = owner;
  blocks[owner]++;
}


/* Takes a block out of the table. What stands behind it moves up where it
** would not be found any more. */
static enum owner forget (const void *memory)
{
  struct place *p = find(memory);
  enum owner owner = p->owner;
  size_t i;
  if (p->memory == NULL)
    return NOBODY;
  blocks[owner]--;
  p->memory = NULL;
  p->owner = NOBODY;
  for (i = (size_t)(p - places + 1) % PLACES; places[i].memory;
       i = (i + 1) % PLACES) {
    struct place moved = places[i];
    places[i].memory = NULL;
    places[i].owner = NOBODY;
    *find(moved.memory) = moved;
  }
  return owner;
}

/* }====================================================== */


/*
** {======================================================
** C's memory
** =======================================================
*/

static void *get (void *memory, size_t size, enum owner owner)
{
  void *got;
  if (fails(&of_c)) {
    errno = ENOMEM;
    return NULL;
  }
  pthread_mutex_lock(&lock);
  got = realloc(memory, size ? size : 1);
  if (got && memory)
    forget(memory);
  if (got)
    note(got, owner);
  pthread_mutex_unlock(&lock);
  return got;
}


static void give_back (void *memory)
{
  if (memory == NULL)
    return;
  pthread_mutex_lock(&lock);
  forget(memory);
  pthread_mutex_unlock(&lock);
  free(memory);
}


static void *get_zeroed (size_t count, size_t size, enum owner owner)
{
  void *memory = get(NULL, count * size, owner);
  return memory ? memset(memory, 0, count * size) : NULL;
}


static char *get_text (const char *text, size_t length, enum owner owner)
{
  char *copy = get(NULL, length + 1, owner);
  if (copy == NULL)
    return NULL;
  memcpy(copy, text, length);
  copy[length] = '\0';
  return copy;
}


static char *get_copy (const char *text, enum owner owner)
{
  return get_text(text, strlen(text), owner);
}


void *core_malloc (size_t size)
{
  return get(NULL, size, CORE);
}


void *core_calloc (size_t count, size_t size)
{
  return get_zeroed(count, size, CORE);
}


void *core_realloc (void *memory, size_t size)
{
  return get(memory, size, CORE);
}


char *core_strdup (const char *text)
{
  return get_copy(text, CORE);
}


char *core_strndup (const char *text, size_t most)
{
  return get_text(text, strnlen(text, most), CORE);
}


char *core_realpath (const char *path, char *into)
{
  char *copy, *real = realpath(path, into);
  if (real == NULL || into)
    return real;
  copy = get_copy(real, CORE);
  free(real);
  return copy;
}


void core_free (void *memory)
{
  give_back(memory);
}


static void *curl_get (size_t size)
{
  return get(NULL, size, LIBCURL);
}


static void *curl_get_zeroed (size_t count, size_t size)
{
  return get_zeroed(count, size, LIBCURL);
}


static void *curl_get_other (void *memory, size_t size)
{
  return get(memory, size, LIBCURL);
}


static char *curl_get_copy (const char *text)
{
  return get_copy(text, LIBCURL);
}

/* }====================================================== */


/*
** {======================================================
** What the core asks the system for
** =======================================================
*/

static bool system_refuses (int number)
{
  if (!fails(&of_system))
    return false;
  errno = number;
  return true;
}


int core_open (const char *path, int flags, ...)
{
  va_list rest;
  mode_t mode = 0;
  if (flags & (O_CREAT | O_TMPFILE)) {
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  return system_refuses(EMFILE) ? -1 : open(path, flags, mode);
}


/* fcntl, whose commands that we give take a whole number, or nothing. */
int core_fcntl (int descriptor, int command, ...)
{
  va_list rest;
  int number;
  va_start(rest, command);
  number = command == F_GETFL || command == F_GETFD ? 0 : va_arg(rest, int);
  va_end(rest);
  if ((command == F_DUPFD || command == F_DUPFD_CLOEXEC)
      && system_refuses(EMFILE))
    return -1;
  return fcntl(descriptor, command, number);
}


FILE *core_fopen (const char *path, const char *mode)
{
  return system_refuses(EMFILE) ? NULL : fopen(path, mode);
}


int core_socket (int family, int type, int protocol)
{
  return system_refuses(EMFILE) ? -1 : socket(family, type, protocol);
}


int core_eventfd (unsigned int value, int flags)
{
  return system_refuses(EMFILE) ? -1 : eventfd(value, flags);
}


int core_epoll_create1 (int flags)
{
  return system_refuses(EMFILE) ? -1 : epoll_create1(flags);
}


int core_epoll_ctl (int epoll, int operation, int descriptor,
                    struct epoll_event *event)
{
  if (operation == EPOLL_CTL_ADD && system_refuses(ENOSPC))
    return -1;
  return epoll_ctl(epoll, operation, descriptor, event);
}


int core_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*run) (void *), void *argument)
{
  return system_refuses(EAGAIN) ? EAGAIN
                               : pthread_create(thread, attributes, run,
                                                argument);
}

/* }====================================================== */


/*
** {======================================================
** Lua's memory
** =======================================================
*/

#if !defined(TORTURE_LUAJIT)

/* All that grows may fail. Since 5.2 Lua collects when it is refused memory,
** and asks again: to fail once is to fail twice. */
static void *lua_get (void *unused, void *memory, size_t old, size_t size)
{
  static bool again;
  (void)unused;
  if (size == 0) {
    free(memory);
    return NULL;
  }
  if (memory != NULL && size <= old)
    return realloc(memory, size);
  if (again) {
    again = false;
    return NULL;
  }
  if (fails(&of_lua)) {
    again = of_lua.twice;
    return NULL;
  }
  return realloc(memory, size);
}


static lua_State *new_state (void)
{
  return lua_newstate(lua_get, NULL);
}

#else

/* LuaJIT's allocator cannot be replaced on 64 bits. */
static lua_State *new_state (void)
{
  return luaL_newstate();
}

#endif

/* }====================================================== */


/*
** {======================================================
** What the script can ask for
** =======================================================
*/

static int function_start (lua_State *L)
{
  (void)L;
  of_c.count = of_lua.count = of_system.count = 0;
  fired = 0;
  active = true;
  return 0;
}


static int function_stop (lua_State *L)
{
  (void)L;
  active = false;
  return 0;
}


/* torture.failures() -> how many there have been */
static int function_failures (lua_State *L)
{
  lua_pushnumber(L, (lua_Number)__atomic_load_n(&fired, __ATOMIC_RELAXED));
  return 1;
}


static double clock_now (void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}


static double limit;        /* when a run has gone on for too long */


/* torture.left() -> seconds that the run may still take; none: it hangs */
static int function_left (lua_State *L)
{
  lua_pushnumber(L, limit - clock_now());
  return 1;
}


/* torture.poll(descriptor, seconds) -> whether it can be read */
static int function_poll (lua_State *L)
{
  struct pollfd one;
  one.fd = (int)luaL_checknumber(L, 1);
  one.events = POLLIN;
  lua_pushboolean(L, poll(&one, 1,
                          (int)(luaL_checknumber(L, 2) * 1000)) > 0);
  return 1;
}


static int function_sleep (lua_State *L)
{
  struct timespec time;
  double seconds = luaL_checknumber(L, 1);
  time.tv_sec = (time_t)seconds;
  time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
  nanosleep(&time, NULL);
  return 0;
}


static const luaL_Reg functions[] = {
  { "start", function_start },
  { "stop", function_stop },
  { "failures", function_failures },
  { "left", function_left },
  { "poll", function_poll },
  { "sleep", function_sleep },
  { NULL, NULL }
};


static int on_panic (lua_State *L)
{
  fprintf(stderr, "an error that nothing caught: %s\n", lua_tostring(L, -1));
  abort();
}


static void set_functions (lua_State *L)
{
  const luaL_Reg *f;
  for (f = functions; f->name; f++) {
    lua_pushcfunction(L, f->func);
    lua_setfield(L, -2, f->name);
  }
}


static void preload_core (lua_State *L)
{
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "preload");
  lua_pushcfunction(L, luaopen_oai_core);
  lua_setfield(L, -2, "oai.core");
  lua_pop(L, 2);
}


/* A state with the script's function on its stack. */
static lua_State *prepare (char **argument)
{
  static const char *const names[] = { "kind", "drive", "base", "folder" };
  static const int places[] = { 2, 3, 9, 10 };
  int i;
  lua_State *L = new_state();
  lua_atpanic(L, on_panic);
  luaL_openlibs(L);
  preload_core(L);
  lua_newtable(L);
  set_functions(L);
  for (i = 0; i < 4; i++) {
    lua_pushstring(L, argument[places[i]]);
    lua_setfield(L, -2, names[i]);
  }
  lua_setglobal(L, "torture");
  if (luaL_loadfile(L, argument[1]) || lua_pcall(L, 0, 1, 0)) {
    fprintf(stderr, "torture: %s\n", lua_tostring(L, -1));
    exit(2);
  }
  return L;
}

/* }====================================================== */


/*
** {======================================================
** A run, in a child process
** =======================================================
*/

struct left {
  long core, libcurl;       /* blocks */
  int descriptors;
};


static int count_descriptors (void)
{
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (readdir(folder))
    count++;
  closedir(folder);
  return count;
}


static struct left usual;   /* what a run leaves in which nothing failed */


static struct left measure (void)
{
  struct left now;
  now.core = blocks[CORE];
  now.libcurl = blocks[LIBCURL];
  now.descriptors = count_descriptors();
  return now;
}


/* Where it crashed: the objects and offsets of the stack, innermost first. */
static void on_crash (int number)
{
  void *frames[FRAMES_MOST];
  int i, count = backtrace(frames, FRAMES_MOST);
  dprintf(STDOUT_FILENO, "signal %d at", number);
  for (i = 2; i < count && i < 14; i++) {       /* not this, not its return */
    Dl_info info;
    if (!dladdr(frames[i], &info) || info.dli_fname == NULL)
      continue;
    dprintf(STDOUT_FILENO, " %s%s%s+%#lx", strrchr(info.dli_fname, '/')
            ? strrchr(info.dli_fname, '/') + 1 : info.dli_fname,
            info.dli_sname ? ":" : "", info.dli_sname ? info.dli_sname : "",
            (unsigned long)((uintptr_t)frames[i]
                            - (uintptr_t)(info.dli_sname ? info.dli_saddr
                                                         : info.dli_fbase)));
  }
  signal(number, SIG_DFL);
  raise(number);
}


static void catch_crashes (void)
{
  static const int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
  void *frame[1];
  size_t i;
  backtrace(frame, 1);      /* loads what it needs */
  for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
    signal(numbers[i], on_crash);
}


/* Calls the script's function, and says what it returned, what failed and
** what is left over. */
static void run_child (lua_State *L, unsigned seconds)
{
  static char text[TEXT_MOST];
  const char *said;
  struct left before = measure(), after;
  long count;
  alarm(seconds);
  limit = clock_now() + seconds * 0.8;
  catch_crashes();
  if (lua_pcall(L, 0, 1, 0))
    snprintf(text, sizeof(text), "wrong\tthe script failed: %s",
             lua_tostring(L, -1));
  else {
    said = lua_tostring(L, -1);
    snprintf(text, sizeof(text), "%s", said ? said : "wrong\tno verdict");
  }
  active = false;
  count = of_lua.length ? of_lua.count
        : of_system.length ? of_system.count : of_c.count;
  lua_close(L);
  after = measure();
  printf(RESULT "%ld %ld %ld %ld %d %s", count, fired, after.core - before.core,
         after.libcurl - before.libcurl,
         after.descriptors - before.descriptors, text);
  fflush(stdout);
  _exit(0);
}


/* What a child wrote, its errors included. */
static int read_child (int from, pid_t child, char *text)
{
  ssize_t got;
  size_t length = 0;
  char rest[512];
  int status;
  while (length < TEXT_MOST - 1
         && (got = read(from, text + length, TEXT_MOST - 1 - length)) > 0)
    length += (size_t)got;
  text[length] = '\0';
  while (read(from, rest, sizeof(rest)) > 0)
    ;
  close(from);
  waitpid(child, &status, 0);
  return status;
}


static int run_once (lua_State *L, unsigned seconds, char *text)
{
  int ends[2];
  pid_t child;
  if (pipe(ends) != 0)
    exit(2);
  fflush(stdout);
  child = fork();
  if (child == 0) {
    close(ends[0]);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    run_child(L, seconds);
  }
  close(ends[1]);
  return read_child(ends[0], child, text);
}

/* }====================================================== */


/*
** {======================================================
** The verdict on a run
** =======================================================
*/

struct verdict {
  const char *name;
  char text[TEXT_MOST];
  long count, fired;
  struct left left;
};


static bool is_well (const struct verdict *v)
{
  return strcmp(v->name, "survived") == 0 || strcmp(v->name, "refused") == 0;
}


static void make_one_line (char *text)
{
  for (; *text; text++) {
    if (*text == '\n' || *text == '\t' || *text == '\r')
      *text = ' ';
  }
}


/* The line of a checker's report that says it all. */
static const char *summary (const char *text)
{
  const char *found = strstr(text, "SUMMARY: ");
  if (found == NULL)
    found = strstr(text, "runtime error: ");
  return found ? found : text;
}


static void judge_death (struct verdict *v, int status, const char *text)
{
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
    v->name = "hang";
  else
    v->name = "crash";
  snprintf(v->text, sizeof(v->text), "%s", summary(text));
}


/* What is left over matters in a run that has ended well otherwise. */
static void judge_end (struct verdict *v, const char *text)
{
  long core, libcurl;
  int descriptors, at = 0;
  char *tab;
  const char *result = strstr(text, RESULT);
  text = result ? result + strlen(RESULT) : text;
  if (result == NULL || sscanf(text, "%ld %ld %ld %ld %d %n", &v->count, &v->fired, &core,
             &libcurl, &descriptors, &at) < 5 || at == 0) {
    v->name = "crash";
    snprintf(v->text, sizeof(v->text), "it said: %s", text);
    return;
  }
  snprintf(v->text, sizeof(v->text), "%s", text + at);
  tab = strchr(v->text, '\t');
  if (tab)
    *tab = '\0';
  v->name = strcmp(v->text, "survived") == 0 ? "survived"
          : strcmp(v->text, "refused") == 0 ? "refused"
          : strcmp(v->text, "broken") == 0 ? "broken"
          : strcmp(v->text, "hang") == 0 ? "hang" : "wrong";
  if (tab)
    memmove(v->text, tab + 1, strlen(tab + 1) + 1);
  v->left.core = core - usual.core;
  v->left.libcurl = libcurl - usual.libcurl;
  v->left.descriptors = descriptors - usual.descriptors;
  if (is_well(v) && (v->left.core > 0 || v->left.libcurl > 0
                     || v->left.descriptors > 0)) {
    v->name = "leak";
    snprintf(v->text, sizeof(v->text), "%ld blocks of the core, %ld of "
             "libcurl, %d descriptors; %.500s", v->left.core,
             v->left.libcurl, v->left.descriptors, text + at);
  }
}


static void run_within (lua_State *L, unsigned seconds, struct verdict *v)
{
  static char text[TEXT_MOST];
  int status;
  memset(v, 0, sizeof(*v));
  status = run_once(L, seconds, text);
  if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0)
    judge_death(v, status, text);
  else
    judge_end(v, text);
  make_one_line(v->text);
}


static void run (lua_State *L, long n, unsigned seconds, struct verdict *v)
{
  of_c.first = of_lua.first = of_system.first = n;
  run_within(L, seconds, v);
  if (strcmp(v->name, "hang") == 0)     /* or the machine is busy */
    run_within(L, 3 * seconds, v);
}

/* }====================================================== */


static void choose (const char *allocator, const char *mode)
{
  struct failing *f = strcmp(allocator, "lua") == 0 ? &of_lua
                    : strcmp(allocator, "system") == 0 ? &of_system : &of_c;
  f->length = strcmp(mode, "on") == 0 ? 1L << 40
            : strcmp(mode, "burst") == 0 ? BURST : 1;
  f->twice = LUA_VERSION_NUM > 501 && strcmp(mode, "once") == 0;
}


/* One without a failure tells how many allocations there are. */
static long count_all (lua_State *L, unsigned seconds)
{
  static struct verdict v;
  run(L, 0, seconds, &v);
  if (v.name[0] != 's' && v.name[0] != 'l') {
    printf("0\tno start\t%s: %s\n", v.name, v.text);
    exit(1);
  }
  usual = v.left;
  printf("0\tallocations\t%ld\n", v.count);
  return v.count;
}


static void run_all (lua_State *L, long from, long most, unsigned seconds)
{
  static struct verdict v;
  long all = count_all(L, seconds), runs = 0, idle = 0;
  double step = most > 0 && from == 0 && all > most
                ? (double)all / (double)most : 1;
  double at = from > 0 ? (double)from : (1 + step) / 2;
  for (; (most == 0 || runs < most) && idle < PAST_THE_END; at += step) {
    run(L, (long)at, seconds, &v);
    runs++;
    idle = v.fired == 0 && (v.name[0] == 's' || v.name[0] == 'l')
           ? idle + 1 : 0;
    if (idle == 0)
      printf("%ld\t%s\t%s\n", (long)at, v.name, v.text);
  }
}


int main (int count, char **argument)
{
  lua_State *L;
  if (count < 11) {
    fprintf(stderr, "host SCRIPT KIND DRIVE ALLOCATOR MODE FROM MOST SECONDS "
                    "BASE FOLDER\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  choose(argument[4], argument[5]);
  curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_get, give_back,
                       curl_get_other, curl_get_copy, curl_get_zeroed);
  L = prepare(argument);
  run_all(L, atol(argument[6]), atol(argument[7]),
          (unsigned)atoi(argument[8]));
  lua_close(L);
  curl_global_cleanup();
  return 0;
}
