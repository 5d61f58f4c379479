/*
** The functions by which C and Lua get memory, and by which the core asks the
** system for descriptors and threads: each can be made to fail. Every block
** that C holds is known, and whether it is the core's or libcurl's.
*/
#include <curl/curl.h>
#include <errno.h>
#include <lauxlib.h>
#include <stdarg.h>
#include <stdint.h>

#include "failing.h"
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

/*
** {======================================================
** What fails. Counted from torture.start to torture.stop, on any thread.
** =======================================================
*/

struct failing of_c, of_lua, of_system;

static volatile bool active;
static long fired;          /* atomic */


void failing_start (void)
{
  of_c.count = of_lua.count = of_system.count = 0;
  fired = 0;
  active = true;
}


void failing_stop (void)
{
  active = false;
}


long failing_fired (void)
{
  return __atomic_load_n(&fired, __ATOMIC_RELAXED);
}


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

#define PLACES (1 << 16)

struct place {
  void *memory;
  enum owner owner;
};

static struct place places[PLACES];     /* by address; the next free one */
long failing_blocks[OWNERS];
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


/* Notes a block and its owner. The lock is held. */
static void note (void *memory, enum owner owner)
{
  struct place *p = find(memory);
  p->memory = memory;
  p->owner = owner;
  failing_blocks[owner]++;
}


/* Takes a block out of the table. The lock is held. Blocks behind it move up
** where they would not be found any more. */
static enum owner forget (const void *memory)
{
  struct place *p = find(memory);
  enum owner owner = p->owner;
  size_t i;
  if (p->memory == NULL)
    return NOBODY;
  failing_blocks[owner]--;
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


void failing_begin_libcurl (void)
{
  curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_get, give_back,
                       curl_get_other, curl_get_copy, curl_get_zeroed);
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


lua_State *failing_new_state (void)
{
  return lua_newstate(lua_get, NULL);
}

#else

/* LuaJIT's allocator cannot be replaced on 64 bits. */
lua_State *failing_new_state (void)
{
  return luaL_newstate();
}

#endif

/* }====================================================== */
