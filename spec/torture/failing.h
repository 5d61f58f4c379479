/*
** What fails while a script runs, and the memory that is held.
*/
#ifndef TORTURE_FAILING_H
#define TORTURE_FAILING_H

#include <lua.h>
#include <stdbool.h>

struct failing {
  long first, length;       /* the n-th, 0 for none; how many in a row */
  long count;               /* atomic */
  bool twice;               /* each of them when it is asked for again, too */
};

/* Memory of C, memory of Lua, and descriptors and threads of the system. */
extern struct failing of_c, of_lua, of_system;

enum owner { NOBODY, CORE, LIBCURL, OWNERS };

extern long failing_blocks[OWNERS];     /* so many are held */

/* What is asked for between these two is counted, on any thread, and fails. */
void failing_start (void);
void failing_stop (void);

/* How often something has failed since the start. */
long failing_fired (void);

/* Initialises libcurl, whose memory is to fail with the core's. */
void failing_begin_libcurl (void);

/* A state of Lua whose memory fails, but for LuaJIT's. */
lua_State *failing_new_state (void);

#endif
