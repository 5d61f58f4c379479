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
#include <execinfo.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "failing.h"

#define BURST 10
#define TEXT_MOST 16000
#define RESULT "\nRESULT "  /* behind what Lua wrote to stderr */
#define FRAMES_MOST 24
#define PAST_THE_END 3      /* runs in which nothing failed */

int luaopen_oai_core (lua_State *L);


/*
** {======================================================
** What the script can ask for
** =======================================================
*/

static int function_start (lua_State *L)
{
  (void)L;
  failing_start();
  return 0;
}


static int function_stop (lua_State *L)
{
  (void)L;
  failing_stop();
  return 0;
}


/* torture.failures() -> how many there have been */
static int function_failures (lua_State *L)
{
  lua_pushnumber(L, (lua_Number)failing_fired());
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
  lua_State *L = failing_new_state();
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
  now.core = failing_blocks[CORE];
  now.libcurl = failing_blocks[LIBCURL];
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
  failing_stop();
  count = of_lua.length ? of_lua.count
        : of_system.length ? of_system.count : of_c.count;
  lua_close(L);
  after = measure();
  printf(RESULT "%ld %ld %ld %ld %d %s", count, failing_fired(),
         after.core - before.core, after.libcurl - before.libcurl,
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


/* Parts "verdict TAB text", as the script returns it. */
static void take_verdict (struct verdict *v, const char *said)
{
  static const char *const names[] =
    { "survived", "refused", "broken", "hang" };
  char *tab;
  size_t i;
  snprintf(v->text, sizeof(v->text), "%s", said);
  tab = strchr(v->text, '\t');
  if (tab)
    *tab = '\0';
  v->name = "wrong";
  for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    if (strcmp(v->text, names[i]) == 0)
      v->name = names[i];
  }
  if (tab)
    memmove(v->text, tab + 1, strlen(tab + 1) + 1);
}


/* What is left over matters in a run that has ended well otherwise. */
static void judge_left (struct verdict *v, const char *said)
{
  v->left.core -= usual.core;
  v->left.libcurl -= usual.libcurl;
  v->left.descriptors -= usual.descriptors;
  if (!is_well(v) || (v->left.core <= 0 && v->left.libcurl <= 0
                      && v->left.descriptors <= 0))
    return;
  v->name = "leak";
  snprintf(v->text, sizeof(v->text), "%ld blocks of the core, %ld of "
           "libcurl, %d descriptors; %.500s", v->left.core,
           v->left.libcurl, v->left.descriptors, said);
}


/* A run that came to its end, which run_child tells of. */
static void judge_end (struct verdict *v, const char *text)
{
  int at = 0;
  const char *result = strstr(text, RESULT);
  text = result ? result + strlen(RESULT) : text;
  if (result == NULL
      || sscanf(text, "%ld %ld %ld %ld %d %n", &v->count, &v->fired,
                &v->left.core, &v->left.libcurl, &v->left.descriptors,
                &at) < 5 || at == 0) {
    memset(&v->left, 0, sizeof(v->left));
    v->name = "crash";
    snprintf(v->text, sizeof(v->text), "it said: %s", text);
    return;
  }
  take_verdict(v, text + at);
  judge_left(v, text + at);
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
  failing_begin_libcurl();
  L = prepare(argument);
  run_all(L, atol(argument[6]), atol(argument[7]),
          (unsigned)atoi(argument[8]));
  lua_close(L);
  curl_global_cleanup();
  return 0;
}
